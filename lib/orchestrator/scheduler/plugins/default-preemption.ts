/**
 * DefaultPreemption: a pod that fits nowhere may push less important pods off a node. It looks
 * for the node where that hurts least, and nominates the pod for it.
 */
import { conditionOf, type Pod } from '../../api/objects';
import type { NodeInfo } from '../cache/node-info';
import type { Cycle } from '../framework/cycle';
import { FailedNodes } from '../framework/failed-nodes';
import type { PostFilterPlugin, PostFilterResult, PreEnqueuePlugin } from '../framework/plugin';
import type { PluginContext, PluginEntry } from '../framework/plugin-entry';
import { unresolvable } from '../framework/rejection';
import { chooseCandidate } from '../preemption/choose-candidate';
import { Preemptor } from '../preemption/preemptor';
import { type Candidate, NO_VICTIMS, VictimSelection } from '../preemption/victims';
import { EVENT } from '../queue/cluster-event';

const NAME = 'DefaultPreemption';
const NOT_HELPFUL = unresolvable(NAME, 'Preemption is not helpful for scheduling');
const MIN_CANDIDATES = 100;
const MIN_PERCENT = 10;

class DefaultPreemption implements PreEnqueuePlugin, PostFilterPlugin {
  readonly name = NAME;
  readonly events = EVENT.assignedPodDelete;
  private readonly preemptor: Preemptor;

  constructor(private readonly context: PluginContext) {
    this.preemptor = new Preemptor(context);
  }

  preEnqueue(pod: Pod): boolean {
    return !this.preemptor.isRunning(pod.metadata.uid);
  }

  postFilter(cycle: Cycle, failed: FailedNodes): PostFilterResult {
    const refusal = this.refusal(cycle, failed);
    if (refusal !== undefined) return { message: `preemption: ${refusal}` };
    const outcome = new FailedNodes(failed.allNodes);
    outcome.absent = NOT_HELPFUL;
    const candidates = this.candidates(cycle, failed, outcome);
    if (candidates.length === 0) {
      return { nominate: '', message: `preemption: ${outcome.message('')}` };
    }
    const best = chooseCandidate(candidates);
    this.preemptor.begin(cycle.pod, best);
    return { nominate: best.node.name };
  }

  /** Why the pod may not preempt now. */
  private refusal({ pod, info }: Cycle, failed: FailedNodes): string | undefined {
    if (pod.spec.preemptionPolicy === 'Never') {
      return 'not eligible due to preemptionPolicy=Never.';
    }
    const nominated = pod.status.nominatedNodeName;
    const node = nominated ? this.context.cache.node(nominated) : undefined;
    if (node === undefined) return undefined;
    const index = failed.nodes.indexOf(node);
    if (index >= 0 && failed.rejections[index]!.unresolvable) return undefined;
    for (const other of node.pods.values()) {
      if (other.priority < info.priority && isGoingByPreemption(other.pod)) {
        return 'not eligible due to a terminating pod on the nominated node.';
      }
    }
    return undefined;
  }

  /** Nodes where preemption helps; the others say in `outcome` why not. */
  private candidates(cycle: Cycle, failed: FailedNodes, outcome: FailedNodes): Candidate[] {
    const { cache, informers, framework } = this.context;
    const nodes = failed.nodes.filter((_node, i) => !failed.rejections[i]!.unresolvable);
    if (cache.lowestPriority >= cycle.info.priority) {
      for (const node of nodes) outcome.add(node, NO_VICTIMS);
      return [];
    }
    const budgets = [...informers.budgets.list()];
    const selection = new VictimSelection(cache, framework(), budgets);
    return this.tryNodes(cycle, nodes, selection, outcome);
  }

  // FIDELITY: kube-scheduler starts at a random node; here it is the first that was looked at.
  private tryNodes(
    cycle: Cycle,
    nodes: readonly NodeInfo[],
    selection: VictimSelection,
    outcome: FailedNodes,
  ): Candidate[] {
    const tenth = Math.floor((nodes.length * MIN_PERCENT) / 100);
    const enough = Math.max(tenth, MIN_CANDIDATES);
    const candidates: Candidate[] = [];
    let gentle = false;
    for (const node of nodes) {
      const result = selection.select(cycle, node);
      if ('reasons' in result) {
        outcome.add(node, result);
        continue;
      }
      candidates.push(result);
      gentle ||= result.budgetViolations === 0;
      if (gentle && candidates.length >= enough) break;
    }
    return candidates;
  }
}

/** Whether the pod is on its way out to make room for another. */
function isGoingByPreemption(pod: Pod): boolean {
  if (pod.metadata.deletionTimestamp === undefined) return false;
  const condition = conditionOf(pod, 'DisruptionTarget');
  return condition?.status === 'True' && condition.reason === 'PreemptionByScheduler';
}

export const defaultPreemption: PluginEntry = {
  create: (context) => new DefaultPreemption(context),
};
