/** Two zones, or two nodes, cannot reach each other: nothing passes between them. */
import { fault } from '../fault';
import { sidesOf } from '../link-target';

export const networkPartition = fault({
  name: 'partition',
  summary: 'two zones or nodes cannot reach each other',
  target: 'A|B',
  healable: true,
  inject(world, target) {
    const [a, b] = sidesOf(world, target);
    return { link: world.network.partition(a, b) };
  },
  heal: (world, _target, damage) => world.network.heal(damage!['link'] as number),
});
