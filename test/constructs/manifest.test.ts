import type { Chart } from 'cdk8s';
import { Duration, JsonPatch, Lazy, Size } from 'cdk8s';
import {
  ConfigMap,
  ConnectionScheme,
  Deployment,
  Env,
  EnvFieldPaths,
  EnvValue,
  Handler,
  HorizontalPodAutoscaler,
  k8s,
  Metric,
  MetricTarget,
  NetworkPolicy,
  NetworkPolicyIpBlock,
  NetworkPolicyPort,
  Node as PlusNode,
  NodeLabelQuery,
  NodeTaintQuery,
  Probe,
  Protocol,
  Service,
  StatefulSet,
  Volume,
} from 'cdk8s-plus-27';
import { Manifest, MicroserviceStack } from '../../lib';
import { at, chart, one, written } from './synthesis';

function stack() {
  const scope = chart();
  return {
    scope,
    made: new MicroserviceStack(scope, 'web', { image: 'web:1.0.0', env: { A: '1' } }),
  };
}

describe('a Manifest', () => {
  it('makes any object of cdk8s-plus lossless', () => {
    const scope = chart();
    const deployment = new Deployment(scope, 'plain', { containers: [{ image: 'plain:1' }] });
    Manifest.of(deployment).override({ spec: { template: { spec: { hostUsers: false } } } });
    expect(at(one(scope, 'Deployment'), 'spec.template.spec.hostUsers')).toBe(false);
  });

  it('applies JSON patches of cdk8s to what is written', () => {
    const { scope, made } = stack();
    const resource = made.service.node.defaultChild as k8s.KubeService;
    resource.addJsonPatch(JsonPatch.add('/spec/trafficDistribution', 'PreferClose'));
    expect(one(scope, 'Service').spec).toMatchObject({ trafficDistribution: 'PreferClose' });
  });

  it('writes what cdk8s-plus itself writes when nothing is added', () => {
    const scope = chart({ namespace: 'shop' });
    const resources = everything(scope);
    const before = written(scope);
    resources.forEach((resource) => Manifest.of(resource));
    expect(written(scope)).toEqual(before);
    expect(JSON.stringify(before)).toContain('"setHostnameAsFQDN":true');
    expect(JSON.stringify(before)).toContain('"clusterIp":"a label"');
  });

  it('writes keys of the user that mean something to JavaScript', () => {
    const { scope, made } = stack();
    const nodeSelector = { toString: 'no', clusterIp: 'yes' };
    made.override('Deployment', { spec: { template: { spec: { nodeSelector } } } });
    Manifest.of(made.service).complete((document: { spec: { selector: object } }) => {
      document.spec.selector = nodeSelector;
    });
    expect(at(one(scope, 'Deployment'), 'spec.template.spec.nodeSelector')).toEqual(nodeSelector);
    expect(at(one(scope, 'Service'), 'spec.selector')).toEqual(nodeSelector);
  });

  it('resolves lazy values in overrides', () => {
    const { scope, made } = stack();
    made.override('Deployment', {
      spec: { paused: Lazy.any({ produce: () => true }) as unknown },
    });
    expect(one(scope, 'Deployment').spec).toMatchObject({ paused: true });
  });

  it('takes number-or-string unions of cdk8s-plus in overrides', () => {
    const { scope, made } = stack();
    made.override('PodDisruptionBudget', {
      spec: { maxUnavailable: k8s.IntOrString.fromString('30%') },
    });
    expect(one(scope, 'PodDisruptionBudget').spec).toMatchObject({ maxUnavailable: '30%' });
  });
});

/** Objects of cdk8s-plus that use as many of its features as possible. */
function everything(scope: Chart) {
  const config = new ConfigMap(scope, 'config', { data: { key: 'value' } });
  const deployment = new Deployment(scope, 'plain', {
    podMetadata: { labels: { clusterIp: 'a label' } },
    containers: [
      {
        image: 'plain:1',
        portNumber: 80,
        liveness: Probe.fromCommand(['true'], { timeoutSeconds: Duration.seconds(3) }),
        readiness: Probe.fromHttpGet('/', { scheme: ConnectionScheme.HTTPS }),
        envFrom: [Env.fromConfigMap(config, 'P_')],
        envVariables: { NODE: EnvValue.fromFieldRef(EnvFieldPaths.NODE_NAME) },
        volumeMounts: [{ path: '/config', volume: Volume.fromConfigMap(scope, 'v', config) }],
        lifecycle: { preStop: Handler.fromCommand(['sleep', '5']) },
      },
    ],
    initContainers: [{ image: 'init:1', resources: {} }],
    hostAliases: [{ ip: '10.0.0.1', hostnames: ['a'] }],
    dns: { hostnameAsFQDN: true, options: [{ name: 'ndots', value: '2' }] },
    volumes: [Volume.fromEmptyDir(scope, 'e', 'e', { sizeLimit: Size.gibibytes(1) })],
    securityContext: { fsGroup: 5, sysctls: [{ name: 'a', value: 'b' }] },
  });
  deployment.scheduling.tolerate(PlusNode.tainted(NodeTaintQuery.exists('gpu')));
  deployment.scheduling.separate(deployment, { weight: 7 });
  deployment.scheduling.attract(PlusNode.labeled(NodeLabelQuery.is('disk', 'ssd')));
  const service = new Service(scope, 'service', {
    selector: deployment,
    clusterIP: '10.0.0.9',
    ports: [{ port: 80, targetPort: 8080, nodePort: 30080, protocol: Protocol.UDP }],
  });
  const autoscaler = new HorizontalPodAutoscaler(scope, 'autoscaler', {
    target: deployment,
    maxReplicas: 5,
    metrics: [Metric.resourceMemory(MetricTarget.averageValue(12))],
  });
  const policy = new NetworkPolicy(scope, 'policy', {
    selector: deployment,
    ingress: { rules: [{ peer: deployment, ports: [NetworkPolicyPort.tcpRange(1, 9)] }] },
    egress: { rules: [{ peer: NetworkPolicyIpBlock.anyIpv4(scope, 'any') }] },
  });
  const set = new StatefulSet(scope, 'set', {
    containers: [{ image: 'set:1', ports: [{ number: 1, hostIp: '127.0.0.1', hostPort: 1 }] }],
  });
  return [config, deployment, service, autoscaler, policy, set];
}
