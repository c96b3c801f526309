/** A machine stops at once: no heartbeat, no container, no answer. Healing boots it again. */
import { fault, requireNode } from '../fault';

export const nodeCrash = fault({
  name: 'node',
  summary: 'a node crashes',
  target: 'NODE',
  healable: true,
  inject(world, target) {
    requireNode(world, target);
    world.crashNode(target);
    return undefined;
  },
  heal: (world, target) => world.recoverNode(target),
});
