import { Chart, Testing } from 'cdk8s';
import { MicroserviceStack } from '../../lib';
import { above, below, Cluster } from '../../lib/testing';

/** The documents' rollout: 5 replicas, maxSurge 2, maxUnavailable 1, on 3 zones of 10 nodes. */
function deployed() {
  const cluster = Cluster.create({ nodesPerZone: 10 });
  const chart = new Chart(Testing.app(), 'shop');
  new MicroserviceStack(chart, 'user-service', {
    image: 'shop/user-service:1.0.0',
    replicas: 5,
    maxSurge: 2,
    maxUnavailable: 1,
    autoscaling: false,
  });
  cluster.deploy(chart);
  expect(cluster).toSettle({ within: '2m' });
  return { cluster, service: cluster.deployment('user-service') };
}

describe("The documents' rollout", () => {
  test('loses no request of 10,000 a second, never above 7 pods and never below 4', () => {
    const { cluster, service } = deployed();
    const traffic = cluster.traffic({ to: 'service/user-service', rps: 10_000 });
    cluster.advance('5s');
    service.setImage('user-service', 'shop/user-service:2.0.0');
    expect(service).toCompleteRollout({ within: '5m' });
    cluster.advance('1m');
    expect(service).toHaveNeverHad({ replicas: above(7), readyReplicas: below(4) });
    expect(traffic.requests).toBeGreaterThan(600_000);
    expect(traffic).toHaveNoFailures();
  });

  test('lands 2/2/1 over the zones and one a node; ten land 4/3/3', () => {
    const { cluster, service } = deployed();
    const perZone = () => {
      const zones = new Map<string, number>();
      for (const pod of service.pods) {
        const zone = pod.nodeName!.slice(0, 1);
        zones.set(zone, (zones.get(zone) ?? 0) + 1);
      }
      return [...zones.values()].sort((a, b) => b - a);
    };
    expect(perZone()).toEqual([2, 2, 1]);
    expect(new Set(service.pods.map((pod) => pod.nodeName)).size).toBe(5);
    expect(service).toBeSpreadAcross('zone', { maxSkew: 1 });
    service.scale(10);
    expect(cluster).toSettle({ within: '2m' });
    expect(perZone()).toEqual([4, 3, 3]);
    expect(new Set(service.pods.map((pod) => pod.nodeName)).size).toBe(10);
  });

  test('stalls on a version that never gets ready, serves on, and is undone without a loss', () => {
    const cluster = Cluster.create({ images: { 'shop/user-service:3.*': { readiness: 'never' } } });
    const chart = new Chart(Testing.app(), 'shop');
    new MicroserviceStack(chart, 'user-service', {
      image: 'shop/user-service:1.0.0',
      autoscaling: false,
    });
    cluster.deploy(chart);
    expect(cluster).toSettle({ within: '2m' });
    const service = cluster.deployment('user-service');
    const traffic = cluster.traffic({ to: 'service/user-service', rps: 1000 });
    service.setImage('user-service', 'shop/user-service:3.0.0');
    expect(service).toStallRollout({ reason: 'ProgressDeadlineExceeded', within: '11m' });
    expect(service).toBeAvailable({ atLeast: 3 });
    service.rollout.undo();
    expect(service).toCompleteRollout({ within: '2m' });
    cluster.advance('1m');
    expect(service).toHaveStayedAvailable({ atLeast: 3 });
    expect(traffic).toHaveNoFailures();
  });
});

describe('Zones that are full', () => {
  const spread = (whenUnsatisfiable: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      topologySpreadConstraints:
      - {maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: ${whenUnsatisfiable}, labelSelector: {matchLabels: {app: web}}}
      containers: [{name: app, image: "web:v1", ports: [{containerPort: 8080}], resources: {requests: {cpu: "1"}}}]
`;
  /** Zone c has room for nothing: whatever runs there takes it all. */
  const crowded = () => {
    const cluster = Cluster.create({ node: { cpu: '4' } });
    cluster.deploy(`
apiVersion: v1
kind: Pod
metadata: {name: hog}
spec:
  nodeSelector: {topology.kubernetes.io/zone: c}
  containers: [{name: hog, image: "hog:v1", resources: {requests: {cpu: 3900m}}}]
`);
    expect(cluster).toSettle({ within: '1m' });
    return cluster;
  };

  test('keep pods Pending under DoNotSchedule, with the reason', () => {
    const cluster = crowded();
    cluster.deploy(spread('DoNotSchedule'));
    cluster.advance('30s');
    const web = cluster.deployment('web');
    expect(web).toBeUnschedulable({ reason: "didn't match pod topology spread constraints" });
    expect(web).toBeUnschedulable({ reason: '1 Insufficient cpu' });
    expect(web).toBeAvailable({ atLeast: 2 });
  });

  test('send pods elsewhere under ScheduleAnyway', () => {
    const cluster = crowded();
    cluster.deploy(spread('ScheduleAnyway'));
    expect(cluster).toSettle({ within: '1m' });
    expect(cluster.deployment('web')).toBeSpreadAcross('zone', { maxSkew: 1, ignoring: ['c'] });
  });
});
