/** All machines of a zone stop at once. Healing boots them all. */
import { fault, nodesOfZone } from '../fault';

export const zoneOutage = fault({
  name: 'zone',
  summary: 'all nodes of a zone crash',
  target: 'ZONE',
  healable: true,
  inject(world, target) {
    for (const node of nodesOfZone(world, target)) world.crashNode(node);
    return undefined;
  },
  heal(world, target) {
    for (const node of nodesOfZone(world, target)) world.recoverNode(node);
  },
});
