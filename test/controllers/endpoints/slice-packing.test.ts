import type { BareCluster } from '../../network/bare-cluster';
import { addressesOf, slicesOf, started } from './slices';

describe('packing', () => {
  const sizes = (cluster: BareCluster): number[] =>
    slicesOf(cluster)
      .map((slice) => slice.endpoints!.length)
      .sort((a, b) => b - a);
  const addPods = (cluster: BareCluster, from: number, to: number): void => {
    for (let i = from; i <= to; i++) {
      cluster.pod(`web-${i}`, `10.244.${i >> 8}.${i & 255}`, { node: 'node-c' });
    }
  };

  it('puts at most 100 endpoints in a slice', () => {
    const cluster = started();
    cluster.service('web');
    addPods(cluster, 1, 250);
    cluster.run(1000);
    expect(sizes(cluster)).toEqual([100, 100, 50]);
  });

  it('fills the fullest slice that has room for all that come, and moves none', () => {
    const cluster = started();
    cluster.service('web');
    addPods(cluster, 1, 250);
    cluster.run(1000);
    for (let i = 1; i <= 30; i++) {
      cluster.user.delete('pods', 'default', `web-${i}`, { gracePeriodSeconds: 0 });
    }
    cluster.run(1000);
    expect(sizes(cluster)).toEqual([100, 70, 50]);
    addPods(cluster, 300, 310);
    cluster.run(1000);
    expect(sizes(cluster)).toEqual([100, 81, 50]);
    addPods(cluster, 400, 439);
    cluster.run(1000);
    expect(sizes(cluster)).toEqual([100, 90, 81]);
  });

  it('fills a slice that changes anyway', () => {
    const cluster = started();
    cluster.service('web');
    addPods(cluster, 1, 150);
    cluster.run(1000);
    cluster.user.delete('pods', 'default', 'web-1', { gracePeriodSeconds: 0 });
    addPods(cluster, 151, 151);
    cluster.run(1000);
    expect(sizes(cluster)).toEqual([100, 50]);
    expect(new Set(slicesOf(cluster).flatMap(addressesOf)).size).toBe(150);
  });

  it('writes each slice a few times only while 1,000 pods come', () => {
    const cluster = started();
    cluster.service('web');
    addPods(cluster, 1, 1000);
    cluster.run(5000);
    expect(sizes(cluster)).toEqual(new Array(10).fill(100));
    expect(Math.max(...slicesOf(cluster).map((slice) => slice.metadata.generation!))).toBeLessThan(
      5,
    );
  });
});
