/**
 * PodTopologySpread: pods that match a constraint are to be spread evenly over the domains of a
 * key; strictly (DoNotSchedule filters) or as far as possible (ScheduleAnyway scores).
 */
import { compileSelector } from '../../../api/label-selector';
import type { Pod } from '../../../api/objects';
import type { NodeInfo } from '../../cache/node-info';
import type { SchedulerCache } from '../../cache/scheduler-cache';
import { NO_DOMAIN } from '../../cache/topology';
import type { Cycle } from '../../framework/cycle';
import {
  type FilterPlugin,
  type PreFilterPlugin,
  type PreScorePlugin,
  type ScorePlugin,
  SKIP,
} from '../../framework/plugin';
import type { PluginContext, PluginEntry } from '../../framework/plugin-entry';
import { type Rejection, rejection, unresolvable } from '../../framework/rejection';
import { type ClusterEvent, EVENT } from '../../queue/cluster-event';
import { compileConstraint, sourceOf, type SpreadConstraint } from './constraint';
import { DEFAULT_CONSTRAINTS, DefaultSelectors } from './default-constraints';
import { SpreadScores } from './spread-scores';

const NAME = 'PodTopologySpread';
const TOO_SKEWED = rejection(NAME, "node(s) didn't match pod topology spread constraints");
const NO_KEY = unresolvable(
  NAME,
  "node(s) didn't match pod topology spread constraints (missing required label)",
);

interface HardConstraint {
  readonly spread: SpreadConstraint;
  /** The most matching pods that a domain may have for the pod to go there. */
  limit: number;
}

class PodTopologySpread implements PreFilterPlugin, FilterPlugin, PreScorePlugin, ScorePlugin {
  readonly name = NAME;
  readonly events =
    EVENT.assignedPodAdd |
    EVENT.assignedPodDelete |
    EVENT.assignedPodLabel |
    EVENT.podLabel |
    EVENT.nodeAdd |
    EVENT.nodeDelete |
    EVENT.nodeLabel |
    EVENT.nodeTaint;
  private readonly cache: SchedulerCache;
  private readonly defaults: DefaultSelectors;
  private readonly scores = new SpreadScores();
  private hard: readonly HardConstraint[] = [];

  constructor({ cache, informers }: PluginContext) {
    this.cache = cache;
    this.defaults = new DefaultSelectors(informers);
  }

  preFilter(cycle: Cycle): typeof SKIP | undefined {
    this.hard = this.compile(cycle.pod, 'DoNotSchedule').map((spread) => ({ spread, limit: 0 }));
    if (this.hard.length === 0) return SKIP;
    this.podsMoved();
    return undefined;
  }

  podsMoved(): void {
    for (const constraint of this.hard) {
      const { maxSkew, self } = constraint.spread;
      constraint.limit = maxSkew - self + this.fewest(constraint.spread);
    }
  }

  filter(_cycle: Cycle, node: NodeInfo): Rejection | undefined {
    for (const { spread, limit } of this.hard) {
      const domain = spread.topology.domains[node.slot]!;
      if (domain === NO_DOMAIN) return NO_KEY;
      if (spread.counter.inDomain(domain) > limit) return TOO_SKEWED;
    }
    return undefined;
  }

  preScore(cycle: Cycle, feasible: readonly NodeInfo[]): typeof SKIP | undefined {
    const { pod } = cycle;
    const own = pod.spec.topologySpreadConstraints;
    const constraints = own?.length
      ? this.compile(pod, 'ScheduleAnyway')
      : this.compileDefaults(pod);
    if (constraints.length === 0) return SKIP;
    this.scores.prepare(constraints, feasible, own !== undefined && own.length > 0);
    return undefined;
  }

  score(_cycle: Cycle, node: NodeInfo): number {
    return this.scores.score(node);
  }

  normalize(_cycle: Cycle, scores: Float64Array, count: number): void {
    this.scores.normalize(scores, count);
  }

  queueAgain(pod: Pod, { kind, object, previous }: ClusterEvent): boolean {
    const constraints = pod.spec.topologySpreadConstraints ?? [];
    if ((kind & (EVENT.nodeAdd | EVENT.nodeDelete | EVENT.nodeLabel | EVENT.nodeTaint)) !== 0) {
      if (kind === EVENT.nodeTaint) return true;
      const hasKeys = (labels: Readonly<Record<string, string>> = {}): boolean =>
        constraints.every(({ topologyKey }) => labels[topologyKey] !== undefined);
      return hasKeys(object?.metadata.labels) || hasKeys(previous?.metadata.labels);
    }
    if (kind === EVENT.podLabel) return true;
    if (object?.metadata.namespace !== pod.metadata.namespace) return false;
    return constraints.some((constraint) => {
      const matches = compileSelector(sourceOf(constraint, pod.metadata.labels).selector);
      return matches(object?.metadata.labels) || matches(previous?.metadata.labels);
    });
  }

  private compile(
    pod: Pod,
    whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway',
  ): SpreadConstraint[] {
    const constraints = pod.spec.topologySpreadConstraints;
    if (!constraints?.length) return [];
    const chosen = constraints.filter((one) => one.whenUnsatisfiable === whenUnsatisfiable);
    const keys = chosen.map(({ topologyKey }) => topologyKey);
    return chosen.map((constraint) =>
      compileConstraint(pod, sourceOf(constraint, pod.metadata.labels), keys, this.cache.counters),
    );
  }

  private compileDefaults(pod: Pod): SpreadConstraint[] {
    const selector = this.defaults.of(pod);
    if (selector === undefined) return [];
    return DEFAULT_CONSTRAINTS.map((constraint) =>
      compileConstraint(pod, { constraint, selector }, [], this.cache.counters),
    );
  }

  /** Matching pods in the domain that has the fewest; 0 if there are not enough domains. */
  private fewest({ topology, eligibility, counter, minDomains }: SpreadConstraint): number {
    const nodes = eligibility.nodesByDomain(topology, this.cache.nodeList());
    let domains = 0;
    let fewest = Infinity;
    for (let domain = 0; domain < topology.size; domain++) {
      if (nodes[domain] === 0) continue;
      domains++;
      const pods = counter.inDomain(domain);
      if (pods < fewest) fewest = pods;
    }
    return domains < minDomains ? 0 : fewest;
  }
}

export const podTopologySpread: PluginEntry = {
  create: (context) => new PodTopologySpread(context),
  weight: 2,
};
