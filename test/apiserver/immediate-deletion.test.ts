import type { Pod } from '../../lib/orchestrator/api/objects';
import { Simulation } from '../controllers/kit/simulation';

/** What watchers are told of the deletion of a pod of the default grace, which is 30 s. */
function deletionOf(spec: object, status: object, options: object = {}): string[] {
  const { user, clock } = new Simulation({ controllers: [], withNodes: false });
  user.create('pods', 'default', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'app', image: 'app:v1' }], ...spec },
  } as never);
  const pod = user.get<Pod>('pods', 'default', 'p');
  user.updateStatus<Pod>('pods', { ...pod, status: { ...pod.status, ...status } });
  const told: string[] = [];
  const grace = ({ metadata }: Pod): number | undefined => metadata.deletionGracePeriodSeconds;
  clock.runUntil(1000);
  user.informer<Pod>('pods').addHandlers({
    updated: (object) => told.push(`MODIFIED ${grace(object)}`),
    deleted: (object) => told.push(`DELETED ${grace(object)}`),
  });
  user.delete('pods', 'default', 'p', options);
  clock.runUntil(2000);
  return told;
}

describe('A pod that is deleted at once is first seen with a grace of 0', () => {
  const both = ['MODIFIED 0', 'DELETED 0'];

  it('if it is on no node', () => {
    expect(deletionOf({}, {})).toEqual(both);
  });

  it('if it has ended', () => {
    expect(deletionOf({ nodeName: 'n' }, { phase: 'Failed' })).toEqual(both);
    expect(deletionOf({ nodeName: 'n' }, { phase: 'Succeeded' })).toEqual(both);
  });

  it('if that is asked for', () => {
    expect(deletionOf({ nodeName: 'n' }, {}, { gracePeriodSeconds: 0 })).toEqual(both);
    expect(deletionOf({ nodeName: 'n' }, {})).toEqual(['MODIFIED 30']);
  });
});
