/** Who owns a field is part of the object: a change of owners alone is a write. */
import type { ConfigMap } from '../../lib/orchestrator/api/objects';
import type { PatchOptions } from '../../lib/orchestrator/apiserver/requests';
import { Cluster } from '../../lib/orchestrator/cluster/cluster';

const user = {
  user: 'kubernetes-admin',
  groups: ['system:masters'],
  manager: 'me',
  trusted: false,
};
const config = (metadata: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', ...metadata },
  data: { a: '1' },
});

function apiWith(): {
  apply(manager: string, options?: PatchOptions): ConfigMap;
  cluster: Cluster;
} {
  const cluster = new Cluster({ withoutNodes: true });
  return {
    cluster,
    apply: (fieldManager, options = {}) =>
      cluster.api.patch<ConfigMap>(
        user,
        'configmaps',
        'default',
        'settings',
        'apply',
        config(),
        '',
        { fieldManager, ...options },
      ),
  };
}

const versionOf = ({ metadata }: ConfigMap): string => metadata.resourceVersion;

describe('server-side apply of what is there already', () => {
  it('writes the object if the manager did not own those fields before', () => {
    const { apply, cluster } = apiWith();
    const first = apply('one');
    const seen: string[] = [];
    cluster.api.watch('configmaps', { name: 'settings' }, cluster.api.store.revision, (event) =>
      seen.push(event.type),
    );
    const second = apply('two');
    expect(Number(versionOf(second))).toBeGreaterThan(Number(versionOf(first)));
    expect(second.data).toEqual(first.data);
    expect(seen).toEqual(['MODIFIED']);
    const owners = cluster.api.ownership.of(second).map(({ manager }) => manager);
    expect(owners.sort()).toEqual(['one', 'two']);
  });

  it('leaves the object alone if nothing about its owners changes', () => {
    const { apply } = apiWith();
    const first = apply('one');
    expect(apply('one')).toBe(first);
    expect(apply('two', { dryRun: true })).toBe(first);
  });
});

describe('a patch of managedFields', () => {
  it('writes the object, so that an older resourceVersion conflicts', () => {
    const { apply, cluster } = apiWith();
    const first = apply('one');
    const release = [{ op: 'replace', path: '/metadata/managedFields', value: [{}] }];
    const released = cluster.api.patch<ConfigMap>(
      user,
      'configmaps',
      'default',
      'settings',
      'json',
      release,
    );
    expect(versionOf(released)).not.toBe(versionOf(first));
    expect(() => cluster.api.update(user, 'configmaps', first)).toThrow(
      'the object has been modified',
    );
  });
});
