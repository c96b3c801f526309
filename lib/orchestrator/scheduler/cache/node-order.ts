/**
 * The order in which a cycle looks at nodes: one of each zone in turn, zones and the nodes within
 * them in the order in which they were first seen. Stands for kube-scheduler's node tree.
 */
import type { NodeInfo } from './node-info';

export class NodeOrder {
  private readonly zones = new Map<string, Set<NodeInfo>>();
  private ordered: NodeInfo[] = [];
  private stale = false;

  add(node: NodeInfo, zone: string): void {
    let nodes = this.zones.get(zone);
    if (nodes === undefined) this.zones.set(zone, (nodes = new Set()));
    nodes.add(node);
    this.stale = true;
  }

  remove(node: NodeInfo, zone: string): void {
    const nodes = this.zones.get(zone);
    if (nodes === undefined) return;
    nodes.delete(node);
    if (nodes.size === 0) this.zones.delete(zone);
    this.stale = true;
  }

  list(): readonly NodeInfo[] {
    if (this.stale) this.interleave();
    return this.ordered;
  }

  private interleave(): void {
    this.stale = false;
    const lists = [...this.zones.values()].map((nodes) => [...nodes]);
    let longest = 0;
    for (const list of lists) longest = Math.max(longest, list.length);
    const ordered: NodeInfo[] = [];
    for (let i = 0; i < longest; i++) {
      for (const list of lists) if (i < list.length) ordered.push(list[i]!);
    }
    this.ordered = ordered;
  }
}
