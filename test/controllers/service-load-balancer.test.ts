import type { Event, Service } from '../../lib/orchestrator/api/objects';
import { ControllerProcess } from '../../lib/orchestrator/client';
import { serviceLoadBalancerController } from '../../lib/orchestrator/controllers/service-load-balancer';
import { BareCluster } from '../network/bare-cluster';

function started(): BareCluster {
  const cluster = new BareCluster();
  const client = cluster.client('cloud-controller-manager');
  new ControllerProcess(client, cluster.random).start([serviceLoadBalancerController]);
  return cluster;
}

const serviceOf = (cluster: BareCluster, name = 'web'): Service | undefined =>
  cluster.user.tryGet<Service>('services', 'default', name);

const addressOf = (cluster: BareCluster, name?: string): string | undefined =>
  serviceOf(cluster, name)?.status.loadBalancer?.ingress?.[0]?.ip;

const reasons = (cluster: BareCluster): string[] =>
  cluster.user
    .list<Event>('events')
    .sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
    .map(({ reason }) => reason);

describe('a service of type LoadBalancer', () => {
  it('is pending for two seconds, then has an address', () => {
    const cluster = started();
    cluster.service('web', { type: 'LoadBalancer' });
    cluster.run(1900);
    expect(addressOf(cluster)).toBeUndefined();
    expect(serviceOf(cluster)!.metadata.finalizers).toEqual([
      'service.kubernetes.io/load-balancer-cleanup',
    ]);
    cluster.run(200);
    expect(addressOf(cluster)).toBe('198.18.0.1');
    expect(reasons(cluster)).toEqual(['EnsuringLoadBalancer', 'EnsuredLoadBalancer']);
  });

  it('has an address of its own', () => {
    const cluster = started();
    for (const name of ['web', 'api', 'shop']) cluster.service(name, { type: 'LoadBalancer' });
    cluster.run(5000);
    const addresses = ['web', 'api', 'shop'].map((name) => addressOf(cluster, name));
    expect(new Set(addresses).size).toBe(3);
  });

  it('is gone only after its load balancer is', () => {
    const cluster = started();
    cluster.service('web', { type: 'LoadBalancer' });
    cluster.run(5000);
    cluster.user.delete('services', 'default', 'web');
    expect(serviceOf(cluster)).toBeDefined();
    cluster.run(100);
    expect(serviceOf(cluster)).toBeUndefined();
    expect(reasons(cluster).slice(2)).toEqual(['DeletingLoadBalancer', 'DeletedLoadBalancer']);
  });

  it('loses its address when it becomes a ClusterIP service', () => {
    const cluster = started();
    cluster.service('web', { type: 'LoadBalancer' });
    cluster.run(5000);
    const service = serviceOf(cluster)!;
    cluster.user.update<Service>('services', {
      ...service,
      spec: { ...service.spec, type: 'ClusterIP' },
    });
    cluster.run(100);
    expect(addressOf(cluster)).toBeUndefined();
    expect(serviceOf(cluster)!.metadata.finalizers ?? []).toEqual([]);
  });

  it.each([
    ['ClusterIP', { type: 'ClusterIP' as const }],
    ['of another class', { type: 'LoadBalancer' as const, loadBalancerClass: 'example.com/lb' }],
  ])('is left alone if it is %s', (_, spec) => {
    const cluster = started();
    cluster.service('web', spec);
    cluster.run(5000);
    expect(addressOf(cluster)).toBeUndefined();
    expect(serviceOf(cluster)!.metadata.finalizers).toBeUndefined();
  });
});
