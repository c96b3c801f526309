/** Why each node was turned down in one cycle, and what people are told of it. */
import type { NodeInfo } from '../cache/node-info';
import type { Rejection } from './rejection';

export class FailedNodes {
  /** Nodes that were looked at and turned down, in the order in which they were looked at. */
  readonly nodes: NodeInfo[] = [];
  readonly rejections: Rejection[] = [];
  /** The whole pod was rejected before any node was looked at. */
  preFilter: Rejection | undefined;
  /** What those nodes lack that were not looked at because plugins narrowed the choice. */
  absent: Rejection | undefined;

  constructor(readonly allNodes: number) {}

  add(node: NodeInfo, rejection: Rejection): void {
    this.nodes.push(node);
    this.rejections.push(rejection);
  }

  /** The plugins that rejected, each once. */
  plugins(): string[] {
    const plugins = new Set<string>();
    if (this.preFilter !== undefined) plugins.add(this.preFilter.plugin);
    if (this.absent !== undefined) plugins.add(this.absent.plugin);
    for (const rejection of this.rejections) plugins.add(rejection.plugin);
    return [...plugins];
  }

  /** `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint(s).` */
  message(postFilter: string): string {
    const head = `0/${this.allNodes} nodes are available:`;
    const tail = postFilter === '' ? '' : ` ${postFilter}`;
    if (this.preFilter !== undefined) {
      return `${head} ${this.preFilter.reasons.join(', ')}.${tail}`;
    }
    const counts = new Map<string, number>();
    const count = (reason: string, nodes: number): void =>
      void counts.set(reason, (counts.get(reason) ?? 0) + nodes);
    for (const { reasons } of this.rejections) for (const reason of reasons) count(reason, 1);
    const absent = this.allNodes - this.nodes.length;
    if (absent > 0) for (const reason of this.absent?.reasons ?? []) count(reason, absent);
    const lines = [...counts].map(([reason, nodes]) => `${nodes} ${reason}`).sort();
    return `${head}${lines.length === 0 ? '' : ` ${lines.join(', ')}.`}${tail}`;
  }
}
