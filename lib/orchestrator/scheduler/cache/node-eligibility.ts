/**
 * The nodes that count when a pod's topology spread looks for domains: those that have all the
 * keys, and that the pod's node affinity and tolerations allow where its policies honour them.
 * Pods with equal demands share one such set; it changes only with nodes.
 */
import type { CountedNodes } from './domain-counter';
import type { NodeInfo } from './node-info';
import type { TopologyKey } from './topology';

export class NodeEligibility implements CountedNodes {
  nodes = new Uint8Array(64);
  private readonly tracked = new Map<TopologyKey, Int32Array>();
  lastUsed = 0;

  constructor(private readonly allows: (node: NodeInfo) => boolean) {}

  /** Eligible nodes in each domain of a key. */
  nodesByDomain(topology: TopologyKey, all: Iterable<NodeInfo>): Int32Array {
    const known = this.tracked.get(topology);
    if (known !== undefined && known.length >= topology.size) return known;
    const nodes = new Int32Array(Math.max(16, topology.size * 2));
    for (const node of all) {
      const domain = topology.domainOf(node);
      if (domain >= 0 && this.nodes[node.slot] === 1) nodes[domain]!++;
    }
    this.tracked.set(topology, nodes);
    return nodes;
  }

  update(node: NodeInfo): void {
    if (node.slot >= this.nodes.length) {
      const larger = new Uint8Array(Math.max(node.slot + 1, this.nodes.length * 2));
      larger.set(this.nodes);
      this.nodes = larger;
    }
    this.nodes[node.slot] = this.allows(node) ? 1 : 0;
    this.tracked.clear();
  }

  remove(node: NodeInfo): void {
    this.nodes[node.slot] = 0;
    this.tracked.clear();
  }
}
