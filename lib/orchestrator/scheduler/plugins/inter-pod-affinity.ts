/**
 * InterPodAffinity: pods that want to be near others, or far from them, by the domains of a key;
 * and pods that already run and want no company.
 */
import type { Node, Pod } from '../../api/objects';
import { affinityTerms, type AffinityTerm, termSelects } from '../cache/affinity-term';
import type { CountedPods, DomainCounter } from '../cache/domain-counter';
import type { NodeInfo } from '../cache/node-info';
import type { SchedulerCache } from '../cache/scheduler-cache';
import { NO_DOMAIN } from '../cache/topology';
import type { Cycle } from '../framework/cycle';
import {
  type FilterPlugin,
  MAX_NODE_SCORE,
  type PreFilterPlugin,
  type PreScorePlugin,
  type ScorePlugin,
  SKIP,
} from '../framework/plugin';
import type { PluginContext, PluginEntry } from '../framework/plugin-entry';
import { type Rejection, rejection, unresolvable } from '../framework/rejection';
import { type ClusterEvent, EVENT } from '../queue/cluster-event';

const NAME = 'InterPodAffinity';
const NOT_NEAR = unresolvable(NAME, "node(s) didn't match pod affinity rules");
const TOO_NEAR = rejection(NAME, "node(s) didn't match pod anti-affinity rules");
const UNWANTED = rejection(NAME, "node(s) didn't satisfy existing pods anti-affinity rules");

interface Attraction {
  readonly counter: DomainCounter;
  readonly weight: number;
}

class InterPodAffinity implements PreFilterPlugin, FilterPlugin, PreScorePlugin, ScorePlugin {
  readonly name = NAME;
  readonly events =
    EVENT.assignedPodAdd |
    EVENT.assignedPodDelete |
    EVENT.assignedPodLabel |
    EVENT.podLabel |
    EVENT.nodeAdd |
    EVENT.nodeLabel;
  private readonly cache: SchedulerCache;
  private readonly context: PluginContext;
  /** Pods that want none like this one near them. */
  private unwanting: DomainCounter[] = [];
  /** Pods that match all affinity terms of this one, by each term's key. */
  private wanted: DomainCounter[] = [];
  /** Pods that match an anti-affinity term of this one. */
  private shunned: DomainCounter[] = [];
  private isFirstOfItsKind = false;
  private attractions: Attraction[] = [];

  constructor(context: PluginContext) {
    this.context = context;
    this.cache = context.cache;
  }

  preFilter({ info }: Cycle): typeof SKIP | undefined {
    const { counters } = this.cache;
    const { terms } = info.class;
    this.unwanting = [];
    for (const { kind, counter } of counters.termsSelecting(info.class)) {
      if (kind === 'requiredAntiAffinity' && counter.total > 0) this.unwanting.push(counter);
    }
    this.wanted = this.wantedBy(terms.requiredAffinity);
    this.shunned = terms.requiredAntiAffinity.map((term) => counters.ofTerm(term));
    if (this.unwanting.length + this.wanted.length + this.shunned.length === 0) return SKIP;
    this.isFirstOfItsKind = terms.requiredAffinity.every((term) =>
      counters.selects(term, info.class),
    );
    return undefined;
  }

  filter(_cycle: Cycle, node: NodeInfo): Rejection | undefined {
    if (this.wanted.length > 0 && !this.isNear(node)) return NOT_NEAR;
    for (const counter of this.shunned) if (counter.near(node) > 0) return TOO_NEAR;
    for (const counter of this.unwanting) if (counter.near(node) > 0) return UNWANTED;
    return undefined;
  }

  preScore({ info }: Cycle): typeof SKIP | undefined {
    const { counters } = this.cache;
    const { terms } = info.class;
    this.attractions = [];
    for (const { weight, counter } of counters.termsSelecting(info.class)) {
      if (weight !== 0 && counter.total > 0) this.attractions.push({ counter, weight });
    }
    for (const { term, weight } of terms.preferredAffinity) this.attract(term, weight);
    for (const { term, weight } of terms.preferredAntiAffinity) this.attract(term, -weight);
    return this.attractions.length === 0 ? SKIP : undefined;
  }

