/** Scoring: which of the feasible nodes is the best. */
import type { NodeInfo } from '../cache/node-info';
import type { NodeMemos } from '../cache/node-memos';
import type { Cycle } from '../framework/cycle';
import { type AnyPlugin, type ScorePlugin, SKIP } from '../framework/plugin';

export interface WeightedPlugin {
  readonly plugin: AnyPlugin;
  readonly weight: number;
}

interface Scorer {
  readonly plugin: AnyPlugin & ScorePlugin;
  readonly weight: number;
}

/** What one plugin gave each node, weighted, in the order of the nodes. */
export interface ScoreRow {
  readonly plugin: string;
  readonly scores: readonly number[];
}

/** Picks one of `count` equally good nodes. */
export type ChooseAmong = (count: number) => number;

export class NodeScores {
  private readonly scorers: readonly Scorer[];
  /** Plugins of this cycle whose scores on a node are remembered as one sum. */
  private readonly together: Scorer[] = [];
  private totals = new Float64Array(128);
  private scores = new Float64Array(128);

  /** @param chooseAmong decides ties; the first node wins without it */
  constructor(
    plugins: readonly WeightedPlugin[],
    private readonly memos: NodeMemos,
    private readonly chooseAmong: ChooseAmong | undefined,
  ) {
    this.scorers = plugins.filter((entry): entry is Scorer => entry.plugin.score !== undefined);
  }

  /** @param rows is told each plugin's scores, if given */
  best(cycle: Cycle, nodes: readonly NodeInfo[], rows?: ScoreRow[]): NodeInfo {
    const count = nodes.length;
    if (count > this.totals.length) {
      this.totals = new Float64Array(count * 2);
      this.scores = new Float64Array(count * 2);
    }
    this.totals.fill(0, 0, count);
    if (rows === undefined) this.addAll(cycle, nodes);
    else for (const scorer of this.scorers) this.addRow(scorer, cycle, nodes, rows);
    return nodes[this.highest(count)]!;
  }

  /** Only what tells nodes apart is added up. */
  private addAll(cycle: Cycle, nodes: readonly NodeInfo[]): void {
    const { together, totals, scores } = this;
    together.length = 0;
    for (const scorer of this.scorers) {
      const { plugin, weight } = scorer;
      if (plugin.preScore?.(cycle, nodes) !== undefined) continue;
      if (plugin.local === true && plugin.normalize === undefined) {
        together.push(scorer);
        continue;
      }
      this.score(plugin, cycle, nodes);
      plugin.normalize?.(cycle, scores, nodes.length);
      for (let i = 0; i < nodes.length; i++) totals[i]! += scores[i]! * weight;
    }
    if (together.length > 0) this.addTogether(cycle, nodes);
  }

  private addTogether(cycle: Cycle, nodes: readonly NodeInfo[]): void {
    const { together, totals } = this;
    let question = 'score';
    for (const { plugin } of together) question += plugin.name;
    const memo = this.memos.of<number>(cycle.pod.spec, question);
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i]!;
      totals[i]! += memo.isKnown(node) ? memo.get(node) : memo.set(node, this.sum(cycle, node));
    }
  }

  private sum(cycle: Cycle, node: NodeInfo): number {
    let sum = 0;
    for (const { plugin, weight } of this.together) sum += plugin.score(cycle, node) * weight;
    return sum;
  }

  private addRow(
    { plugin, weight }: Scorer,
    cycle: Cycle,
    nodes: readonly NodeInfo[],
    rows: ScoreRow[],
  ): void {
    const { totals, scores } = this;
    const count = nodes.length;
    const prepared = plugin.preScore?.(cycle, nodes);
    if (prepared === SKIP) return;
    if (typeof prepared === 'number') {
      scores.fill(prepared, 0, count);
    } else {
      this.score(plugin, cycle, nodes);
      plugin.normalize?.(cycle, scores, count);
    }
    for (let i = 0; i < count; i++) totals[i]! += scores[i]! * weight;
    const weighted = Array.from(scores.subarray(0, count), (score) => score * weight);
    rows.push({ plugin: plugin.name, scores: weighted });
  }

  private score(plugin: Scorer['plugin'], cycle: Cycle, nodes: readonly NodeInfo[]): void {
    const { scores } = this;
    if (plugin.local !== true) {
      for (let i = 0; i < nodes.length; i++) scores[i] = plugin.score(cycle, nodes[i]!);
      return;
    }
    const memo = this.memos.of<number>(cycle.pod.spec, plugin.name);
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i]!;
      scores[i] = memo.isKnown(node) ? memo.get(node) : memo.set(node, plugin.score(cycle, node));
    }
  }

  private highest(count: number): number {
    const { totals } = this;
    let best = 0;
    for (let i = 1; i < count; i++) if (totals[i]! > totals[best]!) best = i;
    if (this.chooseAmong === undefined) return best;
    const equal: number[] = [];
    for (let i = best; i < count; i++) if (totals[i] === totals[best]) equal.push(i);
    return equal.length === 1 ? best : equal[this.chooseAmong(equal.length)]!;
  }
}
