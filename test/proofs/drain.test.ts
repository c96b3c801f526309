import { Chart, Testing } from 'cdk8s';
import { MicroserviceStack } from '../../lib';
import { below, Cluster } from '../../lib/testing';

describe('A drain', () => {
  test('respects the budget: one pod at a time is away, and no request is lost', () => {
    const cluster = Cluster.create({ zones: ['a', 'b'], nodesPerZone: 1 });
    const chart = new Chart(Testing.app(), 'shop');
    new MicroserviceStack(chart, 'api', {
      image: 'shop/api:1.0.0',
      replicas: 4,
      autoscaling: false,
    });
    cluster.deploy(chart);
    expect(cluster).toSettle({ within: '2m' });
    const api = cluster.deployment('api');
    const traffic = cluster.traffic({ to: 'service/api', rps: 1000 });
    cluster.advance('5s');
    const output = cluster.kubectl(
      'drain a-1 --ignore-daemonsets --delete-emptydir-data --timeout=10m',
    );
    // The budget let one go; the next had to wait until the first had a ready replacement.
    expect(output).toContain("Cannot evict pod as it would violate the pod's disruption budget.");
    expect(output).toContain('node/a-1 drained');
    expect(cluster).toSettle({ within: '5m' });
    expect(api).toHaveNeverHad({ readyReplicas: below(3) });
    expect(api.pods.map((pod) => pod.nodeName)).toEqual(['b-1', 'b-1', 'b-1', 'b-1']);
    expect(traffic).toHaveNoFailures();
    expect(cluster.kubectl('get node a-1 --no-headers')).toContain('Ready,SchedulingDisabled');
  });
});
