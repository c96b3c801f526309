/** A pod as faults name it: `web-0`, `shop/web-0`, or the beginning of a name. */
import type { Pod } from '../api/objects';
import type { World } from './fault';

/** @throws RangeError if no pod is meant */
export function podTarget(world: World, target: string): { namespace: string; name: string } {
  const slash = target.indexOf('/');
  const namespace = slash < 0 ? 'default' : target.slice(0, slash);
  const name = slash < 0 ? target : target.slice(slash + 1);
  const pods = world.client.list<Pod>('pods', { namespace });
  const found =
    pods.find((pod) => pod.metadata.name === name) ??
    pods.find((pod) => pod.metadata.name.startsWith(name));
  if (found !== undefined) return { namespace, name: found.metadata.name };
  const names = pods.map((pod) => `'${pod.metadata.name}'`).slice(0, 12);
  throw new RangeError(
    `unknown pod '${name}' in namespace ${namespace}. ` +
      (names.length > 0 ? `It has pods ${names.join(', ')}.` : 'It has no pods.'),
  );
}
