import { admission } from '../../../lib/orchestrator/apiserver/admission';
import { namespaceController } from '../../../lib/orchestrator/controllers/namespace/namespace-controller';
import { serviceAccountController } from '../../../lib/orchestrator/controllers/service-account';
import { replicaSetController } from '../../../lib/orchestrator/controllers/replica-set/replica-set-controller';
import { deploymentController } from '../../../lib/orchestrator/controllers/deployment/deployment-controller';
import type { ConfigMap, Deployment, Namespace } from '../../../lib/orchestrator/api/objects';
import type { WriteFact } from '../../../lib/orchestrator/apiserver/requests';
import { deployment, template } from '../kit/objects';
import { Simulation } from '../kit/simulation';

const controllers = [
  serviceAccountController,
  namespaceController,
  deploymentController,
  replicaSetController,
];

function start(graceSeconds: number, goneAfterMs: number): Simulation {
  const simulation = new Simulation({ controllers, admission, goneAfterMs });
  const { user } = simulation;
  user.create('namespaces', undefined, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'shop' },
  });
  simulation.run(10);
  const plain = template();
  const spec = { ...plain.spec, terminationGracePeriodSeconds: graceSeconds };
  user.create<Deployment>(
    'deployments.apps',
    'shop',
    deployment(2, { template: { ...plain, spec } }),
  );
  user.create<ConfigMap>('configmaps', 'shop', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings' },
  });
  simulation.run(9990);
  user.delete('namespaces', undefined, 'shop');
  return simulation;
}

const shop = (simulation: Simulation): Namespace | undefined =>
  simulation.user.tryGet<Namespace>('namespaces', undefined, 'shop');

const conditions = (simulation: Simulation): string[] =>
  (
    (shop(simulation)?.status.conditions ?? []) as {
      type: string;
      status: string;
      reason: string;
      message: string;
    }[]
  )
    .filter(({ status }) => status === 'True')
    .map(({ type, reason, message }) => `${type} ${reason} ${message}`);

describe('a namespace that is deleted', () => {
  it('is Terminating, takes nothing new, and is left alone for five seconds', () => {
    const simulation = start(30, 1000);
    expect(shop(simulation)?.status.phase).toBe('Terminating');
    expect(() =>
      simulation.user.create('configmaps', 'shop', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'late' },
      }),
    ).toThrow('unable to create new content in namespace shop because it is being terminated');
    simulation.run(4900);
    expect(simulation.user.list('pods', { namespace: 'shop' })).toHaveLength(2);
  });

  it('loses its pods first, then all else, then itself', () => {
    const simulation = start(30, 1000);
    simulation.run(5500);
    expect(simulation.user.list('deployments.apps', { namespace: 'shop' })).toHaveLength(1);
    expect(conditions(simulation)).toEqual([
      'NamespaceContentRemaining SomeResourcesRemain Some resources are remaining: pods. has 2 resource instances',
    ]);
    simulation.run(30_000);
    expect(shop(simulation)).toBeUndefined();
    const gone = simulation.trace
      .of<WriteFact>('write')
      .filter(({ fact }) => fact.verb === 'DELETED')
      .map(({ fact }) => fact.resource);
    expect(gone.slice(0, 2)).toEqual(['pods', 'pods']);
    expect(gone).toContain('configmaps');
    expect(gone.at(-1)).toBe('namespaces');
  });

  it('says that pods remain beyond their grace, and tries again with back-off', () => {
    const simulation = start(1, 1000);
    simulation.run(5100);
    expect(conditions(simulation)).toEqual([
      'NamespaceDeletionContentFailure ContentDeletionFailed Failed to delete all resource types, 1 remaining: unexpected items still remain in namespace: shop for gvr: /v1, Resource=pods',
    ]);
    simulation.run(3000);
    expect(shop(simulation)).toBeUndefined();
  });

  it('stays as long as a finalizer holds something in it, and says which', () => {
    const simulation = start(1, 10);
    const map = simulation.user.get<ConfigMap>('configmaps', 'shop', 'settings');
    const metadata = { ...map.metadata, finalizers: ['example.com/keep'] };
    simulation.user.update<ConfigMap>('configmaps', { ...map, metadata });
    simulation.run(20_000);
    expect(conditions(simulation)).toContain(
      'NamespaceFinalizersRemaining SomeFinalizersRemain Some content in the namespace has finalizers remaining: example.com/keep in 1 resource instances',
    );
    const held = simulation.user.get<ConfigMap>('configmaps', 'shop', 'settings');
    simulation.user.update<ConfigMap>('configmaps', {
      ...held,
      metadata: { ...held.metadata, finalizers: [] },
    });
    simulation.run(20_000);
    expect(shop(simulation)).toBeUndefined();
  });
});
