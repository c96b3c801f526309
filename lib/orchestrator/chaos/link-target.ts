/** Two sides of a network fault: `a|b` for zones or nodes. */
import type { NodeSet } from '../network';
import type { World } from './fault';

/** @throws RangeError if a side is neither a zone nor a node */
export function sidesOf(world: World, target: string): [NodeSet, NodeSet] {
  const [a, b, ...more] = target.split('|');
  if (!a || !b || more.length > 0) {
    throw new RangeError(
      `'${target}' does not name two sides; write 'a|b' for two zones or nodes.`,
    );
  }
  return [sideOf(world, a), sideOf(world, b)];
}

function sideOf(world: World, name: string): NodeSet {
  if (world.nodes.some((node) => node.zone === name)) return { zones: [name] };
  if (world.nodes.some((node) => node.name === name)) return { nodes: [name] };
  const zones = [...new Set(world.nodes.map((node) => `'${node.zone}'`))];
  throw new RangeError(
    `'${name}' is neither a zone nor a node. The cluster has zones ${zones.join(', ')}.`,
  );
}
