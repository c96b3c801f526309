/**
 * How many pods of some kind run in each domain of a topology key. Kept up to date with every pod
 * that comes and goes, so topology spread and inter-pod affinity never scan pods or nodes.
 */
import type { NodeEligibility } from './node-eligibility';
import type { NodeInfo } from './node-info';
import type { PodClass } from './pod-class';
import { NO_DOMAIN, type TopologyKey } from './topology';

export class DomainCounter {
  /** Pods by domain. */
  counts = new Int32Array(16);
  /** Pods in any domain. */
  total = 0;
  /** The cycle in which a pod last asked for this counter. */
  lastUsed = 0;

  /**
   * @param counted whether pods of a class count
   * @param eligibility the nodes whose pods count; all, if undefined
   */
  constructor(
    readonly topology: TopologyKey,
    readonly counted: (podClass: PodClass) => boolean,
    readonly eligibility: NodeEligibility | undefined,
  ) {}

  add(node: NodeInfo, pods: number): void {
    const domain = this.topology.domains[node.slot]!;
    if (domain === NO_DOMAIN) return;
    if (this.eligibility !== undefined && this.eligibility.nodes[node.slot] === 0) return;
    if (domain >= this.counts.length) this.grow(domain + 1);
    this.counts[domain]! += pods;
    this.total += pods;
  }

  /** Pods in the node's domain; 0 if it has none. */
  near(node: NodeInfo): number {
    const domain = this.topology.domains[node.slot]!;
    return domain === NO_DOMAIN ? 0 : this.inDomain(domain);
  }

  inDomain(domain: number): number {
    return domain < this.counts.length ? this.counts[domain]! : 0;
  }

  private grow(size: number): void {
    const larger = new Int32Array(Math.max(size, this.counts.length * 2));
    larger.set(this.counts);
    this.counts = larger;
  }
}
