/** Packets between two zones or nodes take longer. */
import { durationMs } from '../../sim';
import { fault } from '../fault';
import { sidesOf } from '../link-target';

export const networkDelay = fault({
  name: 'delay',
  summary: 'round trips between two zones or nodes take longer',
  target: 'A|B:DURATION',
  healable: true,
  inject(world, target) {
    const colon = target.lastIndexOf(':');
    if (colon < 0) throw new RangeError(`'${target}' says no delay; write 'a|b:200ms'.`);
    const [a, b] = sidesOf(world, target.slice(0, colon));
    return { link: world.network.delay(a, b, durationMs(target.slice(colon + 1))) };
  },
  heal: (world, _target, damage) => world.network.heal(damage!['link'] as number),
});