  score(_cycle: Cycle, node: NodeInfo): number {
    let score = 0;
    for (const { counter, weight } of this.attractions) score += weight * counter.near(node);
    return score;
  }

  normalize(_cycle: Cycle, scores: Float64Array, count: number): void {
    let min = Infinity;
    let max = -Infinity;
    for (let i = 0; i < count; i++) {
      if (scores[i]! < min) min = scores[i]!;
      if (scores[i]! > max) max = scores[i]!;
    }
    const range = max - min;
    for (let i = 0; i < count; i++) {
      scores[i] = range > 0 ? Math.trunc(MAX_NODE_SCORE * ((scores[i]! - min) / range)) : 0;
    }
  }

  queueAgain(pod: Pod, { kind, object, previous }: ClusterEvent): boolean {
    const { namespace, labels } = pod.metadata;
    const terms = affinityTerms(pod.spec.affinity, namespace, labels);
    if ((kind & (EVENT.nodeAdd | EVENT.nodeLabel)) !== 0) {
      const { labels: now = {} } = (object as Node).metadata;
      return terms.requiredAffinity.every(({ topologyKey }) => now[topologyKey] !== undefined);
    }
    if (kind === EVENT.podLabel) return true;
    const selects = (term: AffinityTerm, other: Pod | undefined): boolean =>
      other !== undefined &&
      termSelects(term, other.metadata.namespace, other.metadata.labels, (name) =>
        this.namespaceLabels(name),
      );
    const other = object as Pod;
    if (kind === EVENT.assignedPodAdd || kind === EVENT.assignedPodLabel) {
      if (terms.requiredAffinity.some((term) => selects(term, other))) return true;
      if (kind === EVENT.assignedPodAdd) return false;
    }
    const before = (previous as Pod | undefined) ?? other;
    if (terms.requiredAntiAffinity.some((term) => selects(term, before))) return true;
    const theirs = affinityTerms(
      other.spec.affinity,
      other.metadata.namespace,
      other.metadata.labels,
    );
    return theirs.requiredAntiAffinity.some((term) => selects(term, pod));
  }

  private namespaceLabels(name: string): Readonly<Record<string, string>> | undefined {
    return this.context.informers.namespaces.get(undefined, name)?.metadata.labels;
  }

  private attract(term: AffinityTerm, weight: number): void {
    const counter = this.cache.counters.ofTerm(term);
    if (counter.total > 0) this.attractions.push({ counter, weight });
  }

  /** Only a pod that matches all terms counts for any of them. */
  private wantedBy(terms: readonly AffinityTerm[]): DomainCounter[] {
    const { counters } = this.cache;
    if (terms.length <= 1) return terms.map((term) => counters.ofTerm(term));
    const all = terms.map(({ id }) => id).join(' ');
    const matchesAll = (pods: CountedPods): boolean =>
      terms.every((term) => counters.selects(term, pods));
    return terms.map(({ topologyKey }) =>
      counters.counter(`all ${topologyKey} ${all}`, topologyKey, matchesAll),
    );
  }

  private isNear(node: NodeInfo): boolean {
    let isNear = true;
    let total = 0;
    for (const counter of this.wanted) {
      const domain = counter.topology.domains[node.slot]!;
      if (domain === NO_DOMAIN) return false;
      if (counter.inDomain(domain) === 0) isNear = false;
      total += counter.total;
    }
    // The first pod of a group that wants to be together may go anywhere.
    return isNear || (total === 0 && this.isFirstOfItsKind);
  }
}

export const interPodAffinity: PluginEntry = {
  create: (context) => new InterPodAffinity(context),
  weight: 2,
};
