/** Filtering: which nodes can run the pod. Large clusters are looked at in part only. */
import type { NodeInfo } from '../cache/node-info';
import type { SchedulerCache } from '../cache/scheduler-cache';
import type { Cycle } from '../framework/cycle';
import { FailedNodes } from '../framework/failed-nodes';
import type { Framework } from '../framework/framework';

const MIN_FEASIBLE_NODES = 100;
const MIN_PERCENT = 5;

/**
 * How many feasible nodes are enough, of so many: all of up to 100; of more 50 % less 1 % for each
 * 125 nodes, at least 5 % and 100 nodes.
 * @param percentage percentageOfNodesToScore of the configuration; 0 for the above
 */
export function numFeasibleNodesToFind(nodes: number, percentage = 0): number {
  if (nodes < MIN_FEASIBLE_NODES) return nodes;
  const percent = percentage > 0 ? percentage : Math.max(MIN_PERCENT, 50 - Math.floor(nodes / 125));
  if (percent >= 100) return nodes;
  return Math.max(MIN_FEASIBLE_NODES, Math.floor((nodes * percent) / 100));
}

export interface Search {
  /** Good until the next search. */
  readonly feasible: readonly NodeInfo[];
  readonly failed: FailedNodes;
  readonly evaluated: number;
}

/** Looks at nodes where the cycle before left off, so that over time all get their share. */
export class NodeSearch {
  private nextStart = 0;
  /** Its place is used again: a large cluster has hundreds of feasible nodes for each pod. */
  private readonly feasible: NodeInfo[] = [];

  constructor(
    private readonly cache: SchedulerCache,
    private readonly framework: Framework,
    private readonly percentageOfNodesToScore: number,
  ) {}

  search(cycle: Cycle, nominated: string | undefined): Search {
    const all = this.cache.nodeList();
    const failed = new FailedNodes(all.length);
    const { rejection, only, absent } = this.framework.preFilter(cycle);
    if (rejection !== undefined) {
      failed.preFilter = rejection;
      return { feasible: [], failed, evaluated: 0 };
    }
    failed.absent = absent;
    if (nominated !== undefined) {
      const found = this.tryNominated(cycle, nominated, only);
      if (found !== undefined) return { feasible: [found], failed, evaluated: 1 };
    }
    const nodes = only === undefined ? all : this.named(only);
    const feasible = this.filter(cycle, nodes, failed);
    const evaluated = feasible.length + failed.nodes.length;
    if (all.length > 0) this.nextStart = (this.nextStart + evaluated) % all.length;
    return { feasible, failed, evaluated };
  }

  private filter(
    cycle: Cycle,
    nodes: readonly NodeInfo[],
    failed: FailedNodes,
  ): readonly NodeInfo[] {
    const enough = numFeasibleNodesToFind(nodes.length, this.percentageOfNodesToScore);
    const { feasible } = this;
    const size = nodes.length;
    let found = 0;
    let next = size === 0 ? 0 : this.nextStart % size;
    for (let i = 0; i < size && found < enough; i++) {
      const node = nodes[next]!;
      if (++next === size) next = 0;
      const rejection = this.framework.filter(cycle, node);
      if (rejection === undefined) feasible[found++] = node;
      else failed.add(node, rejection);
    }
    feasible.length = found;
    return feasible;
  }

  /** A node that preemption (or an earlier cycle) has chosen already is taken if it fits. */
  private tryNominated(
    cycle: Cycle,
    name: string,
    only: ReadonlySet<string> | undefined,
  ): NodeInfo | undefined {
    const node = this.cache.node(name);
    if (node === undefined || only?.has(name) === false) return undefined;
    return this.framework.filter(cycle, node) === undefined ? node : undefined;
  }

  private named(names: ReadonlySet<string>): NodeInfo[] {
    const nodes: NodeInfo[] = [];
    for (const name of names) {
      const node = this.cache.node(name);
      if (node !== undefined) nodes.push(node);
    }
    return nodes;
  }
}
