/**
 * Topology domains by number: for each topology key that a pod ever asked about, the domain of
 * every node. Loops over nodes then compare small integers instead of label texts.
 */
import type { StringMap } from '../../api/object';

/** A node as far as its domains go. */
export interface TopologyNode {
  /** Its place in arrays that are kept by node. */
  readonly slot: number;
  readonly labels: StringMap;
}

/** The domain of a node without the key. */
export const NO_DOMAIN = -1;

export class TopologyKey {
  /** The domain of each node by slot. */
  domains = new Int32Array(64).fill(NO_DOMAIN);
  readonly values: string[] = [];
  private readonly numbers = new Map<string, number>();

  constructor(readonly key: string) {}

  /** How many domains have ever been seen. */
  get size(): number {
    return this.values.length;
  }

  domainOf(node: TopologyNode): number {
    return this.domains[node.slot]!;
  }

  update(node: TopologyNode): void {
    if (node.slot >= this.domains.length) {
      const larger = new Int32Array(Math.max(node.slot + 1, this.domains.length * 2));
      larger.fill(NO_DOMAIN).set(this.domains);
      this.domains = larger;
    }
    const value = node.labels[this.key];
    this.domains[node.slot] = value === undefined ? NO_DOMAIN : this.numberOf(value);
  }

  remove(node: TopologyNode): void {
    this.domains[node.slot] = NO_DOMAIN;
  }

  private numberOf(value: string): number {
    const known = this.numbers.get(value);
    if (known !== undefined) return known;
    const number = this.values.length;
    this.values.push(value);
    this.numbers.set(value, number);
    return number;
  }
}
