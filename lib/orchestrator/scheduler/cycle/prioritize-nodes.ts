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
    const { totals, scores } = this;
    totals.fill(0, 0, count);
    for (const { plugin, weight } of this.scorers) {
      const prepared = plugin.preScore?.(cycle, nodes);
      if (prepared === SKIP) continue;
      if (typeof prepared === 'number') {
        scores.fill(prepared, 0, count);
      } else {
        this.score(plugin, cycle, nodes);
        plugin.normalize?.(cycle, scores, count);
      }
      for (let i = 0; i < count; i++) totals[i]! += scores[i]! * weight;
      rows?.push({
        plugin: plugin.name,
        scores: Array.from(scores.subarray(0, count), (score) => score * weight),
      });
    }
    return nodes[this.highest(count)]!;
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
