import type { KubeObject } from '../../lib/orchestrator/api/object';
import { Simulation } from '../controllers/kit/simulation';

describe('An object that is being deleted', () => {
  it('is gone with its last finalizer, which watchers still see on it', () => {
    const { user, clock } = new Simulation({ controllers: [], withNodes: false });
    const gone: KubeObject[] = [];
    user.informer<KubeObject>('configmaps').addHandlers({ deleted: (object) => gone.push(object) });
    user.create('configmaps', 'default', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'held', finalizers: ['example.com/hold'] },
    } as never);
    user.delete('configmaps', 'default', 'held');
    user.patch('configmaps', 'default', 'held', 'merge', { metadata: { finalizers: null } });
    clock.runUntil(1000);
    expect(user.tryGet('configmaps', 'default', 'held')).toBeUndefined();
    expect(gone.map(({ metadata }) => metadata.finalizers)).toEqual([['example.com/hold']]);
  });
});
