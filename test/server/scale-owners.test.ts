/** Who owns the replicas after writes to the scale of a Deployment, as a real server records it. */
import type { ManagedFieldsEntry } from '../../lib/orchestrator/api/object';
import { withServed, type Served } from './serving';

const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    },
  },
};
const scale = (replicas: number): object => ({
  apiVersion: 'autoscaling/v1',
  kind: 'Scale',
  metadata: { name: 'web' },
  spec: { replicas },
});

/** Those who own the replicas, with what tells of their entry. */
async function owners({ ask }: Served): Promise<object[]> {
  const { body } = await ask('GET', `${DEPLOYMENTS}/web`);
  const { managedFields } = body['metadata'] as { managedFields: ManagedFieldsEntry[] };
  return managedFields
    .filter(({ fieldsV1 }) => 'f:replicas' in ((fieldsV1['f:spec'] ?? {}) as object))
    .filter(({ subresource }) => subresource !== 'status')
    .map(({ manager, operation, subresource, time }) => ({
      manager,
      operation,
      subresource,
      timed: time !== undefined,
    }));
}

describe('writes to a scale', () => {
  test('take the replicas from who wrote the object', async () => {
    await withServed(async (served) => {
      const { ask } = served;
      await ask('POST', `${DEPLOYMENTS}?fieldManager=author`, deployment);
      expect(await owners(served)).toMatchObject([{ manager: 'author' }]);
      await ask('PUT', `${DEPLOYMENTS}/web/scale?fieldManager=kubectl`, scale(3));
      expect(await owners(served)).toEqual([
        { manager: 'kubectl', operation: 'Update', subresource: 'scale', timed: false },
      ]);
    });
  });

  test('are applied with conflicts, by force, and without any for the same number', async () => {
    await withServed(async (served) => {
      const { ask } = served;
      const apply = { 'content-type': 'application/apply-patch+yaml' };
      const path = `${DEPLOYMENTS}/web/scale?fieldManager=me`;
      await ask('POST', `${DEPLOYMENTS}?fieldManager=author`, deployment);
      const refused = await ask('PATCH', path, scale(2), apply);
      expect(refused.code).toBe(409);
      expect(refused.body['message']).toBe(
        'Apply failed with 1 conflict: conflict with "author" using autoscaling/v1: .spec.replicas',
      );
      expect((await ask('PATCH', path, scale(1), apply)).code).toBe(200);
      const me = { manager: 'me', operation: 'Apply', subresource: 'scale', timed: false };
      expect(await owners(served)).toEqual([me, expect.objectContaining({ manager: 'author' })]);
      expect((await ask('PATCH', `${path}&force=true`, scale(2), apply)).code).toBe(200);
      expect(await owners(served)).toEqual([me]);
    });
  });
});
