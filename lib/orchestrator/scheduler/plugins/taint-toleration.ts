/** TaintToleration: hard taints keep pods away, soft ones make nodes less wanted. */
import type { Node, Pod, Toleration } from '../../api/objects';
import { isTolerated } from '../../api/tolerations';
import type { NodeInfo } from '../cache/node-info';
import type { SchedulerCache } from '../cache/scheduler-cache';
import type { Cycle } from '../framework/cycle';
import {
  type FilterPlugin,
  MAX_NODE_SCORE,
  type PreFilterPlugin,
  type PreScorePlugin,
  type ScorePlugin,
  SKIP,
} from '../framework/plugin';
import type { PluginEntry } from '../framework/plugin-entry';
import { unresolvable } from '../framework/rejection';
import { type ClusterEvent, EVENT } from '../queue/cluster-event';
import { normalizeByMaxReversed } from './normalize';
import { toleratesAll } from './tolerates-all';

const NAME = 'TaintToleration';
const REJECTED = unresolvable(NAME, 'node(s) had untolerated taint(s)');

class TaintToleration implements PreFilterPlugin, FilterPlugin, PreScorePlugin, ScorePlugin {
  readonly name = NAME;
  readonly local = true;
  readonly events = EVENT.nodeAdd | EVENT.nodeTaint | EVENT.podTolerations;
  /** The pod's tolerations that may apply to PreferNoSchedule. */
  private soft: readonly Toleration[] = [];

  constructor(private readonly cache: SchedulerCache) {}

  /** Most clusters keep nobody off: then no node need be asked. */
  preFilter(): typeof SKIP | undefined {
    return this.cache.hardTaintedNodes === 0 ? SKIP : undefined;
  }

  filter(cycle: Cycle, node: NodeInfo): typeof REJECTED | undefined {
    if (node.hardTaints.length === 0) return undefined;
    return toleratesAll(node.hardTaints, cycle.pod.spec.tolerations) ? undefined : REJECTED;
  }

  preScore(cycle: Cycle): number | undefined {
    if (this.cache.softlyTaintedNodes === 0) return MAX_NODE_SCORE;
    this.soft = (cycle.pod.spec.tolerations ?? []).filter(
      ({ effect }) => !effect || effect === 'PreferNoSchedule',
    );
    return undefined;
  }

  score(_cycle: Cycle, node: NodeInfo): number {
    let intolerable = 0;
    for (const taint of node.softTaints) if (!isTolerated(taint, this.soft)) intolerable++;
    return intolerable;
  }

  normalize(_cycle: Cycle, scores: Float64Array, count: number): void {
    normalizeByMaxReversed(scores, count);
  }

  queueAgain(pod: Pod, { kind, object }: ClusterEvent): boolean {
    if (kind === EVENT.podTolerations) return true;
    const taints = (object as Node).spec.taints ?? [];
    return toleratesAll(
      taints.filter(({ effect }) => effect !== 'PreferNoSchedule'),
      pod.spec.tolerations,
    );
  }
}

export const taintToleration: PluginEntry = {
  create: ({ cache }) => new TaintToleration(cache),
  weight: 3,
};
