/** NodeUnschedulable: cordoned nodes take no pods but those that tolerate it. */
import type { Node, Pod, Taint } from '../../api/objects';
import type { NodeInfo } from '../cache/node-info';
import type { Cycle } from '../framework/cycle';
import type { SchedulerCache } from '../cache/scheduler-cache';
import { type FilterPlugin, type PreFilterPlugin, SKIP } from '../framework/plugin';
import type { PluginEntry } from '../framework/plugin-entry';
import { unresolvable } from '../framework/rejection';
import { type ClusterEvent, EVENT } from '../queue/cluster-event';
import { toleratesAll } from './tolerates-all';

const NAME = 'NodeUnschedulable';
const REJECTED = unresolvable(NAME, 'node(s) were unschedulable');
const TAINTS: readonly Taint[] = [
  { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' },
];

class NodeUnschedulable implements PreFilterPlugin, FilterPlugin {
  readonly name = NAME;
  readonly local = true;
  readonly events = EVENT.nodeAdd | EVENT.nodeTaint | EVENT.podTolerations;

  constructor(private readonly cache: SchedulerCache) {}

  /** Mostly no node is cordoned: then none need be asked. */
  preFilter(): typeof SKIP | undefined {
    return this.cache.unschedulableNodes === 0 ? SKIP : undefined;
  }

  filter(cycle: Cycle, node: NodeInfo): typeof REJECTED | undefined {
    if (!node.unschedulable || toleratesAll(TAINTS, cycle.pod.spec.tolerations)) return undefined;
    return REJECTED;
  }

  queueAgain(pod: Pod, { kind, object }: ClusterEvent): boolean {
    if (kind === EVENT.podTolerations) return toleratesAll(TAINTS, pod.spec.tolerations);
    return (object as Node).spec.unschedulable !== true;
  }
}

export const nodeUnschedulable: PluginEntry = {
  create: ({ cache }) => new NodeUnschedulable(cache),
};
