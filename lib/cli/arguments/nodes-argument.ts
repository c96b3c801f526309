/** `--nodes 6x4cpu/16Gi --zones a,b,c`: how many machines there are, of what size, and where. */
import type { NodeShape, Topology } from '../../orchestrator/cluster/nodes';
import { usage } from '../cli-error';

const PATTERN = /^(\d+)(?:x(\d+(?:\.\d+)?m?)cpu(?:\/(\d+(?:\.\d+)?(?:[KMGT]i?)?))?)?$/;
const DEFAULT_ZONES = ['a', 'b', 'c'];
const ZONE = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/**
 * @param nodes number of nodes in all, with their size if it is not 4 CPUs and 16Gi
 * @param zones names of zones, over which the nodes are spread evenly
 */
export function topologyArgument(nodes: string | undefined, zones: string | undefined): Topology {
  const match = PATTERN.exec(nodes ?? '');
  if (nodes !== undefined && (match === null || Number(match[1]) === 0)) {
    throw usage(
      `--nodes '${nodes}' is not understood; write --nodes 6, 6x4cpu or 6x4cpu/16Gi ` +
        '(so many nodes in all, each with that CPU and memory).',
    );
  }
  const [, count, cpu, memory] = match ?? [];
  const names = zonesOf(zones, count === undefined ? undefined : Number(count));
  const total = count === undefined ? names.length : Number(count);
  if (total % names.length !== 0) {
    const less = total - (total % names.length);
    throw usage(
      `--nodes ${nodes}: ${total} nodes do not spread evenly over zones ${names.join(', ')}. ` +
        `Take ${less === 0 ? '' : `${less} or `}${less + names.length} nodes, or other zones (--zones a,b).`,
    );
  }
  const node: NodeShape = {
    ...(cpu === undefined ? {} : { cpu }),
    ...(memory === undefined ? {} : { memory }),
  };
  return { zones: names, nodesPerZone: total / names.length, node };
}

function zonesOf(text: string | undefined, count: number | undefined): string[] {
  // One or two nodes are one or two zones, unless somebody says otherwise.
  if (text === undefined) return DEFAULT_ZONES.slice(0, Math.min(3, count ?? 3));
  const names = text.split(',').filter(Boolean);
  const bad = names.find((name) => !ZONE.test(name));
  if (names.length === 0 || bad !== undefined || new Set(names).size < names.length) {
    throw usage(`--zones '${text}': write names once each, with commas in between: --zones a,b,c.`);
  }
  return names;
}
