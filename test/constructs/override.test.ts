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
import { Manifest, MicroserviceStack, RefusedError, StatefulDatabase } from '../../lib';
import { at, chart, one, written } from './synthesis';

const CONTAINER = 'spec.template.spec.containers.0';

function stack() {
  const scope = chart();
  return {
    scope,
    made: new MicroserviceStack(scope, 'web', { image: 'web:1.0.0', env: { A: '1' } }),
  };
}

describe('an override', () => {
  it('sets fields that Kubernetes 1.27 did not know', () => {
    const { scope, made } = stack();
    made
      .override('Service', { spec: { trafficDistribution: 'PreferSameZone' } })
      .override('Deployment', {
        spec: {
          template: {
            spec: {
              hostUsers: false,
              initContainers: [{ name: 'proxy', image: 'proxy:1', restartPolicy: 'Always' }],
            },
          },
        },
      });
    expect(one(scope, 'Service').spec).toMatchObject({ trafficDistribution: 'PreferSameZone' });
    expect(at(one(scope, 'Deployment'), 'spec.template.spec')).toMatchObject({
      hostUsers: false,
      initContainers: [{ name: 'proxy', restartPolicy: 'Always' }],
    });
  });

  it("is in the API's own spelling, numbers and quantities included", () => {
    const { scope, made } = stack();
    made
      .override('Service', { spec: { clusterIP: '10.0.0.7' } })
      .override('Deployment', { spec: { strategy: { rollingUpdate: { maxSurge: '40%' } } } })
      .override('PodDisruptionBudget', { spec: { maxUnavailable: '20%' } });
    expect(one(scope, 'Service').spec).toMatchObject({ clusterIP: '10.0.0.7' });
    expect(at(one(scope, 'Deployment'), 'spec.strategy.rollingUpdate')).toEqual({
      maxSurge: '40%',
      maxUnavailable: 0,
    });
    expect(one(scope, 'PodDisruptionBudget').spec).toMatchObject({ maxUnavailable: '20%' });
  });

  it('merges lists of named things by their name, and adds what is new', () => {
    const { scope, made } = stack();
    made.override('Deployment', {
      spec: {
        template: {
          spec: {
            containers: [
              {
                name: 'web',
                stdin: true,
                env: [
                  { name: 'B', value: '2' },
                  { name: 'A', value: '9' },
                ],
              },
            ],
          },
        },
      },
    });
    const container = at(one(scope, 'Deployment'), CONTAINER);
    expect(container).toMatchObject({
      image: 'web:1.0.0',
      stdin: true,
      env: [
        { name: 'A', value: '9' },
        { name: 'B', value: '2' },
      ],
    });
    expect(at(one(scope, 'Deployment'), 'spec.template.spec.containers')).toHaveLength(1);
  });

  it('replaces other lists, and removes what is null', () => {
    const { scope, made } = stack();
    made.override('Deployment', {
      spec: {
        template: {
          spec: {
            tolerations: [{ operator: 'Exists' }],
            affinity: null,
            containers: [{ name: 'web', lifecycle: null }],
          },
        },
      },
    });
    const pod = at(one(scope, 'Deployment'), 'spec.template.spec') as object;
    expect(pod).toMatchObject({ tolerations: [{ operator: 'Exists' }] });
    expect(pod).not.toHaveProperty('affinity');
    expect(at(pod, 'containers.0')).not.toHaveProperty('lifecycle');
  });

  it('sets, adds and removes at one place', () => {
    const { scope, made } = stack();
    made
      .overrideAt('Deployment', '/spec/template/spec/containers/name=web/image', 'web:2')
      .overrideAt('Deployment', '/spec/template/spec/containers/0/env/-', { name: 'C', value: '3' })
      .overrideAt('Deployment', '/metadata/annotations/example.com~1owner', 'me')
      .removeAt('Deployment', '/spec/template/spec/topologySpreadConstraints/0');
    const deployment = one(scope, 'Deployment');
    expect(at(deployment, `${CONTAINER}.image`)).toBe('web:2');
    expect(at(deployment, `${CONTAINER}.env.1`)).toEqual({ name: 'C', value: '3' });
    expect(deployment.metadata).toMatchObject({ annotations: { 'example.com/owner': 'me' } });
    expect(at(deployment, 'spec.template.spec.topologySpreadConstraints')).toEqual([]);
  });

  it('reaches the templates of a database', () => {
    const scope = chart();
    const database = new StatefulDatabase(scope, 'db');
    const size = '/spec/volumeClaimTemplates/0/spec/resources/requests/storage';
    database.overrideAt('StatefulSet', size, '20Gi');
    database.override('StatefulSet', { spec: { ordinals: { start: 1 } } });
    const { spec } = one(scope, 'StatefulSet');
    expect(at(spec, 'volumeClaimTemplates.0.spec.resources.requests.storage')).toBe('20Gi');
    expect(at(spec, 'ordinals.start')).toBe(1);
  });

  it('does not change what the caller passed', () => {
    const { scope, made } = stack();
    const fields = { spec: { template: { spec: { containers: [{ name: 'web', tty: true }] } } } };
    const before = JSON.stringify(fields);
    made.override('Deployment', fields);
    one(scope, 'Deployment');
    one(scope, 'Deployment');
    expect(JSON.stringify(fields)).toBe(before);
  });
});

describe('an override that matches nothing', () => {
  it('of an object that is not made, is refused with what is made', () => {
    const { made } = stack();
    expect(() => made.override('StatefulSet', {})).toThrow(
      "[test/web] override: found 'StatefulSet', this construct makes no such object; " +
        'it makes ServiceAccount/web, Deployment/web, Service/web, ' +
        'HorizontalPodAutoscaler/web, PodDisruptionBudget/web, NetworkPolicy/web',
    );
  });

  it.each<[string, (made: MicroserviceStack) => void, string]>([
    [
      'a field no such object has',
      (made) => made.override('Deployment', { specc: {} }),
      "no Deployment has a field 'specc'",
    ],
    [
      'a container of another name',
      (made) =>
        made.override('Deployment', {
          spec: { template: { spec: { containers: [{ name: 'wbe', tty: true }] } } },
        }),
      "no element of 'containers' has the name 'wbe'; there is 'web'",
    ],
    [
      'a container that is not there',
      (made) => made.overrideAt('Deployment', '/spec/template/spec/containers/name=wbe/tty', true),
      "no element 'name=wbe' among 1",
    ],
    [
      'an element beyond the end',
      (made) => made.overrideAt('Deployment', '/spec/template/spec/containers/3/tty', true),
      "no element '3' among 1",
    ],
    [
      'what is not there to be removed',
      (made) => made.removeAt('Deployment', '/spec/paused'),
      "'/spec/paused' is not there to be removed",
    ],
    [
      'what is not there to be removed by null',
      (made) => made.override('Deployment', { spec: { paused: null } }),
      "field 'paused' is not there to be removed",
    ],
    [
      'a place inside a word',
      (made) => made.overrideAt('Deployment', '/kind/of', 'x'),
      "there is no map or list at 'kind'",
    ],
    [
      'a pointer that is none',
      (made) => made.overrideAt('Deployment', 'spec.replicas', 3),
      'is no JSON Pointer',
    ],
  ])('such as %s, is refused when it is written', (_what, change, message) => {
    const { scope, made } = stack();
    change(made);
    expect(() => one(scope, 'Deployment')).toThrow(RefusedError);
    expect(() => one(scope, 'Deployment')).toThrow(message);
    expect(() => one(scope, 'Deployment')).toThrow('[test/web/Deployment/Resource] override: ');
  });
});

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
