import { Chart, Testing } from 'cdk8s';
import { MicroserviceStack } from '../../lib';
import type { Event, Node, PersistentVolumeClaim, Pod } from '../../lib/orchestrator/api/objects';
import { Cluster } from '../../lib/testing';
import { Shop } from '../../apps/three-tier/shop';

const isReady = (node: Node) => node.status.conditions?.find((c) => c.type === 'Ready')?.status;

describe('A node that dies', () => {
  test('is NotReady after 50 s, is tainted, and its pods are replaced 300 s later', () => {
    const cluster = Cluster.create({ nodesPerZone: 2 });
    const chart = new Chart(Testing.app(), 'shop');
    new MicroserviceStack(chart, 'api', { image: 'shop/api:1.0.0', autoscaling: false });
    cluster.deploy(chart);
    expect(cluster).toSettle({ within: '2m' });
    const api = cluster.deployment('api');
    const victim = api.pods[0]!;
    const node = victim.nodeName!;
    cluster.advance('7s');
    cluster.fail.node(node);
    const failedAt = cluster.now;
    const nodeNow = () => cluster.node(node).get() as Node;
    expect(cluster.runUntil(() => isReady(nodeNow()) === 'Unknown', { within: '2m' })).toBe(true);
    // The grace of 50 s counts from the last renewal of its lease, looked at each 5 s.
    expect(cluster.now - failedAt).toBeGreaterThan(40_000);
    expect(cluster.now - failedAt).toBeLessThanOrEqual(55_000);
    const notReadyAt = cluster.now;
    expect(
      cluster.runUntil(
        () => nodeNow().spec.taints?.some((t) => t.effect === 'NoExecute') === true,
        { within: '1m' },
      ),
    ).toBe(true);
    expect(cluster.now - notReadyAt).toBeLessThanOrEqual(10_000);
    expect(
      cluster.runUntil(() => victim.tryGet()?.metadata.deletionTimestamp !== undefined, {
        within: '10m',
      }),
    ).toBe(true);
    expect(cluster.now - notReadyAt).toBeGreaterThanOrEqual(300_000);
    expect(cluster.now - notReadyAt).toBeLessThanOrEqual(310_000);
    expect(api).toBeAvailable({ within: '1m' });
    expect(api.pods.every((pod) => pod.nodeName !== node)).toBe(true);
    const reasons = cluster.list<Event>('events').map((event) => event.reason);
    expect(reasons).toEqual(expect.arrayContaining(['NodeNotReady', 'TaintManagerEviction']));
  });

  test('that comes back in time loses none of its pods', () => {
    const cluster = Cluster.create();
    const chart = new Chart(Testing.app(), 'shop');
    new MicroserviceStack(chart, 'api', { image: 'shop/api:1.0.0', autoscaling: false });
    cluster.deploy(chart);
    expect(cluster).toSettle({ within: '2m' });
    const before = cluster
      .deployment('api')
      .pods.map((pod) => pod.name)
      .sort();
    const outage = cluster.fail.node('a-1');
    cluster.advance('2m');
    outage.heal();
    expect(cluster).toSettle({ within: '5m' });
    expect(
      cluster
        .deployment('api')
        .pods.map((pod) => pod.name)
        .sort(),
    ).toEqual(before);
    expect((cluster.node('a-1').get() as Node).spec.taints ?? []).toEqual([]);
  });
});

describe('A zone that dies', () => {
  test('takes no service down, and the database comes back with its zone and its data', () => {
    const cluster = Cluster.create({ nodesPerZone: 2 });
    cluster.deploy(new Shop(Testing.app(), 'shop'));
    expect(cluster).toSettle({ within: '3m' });
    const db = cluster.statefulSet('postgres');
    const [pod] = db.pods;
    const claim = () => cluster.list<PersistentVolumeClaim>('persistentvolumeclaims')[0]!;
    const volume = claim().spec.volumeName;
    expect(volume).toMatch(/^pvc-/);
    const zone = pod!.nodeName!.slice(0, 1);
    const outage = cluster.fail.zone(zone);
    cluster.advance('8m');
    // The stateless tiers are whole again, elsewhere.
    expect(cluster.deployment('api')).toBeAvailable();
    expect(cluster.deployment('frontend')).toBeAvailable();
    // The database's disk lives in that zone: it waits for it.
    expect(
      db
        .podObjects()
        .filter(
          (p: Pod) =>
            p.metadata.deletionTimestamp === undefined &&
            p.status.conditions?.some((c) => c.type === 'Ready' && c.status === 'True'),
        ),
    ).toEqual([]);
    outage.heal();
    expect(db).toRecover({ within: '10m' });
    expect(claim().spec.volumeName).toBe(volume);
    expect(db.pods[0]!.nodeName!.slice(0, 1)).toBe(zone);
  });
});
