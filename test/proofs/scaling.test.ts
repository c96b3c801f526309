import { Chart, Testing } from 'cdk8s';
import { MicroserviceStack, StatefulDatabase } from '../../lib';
import type { HorizontalPodAutoscaler, Pod } from '../../lib/orchestrator/api/objects';
import { Cluster, spike } from '../../lib/testing';
import { podHistories } from '../../lib/report/pod-history';

describe('An autoscaled service under a spike', () => {
  test('goes from 3 to 10 and back to 3, no sooner than the stabilisation window', () => {
    const cluster = Cluster.create({
      nodesPerZone: 3,
      images: { 'shop/api:*': { cpuPerRequest: 2 } },
    });
    const chart = new Chart(Testing.app(), 'shop');
    new MicroserviceStack(chart, 'api', { image: 'shop/api:1.0.0' });
    cluster.deploy(chart);
    expect(cluster).toSettle({ within: '2m' });
    const api = cluster.deployment('api');
    // 2 ms of CPU a request: 500 rps want a whole CPU, 10 pods of 100m run at 100 %.
    cluster.traffic({ to: 'service/api', rps: spike(60, 600, { after: '1m', for: '5m' }) });
    cluster.advance('1m');
    expect(api).toScaleTo({ exactly: 10, within: '3m' });
    expect(cluster).toSettle({ within: '2m' });
    const peakEnds = 6 * 60_000;
    expect(api).toScaleTo({ exactly: 3, within: '20m' });
    // Recommendations of the last 5 minutes hold it up.
    expect(cluster.now).toBeGreaterThan(peakEnds + 5 * 60_000 - 15_000);
    const hpa = cluster.autoscaler('api').get() as HorizontalPodAutoscaler;
    expect(hpa.status.conditions?.map((c) => `${c.type}=${c.status}`)).toContain(
      'AbleToScale=True',
    );
  });
});

describe('A StatefulSet', () => {
  const database = () => {
    const cluster = Cluster.create({ nodesPerZone: 2 });
    const chart = new Chart(Testing.app(), 'shop');
    new StatefulDatabase(chart, 'db', { replicas: 3, passwordSecret: 'db-secret' });
    cluster.deploy(
      `{apiVersion: v1, kind: Secret, metadata: {name: db-secret}, stringData: {password: p, url: u}}`,
    );
    cluster.deploy(chart);
    return { cluster, db: cluster.statefulSet('db') };
  };
  /** Order in which the pods came to a state, e.g. `db-0`. */
  const order = (cluster: Cluster, since: number, state: string) =>
    podHistories(cluster.core.trace, (pod: Pod) => pod.metadata.name.startsWith('db-'))
      .flatMap((history) =>
        history.changes
          .filter((change) => change.at >= since && change.state === state)
          .map((change) => ({ at: change.at, name: history.name })),
      )
      .sort((a, b) => a.at - b.at)
      .map(({ name }) => name);

  test('comes up 0, 1, 2, updates 2, 1, 0, goes down from the top, and keeps its claims', () => {
    const { cluster, db } = database();
    expect(cluster).toSettle({ within: '5m' });
    expect(order(cluster, 0, 'ready')).toEqual(['db-0', 'db-1', 'db-2']);
    const updatedAt = cluster.now;
    const container = (db.get().spec.template.spec.containers[0] as { name: string }).name;
    db.setImage(container, 'postgres:17');
    expect(db).toCompleteRollout({ within: '10m' });
    expect(order(cluster, updatedAt, 'terminating')).toEqual(['db-2', 'db-1', 'db-0']);
    const scaledAt = cluster.now;
    db.scale(1);
    expect(cluster).toSettle({ within: '5m' });
    expect(order(cluster, scaledAt, 'terminating')).toEqual(['db-2', 'db-1']);
    const claims = cluster.list('persistentvolumeclaims').map((claim) => claim.metadata.name);
    expect(claims).toHaveLength(3);
  });
});
