import type { Pod } from '../../lib/orchestrator/api/objects';
import { Client, WorkQueue } from '../../lib/orchestrator/client';
import { Simulation } from '../controllers/kit/simulation';

/** How many pods a controller knows each time it looks, if so many are made at once. */
function looks(pods: number, promptly: boolean): number[] {
  const simulation = new Simulation({ controllers: [], withNodes: false });
  const { api, clock, trace, user } = simulation;
  const client = new Client({
    api,
    clock,
    trace,
    component: 'counter',
    watchDelayMs: 10,
    promptly,
  });
  const known = client.informer<Pod>('pods');
  const seen: number[] = [];
  const reconcile = (): void => void seen.push([...known.list()].length);
  const queue = new WorkQueue({ name: 'counter', client, reconcile });
  known.addHandlers({ added: () => queue.add('all'), updated: () => {}, deleted: () => {} });
  for (let i = 0; i < pods; i++) {
    user.create<Pod>('pods', 'default', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `web-${i}` },
      spec: { containers: [{ name: 'web', image: 'web:v1' }] },
    } as never);
  }
  simulation.run(50);
  return seen;
}

describe('A client of controllers', () => {
  it('has the first of several events acted upon before the others are known', () => {
    expect(looks(1, true)).toEqual([1]);
    expect(looks(5, true)).toEqual([1, 5]);
  });

  it('of other processes hears of all that arrives at once, then acts', () => {
    expect(looks(5, false)).toEqual([5]);
  });
});
