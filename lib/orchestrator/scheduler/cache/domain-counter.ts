/**
 * How many pods of some kind run in each domain of a topology key. Kept up to date with every pod
 * that comes and goes, so topology spread and inter-pod affinity never scan pods or nodes.
 */
import type { StringMap } from '../../api/object';
import { NO_DOMAIN, type TopologyKey, type TopologyNode } from './topology';

/** What pods are counted by. */
export interface CountedPods {
  readonly namespace: string;
  readonly labels: StringMap | undefined;
  readonly terminating: boolean;
}

/** The nodes whose pods count. */
export interface CountedNodes {
  /** 1 for each slot whose node counts. */
  readonly nodes: Uint8Array;
}

export class DomainCounter {
  /** Pods by domain. */
  counts = new Int32Array(16);
  /** Pods in any domain. */
  total = 0;
  /** The cycle in which a pod last asked for this counter. */
  lastUsed = 0;

  /**
   * @param counted whether such pods count
   * @param eligibility the nodes whose pods count; all, if undefined
   */
  constructor(
    readonly topology: TopologyKey,
    readonly counted: (pods: CountedPods) => boolean,
    readonly eligibility: CountedNodes | undefined,
  ) {}

  add(node: TopologyNode, pods: number): void {
    const domain = this.topology.domains[node.slot]!;
    if (domain === NO_DOMAIN) return;
    if (this.eligibility !== undefined && this.eligibility.nodes[node.slot] === 0) return;
    if (domain >= this.counts.length) this.grow(domain + 1);
    this.counts[domain]! += pods;
    this.total += pods;
  }

  /** Pods in the node's domain; 0 if it has none. */
  near(node: TopologyNode): number {
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
