/** The scoring half of PodTopologySpread: the fewer matching pods near a node, the better. */
import { HOSTNAME_LABEL } from '../../../api/objects';
import type { NodeInfo } from '../../cache/node-info';
import { NO_DOMAIN } from '../../cache/topology';
import { MAX_NODE_SCORE } from '../../framework/plugin';
import type { SpreadConstraint } from './constraint';

interface Weighted {
  readonly spread: SpreadConstraint;
  readonly isHostname: boolean;
  /** The more domains, the more one pod in a domain weighs. */
  readonly weight: number;
}

/** The raw score of a node that lacks a key of the pod's own constraints. */
const IGNORED = -1;

export class SpreadScores {
  private constraints: readonly Weighted[] = [];
  private requiresAllKeys = false;
  private seen = new Int32Array(64);
  private stamp = 0;

  /** @param requiresAllKeys whether nodes without all keys are left out */
  prepare(
    constraints: readonly SpreadConstraint[],
    feasible: readonly NodeInfo[],
    requiresAllKeys: boolean,
  ): void {
    this.requiresAllKeys = requiresAllKeys;
    this.constraints = constraints.map((spread) => {
      const isHostname = spread.topology.key === HOSTNAME_LABEL;
      const size = isHostname
        ? this.countNodes(constraints, feasible)
        : this.countDomains(spread, constraints, feasible);
      return { spread, isHostname, weight: Math.log(size + 2) };
    });
  }

  score(node: NodeInfo): number {
    if (this.requiresAllKeys && !this.hasAllKeys(node)) return IGNORED;
    let score = 0;
    for (const { spread, isHostname, weight } of this.constraints) {
      const domain = spread.topology.domains[node.slot]!;
      if (domain === NO_DOMAIN) continue;
      const pods = (isHostname ? spread.everywhere : spread.counter).inDomain(domain);
      score += pods * weight + (spread.maxSkew - 1);
    }
    return Math.round(score);
  }

  normalize(scores: Float64Array, count: number): void {
    let min = Infinity;
    let max = 0;
    for (let i = 0; i < count; i++) {
      const score = scores[i]!;
      if (score === IGNORED) continue;
      if (score < min) min = score;
      if (score > max) max = score;
    }
    for (let i = 0; i < count; i++) {
      const score = scores[i]!;
      if (score === IGNORED) scores[i] = 0;
      else if (max === 0) scores[i] = MAX_NODE_SCORE;
      else scores[i] = Math.trunc((MAX_NODE_SCORE * (max + min - score)) / max);
    }
  }

  private hasAllKeys(node: NodeInfo): boolean {
    for (const { spread } of this.constraints) {
      if (spread.topology.domains[node.slot] === NO_DOMAIN) return false;
    }
    return true;
  }

  private countNodes(
    constraints: readonly SpreadConstraint[],
    feasible: readonly NodeInfo[],
  ): number {
    let nodes = 0;
    for (const node of feasible) if (this.isCounted(node, constraints)) nodes++;
    return nodes;
  }

  private countDomains(
    { topology }: SpreadConstraint,
    constraints: readonly SpreadConstraint[],
    feasible: readonly NodeInfo[],
  ): number {
    if (topology.size > this.seen.length) this.seen = new Int32Array(topology.size * 2);
    const stamp = ++this.stamp;
    let domains = 0;
    let hasStray = false;
    for (const node of feasible) {
      if (!this.isCounted(node, constraints)) continue;
      const domain = topology.domains[node.slot]!;
      if (domain === NO_DOMAIN) {
        hasStray = true;
      } else if (this.seen[domain] !== stamp) {
        this.seen[domain] = stamp;
        domains++;
      }
    }
    // Nodes without the key are as one domain more to Kubernetes, though they get no score from it.
    if (hasStray) domains++;
    return domains;
  }

  private isCounted(node: NodeInfo, constraints: readonly SpreadConstraint[]): boolean {
    if (!this.requiresAllKeys) return true;
    for (const { topology } of constraints) {
      if (topology.domains[node.slot] === NO_DOMAIN) return false;
    }
    return true;
  }
}
