import { ConfigMap, Deployment, StatefulSet } from 'cdk8s-plus-27';
import {
  Autoscaler,
  ConfigChecksum,
  DisruptionBudget,
  EdgeService,
  GracefulDrain,
  Hardening,
  HealthProbes,
  HostAntiAffinity,
  NetworkIsolation,
  NetworkPeer,
  QuotaNamespace,
  ResourceProfile,
  RollingUpdate,
  ZoneSpread,
} from '../../lib';
import { at, chart, one, written } from './synthesis';

function plain() {
  const scope = chart({ namespace: 'shop' });
  const probes = HealthProbes.http(8080, { livenessPath: '/alive' });
  const deployment = new Deployment(scope, 'web', {
    metadata: { name: 'web' },
    strategy: RollingUpdate.strategy({ maxSurge: '50%' }),
    containers: [
      {
        name: 'web',
        image: 'web:1',
        ports: [{ number: 8080 }],
        liveness: probes.liveness,
        readiness: probes.readiness,
        resources: ResourceProfile.FRONTEND.toContainerResources(),
      },
    ],
  });
  return { scope, deployment };
}

describe('parts of the constructs alone', () => {
  it('give a Deployment of cdk8s-plus its strategy, probes and resources', () => {
    const { scope, deployment } = plain();
    ResourceProfile.of({ memoryRequest: '100M' }).applyTo(deployment, 'web');
    const { spec } = one(scope, 'Deployment');
    expect(at(spec, 'strategy.rollingUpdate')).toEqual({ maxSurge: '50%', maxUnavailable: 0 });
    expect(at(spec, 'template.spec.containers.0')).toMatchObject({
      livenessProbe: { httpGet: { path: '/alive', port: 8080 } },
      readinessProbe: { httpGet: { path: '/ready', port: 8080 } },
      resources: { requests: { memory: '100M' } },
    });
  });

  it('spread, separate, drain and harden a Deployment of cdk8s-plus', () => {
    const { scope, deployment } = plain();
    ZoneSpread.applyTo(deployment, { topologyKey: 'rack' });
    ZoneSpread.applyTo(deployment, { required: true });
    HostAntiAffinity.applyTo(deployment, { weight: 50 });
    GracefulDrain.applyTo(deployment, 'web', 7);
    Hardening.applyTo(deployment);
    const pod = at(one(scope, 'Deployment'), 'spec.template.spec') as object;
    expect(at(pod, 'topologySpreadConstraints')).toMatchObject([
      { topologyKey: 'rack', whenUnsatisfiable: 'ScheduleAnyway' },
      { topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule' },
    ]);
    expect(at(pod, 'topologySpreadConstraints.0.labelSelector.matchLabels')).toEqual(
      deployment.matchLabels,
    );
    expect(pod).toMatchObject({
      affinity: {
        podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 50 }] },
      },
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      containers: [{ lifecycle: { preStop: { sleep: { seconds: 7 } } } }],
    });
  });

  it('do not grow when a chart is written several times', () => {
    const { scope, deployment } = plain();
    HostAntiAffinity.applyTo(deployment);
    ZoneSpread.applyTo(deployment);
    const first = JSON.stringify(written(scope));
    expect(JSON.stringify(written(scope))).toBe(first);
    expect(JSON.stringify(written(scope))).toBe(first);
  });

  it('guard, scale, expose and isolate a Deployment of cdk8s-plus', () => {
    const { scope } = plain();
    const bare = new Deployment(scope, 'api', {
      metadata: { name: 'api' },
      containers: [{ image: 'api:1', ports: [{ number: 80 }] }],
    });
    new DisruptionBudget(scope, 'budget', { target: bare, replicas: 4, minAvailable: 2 });
    new Autoscaler(scope, 'autoscaler', { target: bare, name: 'api', maxReplicas: 4 });
    new EdgeService(scope, 'edge', { target: bare, targetPort: 80, sourceRanges: ['10.0.0.0/8'] });
    new NetworkIsolation(scope, 'isolation', {
      target: bare,
      ports: [80],
      acceptFrom: [NetworkPeer.namespace('ingress')],
      connectTo: [NetworkPeer.cidr('10.1.0.0/16')],
    });
    expect(one(scope, 'PodDisruptionBudget').spec).toMatchObject({
      minAvailable: 2,
      selector: { matchLabels: bare.matchLabels },
    });
    expect(one(scope, 'HorizontalPodAutoscaler').spec).toMatchObject({ maxReplicas: 4 });
    expect(one(scope, 'Service').spec).toMatchObject({
      type: 'LoadBalancer',
      loadBalancerSourceRanges: ['10.0.0.0/8'],
    });
    expect(one(scope, 'NetworkPolicy').spec).toMatchObject({
      ingress: [
        {
          from: [
            { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress' } } },
          ],
        },
      ],
    });
    expect(at(one(scope, 'NetworkPolicy'), 'spec.egress.1')).toEqual({
      to: [{ ipBlock: { cidr: '10.1.0.0/16' } }],
    });
  });

  it('roll a StatefulSet of cdk8s-plus when a ConfigMap changes', () => {
    const scope = chart();
    const config = new ConfigMap(scope, 'config', { data: { a: '1' } });
    const set = new StatefulSet(scope, 'set', {
      containers: [{ image: 'set:1', ports: [{ number: 80 }] }],
    });
    ConfigChecksum.applyTo(set, [config]);
    const before = at(one(scope, 'StatefulSet'), 'spec.template.metadata.annotations');
    config.addData('b', '2');
    expect(at(one(scope, 'StatefulSet'), 'spec.template.metadata.annotations')).not.toEqual(before);
  });

  it('make a namespace that belongs to no other, whatever the chart says', () => {
    const scope = chart({ namespace: 'elsewhere' });
    new QuotaNamespace(scope, 'team-a', { persistentVolumeClaims: 2, podSecurity: 'baseline' });
    const namespace = one(scope, 'Namespace');
    expect(namespace.metadata).toEqual({
      name: 'team-a',
      labels: { 'pod-security.kubernetes.io/enforce': 'baseline' },
    });
    expect(one(scope, 'ResourceQuota')).toMatchObject({
      metadata: { name: 'team-a', namespace: 'team-a' },
      spec: { hard: { persistentvolumeclaims: '2' } },
    });
  });
});
