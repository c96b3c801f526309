/** Nodes, pods and programs that fail. */
import type { Node, Pod } from '../../../lib/orchestrator/api/objects';
import { isPodReady } from '../../../lib/orchestrator/api/objects';
import { Cluster } from '../../../lib/testing';
import { after, READINESS, serviceYaml, stage, until, type Run } from './stage';

const nodeNow = (cluster: Cluster, name: string) => cluster.node(name).get() as Node;
const readyStatus = (node: Node) => node.status.conditions?.find((c) => c.type === 'Ready')?.status;

export const eviction: Run = () => {
  const { cluster, service } = stage({}, { nodesPerZone: 2 });
  const [victim] = service.pods;
  const name = victim!.nodeName!;
  cluster.advance('5s');
  cluster.fail.node(name);
  const since = cluster.now;
  const lines: string[] = [];
  const note = (what: string, condition: () => boolean): void => {
    until(cluster, condition);
    lines.push(`${after(cluster, since).padEnd(10)}${what}`);
  };
  note(
    'the node is NotReady, its pods leave the endpoints',
    () => readyStatus(nodeNow(cluster, name)) === 'Unknown',
  );
  note('it has the taint node.kubernetes.io/unreachable:NoExecute', () =>
    (nodeNow(cluster, name).spec.taints ?? []).some(({ effect }) => effect === 'NoExecute'),
  );
  note('its pods are told to go', () => victim!.get().metadata.deletionTimestamp !== undefined);
  note(
    'others are ready in their place',
    () => service.pods.filter((pod) => pod.isReady).length === 5,
  );
  cluster.advance('1h');
  lines.push(
    `${after(cluster, since).padEnd(10)}the pod of the dead node ${victim!.exists ? 'still waits for it' : 'is gone'}`,
  );
  return lines;
};

export const lostWithANode: Run = () => {
  const { cluster, service } = stage({}, { nodesPerZone: 2 });
  const traffic = cluster.traffic({ to: 'service/user-service', rps: 1000 });
  cluster.advance('10s');
  const name = service.pods[0]!.nodeName!;
  cluster.fail.node(name);
  const since = cluster.now;
  cluster.advance('10m');
  const toPods = traffic
    .losses()
    .filter(({ podKey, node }) => podKey !== undefined && node !== name);
  const end = Math.max(...toPods.map(({ to }) => to));
  const [worst] = [...traffic.advice()].sort((a, b) => b.requests - a.requests);
  return [
    `${traffic.failed} of ${traffic.requests} requests lost, the last ${((end - since) / 1000).toFixed(1)}s after the crash`,
    `cause: ${worst!.cause}; what would help: ${worst!.change}`,
  ];
};

const DATABASE = `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 3
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: app, image: "postgres:15", ports: [{containerPort: 5432}]}]}
`;

export const statefulSetOnADeadNode: Run = () => {
  const cluster = Cluster.create({ nodesPerZone: 2 });
  cluster.deploy(DATABASE);
  expect(cluster).toSettle({ within: '5m' });
  const db = cluster.statefulSet('db');
  const pod = cluster.pod('db-1');
  const outage = cluster.fail.node(pod.nodeName!);
  cluster.advance('1h');
  const ready = (): string => `${db.podObjects().filter(isPodReady).length} of 3 ready`;
  const terminating = pod.get().metadata.deletionTimestamp !== undefined;
  const lines = [`an hour later: ${ready()}, db-1 is terminating: ${terminating}`];
  outage.heal();
  const since = cluster.now;
  expect(db).toRecover({ within: '5m' });
  return [...lines, `${after(cluster, since)} after the node came back: ${ready()}`];
};

export const deletedStatefulSet: Run = () => {
  const cluster = Cluster.create({ nodesPerZone: 2 });
  cluster.deploy(DATABASE);
  expect(cluster).toSettle({ within: '5m' });
  cluster.statefulSet('db').delete();
  const of = (pod: Pod): boolean => pod.metadata.name.startsWith('db-');
  const going = () =>
    cluster
      .list<Pod>('pods')
      .filter(of)
      .filter((p) => p.metadata.deletionTimestamp);
  until(cluster, () => going().length > 0);
  const first = cluster.now;
  until(cluster, () => going().length === 3);
  return [
    `${going()
      .map((pod) => pod.metadata.name)
      .sort()
      .join(', ')}: told to go within ${cluster.now - first} ms of each other`,
  ];
};

export const crash: Run = () => {
  const { cluster, service } = stage({ replicas: 3 });
  const [victim] = service.pods;
  const { nodeName } = victim!;
  const before = service.pods.map(({ name }) => name).sort();
  cluster.fail.containers(victim!);
  const phases = new Set<string>();
  const since = cluster.now;
  while (cluster.now < since + 20_000) {
    phases.add(victim!.get().status.phase);
    cluster.advance(100);
  }
  const same =
    before.join() ===
    service.pods
      .map(({ name }) => name)
      .sort()
      .join();
  const { containerStatuses = [] } = victim!.get().status;
  return [
    `the same pods: ${same}, on the same node: ${victim!.nodeName === nodeName}`,
    `phase: ${[...phases].join(', ')}; restarts: ${containerStatuses[0]!.restartCount}`,
  ];
};

/** A program that answers with errors a minute after its start: who notices? */
export const unhealthy: Run = () => {
  const served = (container: string): string => {
    const cluster = Cluster.create({
      images: { 'user-service:*': { readiness: { until: '1m' } } },
    });
    cluster.deploy(serviceYaml({ replicas: 3, container }));
    expect(cluster).toSettle({ within: '30s' });
    cluster.advance('5m');
    const slices = cluster.list<{ endpoints: { conditions: { ready: boolean } }[] } & Pod>(
      'endpointslices.discovery.k8s.io',
    );
    const ready = slices
      .flatMap(({ endpoints }) => endpoints)
      .filter(({ conditions }) => conditions.ready);
    return `${ready.length} of 3 pods get requests`;
  };
  return [
    `no readiness probe:     ${served('resources: {}')}`,
    `with a readiness probe: ${served(READINESS)}`,
  ];
};
