/** NodeAffinity: nodeSelector and node affinity, required and preferred. */
import { compileTerm, type NodeTest, requiredNodes, selectsNode } from '../../api/node-selector';
import type { Node, NodeSelectorTerm, Pod } from '../../api/objects';
import type { NodeInfo } from '../cache/node-info';
import type { Cycle } from '../framework/cycle';
import {
  type FilterPlugin,
  type OnlyNodes,
  type PreFilterPlugin,
  type PreScorePlugin,
  type ScorePlugin,
  SKIP,
} from '../framework/plugin';
import type { PluginEntry } from '../framework/plugin-entry';
import { type Rejection, unresolvable } from '../framework/rejection';
import { type ClusterEvent, EVENT } from '../queue/cluster-event';
import { normalizeByMax } from './normalize';

const NAME = 'NodeAffinity';
const REJECTED = unresolvable(NAME, "node(s) didn't match Pod's node affinity/selector");
const CONFLICT = unresolvable(NAME, 'pod affinity terms conflict');

interface Preference {
  readonly weight: number;
  readonly matches: NodeTest;
}

class NodeAffinity implements PreFilterPlugin, FilterPlugin, PreScorePlugin, ScorePlugin {
  readonly name = NAME;
  readonly local = true;
  readonly events = EVENT.nodeAdd | EVENT.nodeLabel;
  private required: NodeTest | undefined;
  private preferences: readonly Preference[] = [];

  preFilter({ pod }: Cycle): typeof SKIP | OnlyNodes | Rejection | undefined {
    this.required = requiredNodes(pod.spec);
    if (this.required === undefined) return SKIP;
    const required =
      pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    const named = required === undefined ? undefined : namedNodes(required.nodeSelectorTerms);
    if (named === undefined) return undefined;
    return named.size === 0 ? CONFLICT : { only: named };
  }

  filter(_cycle: Cycle, node: NodeInfo): typeof REJECTED | undefined {
    return this.required === undefined || this.required(node) ? undefined : REJECTED;
  }

  preScore({ pod }: Cycle): typeof SKIP | undefined {
    const preferred =
      pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution;
    // A preference without requirements counts for nothing.
    this.preferences = (preferred ?? [])
      .filter(({ preference: term }) => term.matchExpressions?.length || term.matchFields?.length)
      .map(({ weight, preference }) => ({ weight, matches: compileTerm(preference) }));
    return this.preferences.length === 0 ? SKIP : undefined;
  }

  score(_cycle: Cycle, node: NodeInfo): number {
    let score = 0;
    for (const { weight, matches } of this.preferences) if (matches(node)) score += weight;
    return score;
  }

  normalize(_cycle: Cycle, scores: Float64Array, count: number): void {
    normalizeByMax(scores, count);
  }

  queueAgain(pod: Pod, { object }: ClusterEvent): boolean {
    return selectsNode(pod.spec, object as Node);
  }
}

/** The nodes that terms name by metadata.name; undefined if a term names none. */
function namedNodes(terms: readonly NodeSelectorTerm[]): Set<string> | undefined {
  const union = new Set<string>();
  for (const term of terms) {
    let names: Set<string> | undefined;
    for (const { key, operator, values } of term.matchFields ?? []) {
      if (key !== 'metadata.name' || operator !== 'In') continue;
      const here = new Set(values);
      names = names === undefined ? here : new Set([...names].filter((name) => here.has(name)));
    }
    if (names === undefined) return undefined;
    for (const name of names) union.add(name);
  }
  return terms.length === 0 ? undefined : union;
}

export const nodeAffinity: PluginEntry = { create: () => new NodeAffinity(), weight: 2 };
