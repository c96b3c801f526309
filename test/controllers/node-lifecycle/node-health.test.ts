import {
  observe,
  isSilent,
} from '../../../lib/orchestrator/controllers/node-lifecycle/node-health';
import type { Lease, Node } from '../../../lib/orchestrator/api/objects';

const node = {
  metadata: { name: 'a-1' },
  spec: {},
  status: { conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: 'earlier' }] },
} as unknown as Node;
const lease = { spec: { renewTime: '2026-01-01T00:00:00.000000Z' } } as unknown as Lease;

describe('A node whose lease is no longer renewed', () => {
  it('is silent at the tenth look, 50 s after the one that found the last renewal', () => {
    const health = observe(undefined, node, lease, 0);
    let looks = 0;
    let now = 0;
    do {
      now += 5000;
      looks++;
    } while (!isSilent(observe(health, node, lease, now), node, now));
    expect({ looks, now }).toEqual({ looks: 10, now: 50_000 });
  });
});
