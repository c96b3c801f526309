/** NodeName: a pod that names its node runs there. */
import type { NodeInfo } from '../cache/node-info';
import type { Cycle } from '../framework/cycle';
import type { FilterPlugin, PreFilterPlugin } from '../framework/plugin';
import type { PluginEntry } from '../framework/plugin-entry';
import { SKIP } from '../framework/plugin';
import { unresolvable } from '../framework/rejection';
import { EVENT } from '../queue/cluster-event';

const NAME = 'NodeName';
const REJECTED = unresolvable(NAME, "node(s) didn't match the requested node name");

class NodeName implements PreFilterPlugin, FilterPlugin {
  readonly name = NAME;
  readonly local = true;
  readonly events = EVENT.nodeAdd;

  preFilter(cycle: Cycle): typeof SKIP | undefined {
    return cycle.pod.spec.nodeName ? undefined : SKIP;
  }

  filter(cycle: Cycle, node: NodeInfo): typeof REJECTED | undefined {
    const wanted = cycle.pod.spec.nodeName;
    return !wanted || wanted === node.name ? undefined : REJECTED;
  }
}

export const nodeName: PluginEntry = { create: () => new NodeName() };
