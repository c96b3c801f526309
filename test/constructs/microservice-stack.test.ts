import { Probe } from 'cdk8s-plus-27';
import { ResourceProfile } from '../../lib';
import { at, one, written } from './synthesis';
import { CONTAINER, stack } from './user-service';

const POD = 'spec.template.spec';

describe('MicroserviceStack', () => {
  it('writes what it always wrote', () => {
    expect(written(stack({ config: { LOG_LEVEL: 'info' } }).scope)).toMatchSnapshot();
  });

  it('leaves the number of pods to the autoscaler, between 3 and 10', () => {
    const { scope } = stack();
    expect(one(scope, 'Deployment').spec).not.toHaveProperty('replicas');
    const { spec } = one(scope, 'HorizontalPodAutoscaler');
    expect(spec).toMatchObject({ minReplicas: 3, maxReplicas: 10 });
    expect(at(spec, 'scaleTargetRef')).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name: 'user-service',
    });
    expect(at(spec, 'metrics.0.resource')).toMatchObject({
      name: 'cpu',
      target: { averageUtilization: 70 },
    });
    expect(at(spec, 'metrics.1.resource')).toMatchObject({
      name: 'memory',
      target: { averageUtilization: 80 },
    });
  });

  it('has a fixed number of pods without an autoscaler', () => {
    const { scope } = stack({ autoscaling: false, replicas: 5, maxSurge: 2, maxUnavailable: 1 });
    expect(written(scope).map(({ kind }) => kind)).not.toContain('HorizontalPodAutoscaler');
    expect(one(scope, 'Deployment').spec).toMatchObject({
      replicas: 5,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 2, maxUnavailable: 1 } },
    });
  });

  it('adds a pod before it removes one in an update', () => {
    expect(at(one(stack().scope, 'Deployment'), 'spec.strategy.rollingUpdate')).toEqual({
      maxSurge: 1,
      maxUnavailable: 0,
    });
  });

  it('asks for 100m and 128Mi and may use 500m and 512Mi', () => {
    expect(at(one(stack().scope, 'Deployment'), `${CONTAINER}.resources`)).toEqual({
      requests: { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '100Mi' },
      limits: { cpu: '500m', memory: '512Mi', 'ephemeral-storage': '1Gi' },
    });
  });

  it('writes quantities as they were spelled, also those cdk8s-plus cannot hold', () => {
    const { scope } = stack({ cpuRequest: '0.25', memoryRequest: '100M', memoryLimit: '1e9' });
    expect(at(one(scope, 'Deployment'), `${CONTAINER}.resources`)).toMatchObject({
      requests: { cpu: '0.25', memory: '100M' },
      limits: { memory: '1e9' },
    });
  });

  it('leaves the CPU unlimited when asked to', () => {
    const { scope } = stack({ resources: ResourceProfile.FRONTEND, cpuLimit: 'none' });
    expect(at(one(scope, 'Deployment'), `${CONTAINER}.resources`)).toMatchObject({
      requests: { cpu: '50m' },
      limits: { memory: '256Mi', 'ephemeral-storage': '1Gi' },
    });
    expect(at(one(scope, 'Deployment'), `${CONTAINER}.resources.limits.cpu`)).toBeUndefined();
  });

  it('asks for liveness and readiness at their own paths and paces', () => {
    const deployment = one(stack().scope, 'Deployment');
    expect(at(deployment, `${CONTAINER}.livenessProbe`)).toMatchObject({
      httpGet: { path: '/health', port: 8080 },
      initialDelaySeconds: 30,
      periodSeconds: 10,
    });
    expect(at(deployment, `${CONTAINER}.readinessProbe`)).toMatchObject({
      httpGet: { path: '/ready', port: 8080 },
      initialDelaySeconds: 5,
      periodSeconds: 5,
    });
  });

  it('takes other probes, ports and times', () => {
    const { scope } = stack({
      port: 9000,
      probePort: 9090,
      extraPorts: { health: 9090 },
      servicePort: 8000,
      liveness: Probe.fromTcpSocket({ port: 9000 }),
      readinessPath: '/up',
      readinessPeriod: '1s',
      probeTimeout: '3s',
    });
    const deployment = one(scope, 'Deployment');
    expect(at(deployment, `${CONTAINER}.livenessProbe.tcpSocket.port`)).toBe(9000);
    expect(at(deployment, `${CONTAINER}.readinessProbe`)).toMatchObject({
      httpGet: { path: '/up', port: 9090 },
      periodSeconds: 1,
      timeoutSeconds: 3,
    });
    expect(at(deployment, `${CONTAINER}.ports`)).toEqual([
      { name: 'http', containerPort: 9000 },
      { name: 'health', containerPort: 9090 },
    ]);
    expect(at(one(scope, 'Service'), 'spec.ports.0')).toMatchObject({
      port: 8000,
      targetPort: 9000,
    });
  });

  it('serves on for five seconds after a pod was told to go', () => {
    const deployment = one(stack().scope, 'Deployment');
    expect(at(deployment, `${CONTAINER}.lifecycle`)).toEqual({
      preStop: { sleep: { seconds: 5 } },
    });
    const { scope } = stack({ drain: '0s' });
    expect(at(one(scope, 'Deployment'), CONTAINER)).not.toHaveProperty('lifecycle');
  });

  it('spreads its pods over zones and prefers different nodes', () => {
    const pod = at(one(stack().scope, 'Deployment'), POD) as object;
    const matchLabels = {
      'app.kubernetes.io/instance': 'user-service',
      'app.kubernetes.io/name': 'user-service',
    };
    expect(at(pod, 'topologySpreadConstraints')).toEqual([
      {
        maxSkew: 1,
        topologyKey: 'topology.kubernetes.io/zone',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels },
        matchLabelKeys: ['pod-template-hash'],
      },
    ]);
    expect(at(pod, 'affinity.podAntiAffinity')).toEqual({
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 100,
          podAffinityTerm: {
            labelSelector: { matchLabels },
            topologyKey: 'kubernetes.io/hostname',
          },
        },
      ],
    });
  });

  it('makes spread and separation hard when asked to', () => {
    const { scope } = stack({
      zoneSpreadRequired: true,
      zoneMaxSkew: 2,
      hostAntiAffinityRequired: true,
    });
    const pod = at(one(scope, 'Deployment'), POD) as object;
    expect(at(pod, 'topologySpreadConstraints.0')).toMatchObject({
      maxSkew: 2,
      whenUnsatisfiable: 'DoNotSchedule',
    });
    expect(at(pod, 'affinity.podAntiAffinity')).toHaveProperty([
      'requiredDuringSchedulingIgnoredDuringExecution',
    ]);
  });

  it('lets an eviction take one pod, and any that is not ready', () => {
    expect(one(stack().scope, 'PodDisruptionBudget').spec).toMatchObject({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    });
    const { scope } = stack({ budgetMinAvailable: '50%' });
    const { spec } = one(scope, 'PodDisruptionBudget');
    expect(spec).toMatchObject({ minAvailable: '50%' });
    expect(spec).not.toHaveProperty('maxUnavailable');
  });

  it('runs as nobody in particular, with nothing it does not need', () => {
    const pod = at(one(stack().scope, 'Deployment'), POD) as object;
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      serviceAccountName: 'user-service',
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(at(pod, 'containers.0.securityContext')).toMatchObject({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      runAsUser: 10001,
      runAsGroup: 10001,
    });
    expect(at(pod, 'containers.0.volumeMounts')).toEqual([{ name: 'tmp', mountPath: '/tmp' }]);
    expect(at(pod, 'volumes')).toEqual([{ name: 'tmp', emptyDir: {} }]);
  });

  it('may do more when that is said', () => {
    const { scope } = stack({
      user: 0,
      group: 5,
      runAsNonRoot: false,
      readOnlyRootFilesystem: false,
      allowPrivilegeEscalation: true,
      dropCapabilities: [],
      addCapabilities: ['NET_BIND_SERVICE'],
      seccompProfile: 'Unconfined',
      mountToken: true,
      lowPorts: true,
      writablePaths: [],
    });
    const pod = at(one(scope, 'Deployment'), POD) as object;
    expect(pod).toMatchObject({
      automountServiceAccountToken: true,
      securityContext: {
        runAsNonRoot: false,
        seccompProfile: { type: 'Unconfined' },
        sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }],
      },
    });
    expect(pod).not.toHaveProperty('volumes');
    expect(at(pod, 'containers.0.securityContext')).toMatchObject({
      runAsUser: 0,
      runAsGroup: 5,
      runAsNonRoot: false,
      readOnlyRootFilesystem: false,
      allowPrivilegeEscalation: true,
      capabilities: { drop: [], add: ['NET_BIND_SERVICE'] },
    });
  });

  it('hardens containers that are added later, too', () => {
    const { scope, made } = stack();
    made.deployment.addContainer({ name: 'sidecar', image: 'proxy:1.0.0', ports: [{ number: 9 }] });
    const sidecar = at(one(scope, 'Deployment'), `${POD}.containers.1`);
    expect(sidecar).toMatchObject({ securityContext: { capabilities: { drop: ['ALL'] } } });
  });

  it('is found inside the cluster, or outside of it through a load balancer', () => {
    expect(one(stack().scope, 'Service').spec).toMatchObject({
      type: 'ClusterIP',
      ports: [{ port: 80, targetPort: 8080 }],
      selector: { 'app.kubernetes.io/name': 'user-service' },
    });
    const { scope } = stack({ edge: true });
    expect(one(scope, 'Service').spec).toMatchObject({ type: 'LoadBalancer' });
    expect(at(one(scope, 'NetworkPolicy'), 'spec.ingress')).toEqual([
      { ports: [{ port: 8080, protocol: 'TCP' }] },
    ]);
  });

  it('selects its pods by the same labels wherever it stands in the tree', () => {
    const selector = at(one(stack().scope, 'Deployment'), 'spec.selector.matchLabels');
    expect(selector).toEqual({
      'app.kubernetes.io/instance': 'user-service',
      'app.kubernetes.io/name': 'user-service',
    });
    const { scope } = stack({ labels: { team: 'accounts' }, partOf: 'shop', component: 'api' });
    const deployment = one(scope, 'Deployment');
    expect(at(deployment, 'spec.selector.matchLabels')).toEqual(selector);
    expect(at(deployment, 'spec.template.metadata.labels')).toMatchObject({
      team: 'accounts',
      'app.kubernetes.io/part-of': 'shop',
      'app.kubernetes.io/component': 'api',
      'app.kubernetes.io/version': '1.0.0',
    });
  });
});
