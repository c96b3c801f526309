import { ControllerProcess } from '../../../lib/orchestrator/client';
import {
  endpointsController,
  type Endpoints,
} from '../../../lib/orchestrator/controllers/endpoints/endpoints-controller';
import { BareCluster } from '../../network/bare-cluster';

function started(): BareCluster {
  const cluster = new BareCluster();
  const client = cluster.client('kube-controller-manager');
  new ControllerProcess(client, cluster.random).start([endpointsController]);
  return cluster;
}

const endpointsOf = (cluster: BareCluster): Endpoints | undefined =>
  cluster.user.tryGet<Endpoints>('endpoints', 'default', 'web');

const addresses = (cluster: BareCluster): (string[] | undefined)[][] =>
  (endpointsOf(cluster)?.subsets ?? []).map((subset) => [
    subset.addresses?.map(({ ip }) => ip),
    subset.notReadyAddresses?.map(({ ip }) => ip),
  ]);

describe('the Endpoints of a service', () => {
  it('list its pods, ready and not, in the order of their addresses', () => {
    const cluster = started();
    cluster.service('web', {}, { team: 'shop' });
    cluster.pod('web-2', '10.244.0.2');
    cluster.pod('web-1', '10.244.0.1');
    cluster.pod('web-3', '10.244.0.3', { ready: false });
    cluster.run(100);
    expect(addresses(cluster)).toEqual([[['10.244.0.1', '10.244.0.2'], ['10.244.0.3']]]);
    expect(endpointsOf(cluster)!.subsets![0]!.ports).toEqual([{ protocol: 'TCP', port: 8080 }]);
    expect(endpointsOf(cluster)!.metadata.labels).toEqual({
      team: 'shop',
      'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
    });
  });

  it('exist without a pod, and go with the service', () => {
    const cluster = started();
    cluster.service('web');
    cluster.run(100);
    expect(endpointsOf(cluster)!.subsets).toEqual([]);
    cluster.user.delete('services', 'default', 'web');
    cluster.run(100);
    expect(endpointsOf(cluster)).toBeUndefined();
  });

  it('leave out pods that are going away, unless unready ones are published', () => {
    const cluster = started();
    cluster.service('web');
    cluster.pod('web-1', '10.244.0.1');
    cluster.pod('web-2', '10.244.0.2');
    cluster.run(100);
    cluster.user.delete('pods', 'default', 'web-1');
    cluster.run(100);
    expect(addresses(cluster)).toEqual([[['10.244.0.2'], undefined]]);
    const published = started();
    published.service('web', { publishNotReadyAddresses: true });
    published.pod('web-1', '10.244.0.1', { ready: false });
    published.run(100);
    published.user.delete('pods', 'default', 'web-1');
    published.run(100);
    expect(addresses(published)).toEqual([[['10.244.0.1'], undefined]]);
  });

  it('are cut off at 1,000 addresses, and say so', () => {
    const cluster = started();
    cluster.service('web');
    for (let i = 0; i < 1010; i++) cluster.pod(`web-${i}`, `10.244.${i >> 8}.${i & 255}`);
    cluster.run(10_000);
    expect(endpointsOf(cluster)!.subsets![0]!.addresses).toHaveLength(1000);
    expect(endpointsOf(cluster)!.metadata.annotations).toMatchObject({
      'endpoints.kubernetes.io/over-capacity': 'truncated',
    });
  });
});
