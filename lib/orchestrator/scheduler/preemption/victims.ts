/** Which pods of one node would have to go for a pod to fit: as few and unimportant as possible. */
import { compileSelector } from '../../api/label-selector';
import type { PodDisruptionBudget } from '../../api/objects';
import { parseTime } from '../../api/timestamps';
import type { NodeInfo } from '../cache/node-info';
import type { PodInfo } from '../cache/pod-info';
import type { SchedulerCache } from '../cache/scheduler-cache';
import type { Cycle } from '../framework/cycle';
import type { Framework } from '../framework/framework';
import { type Rejection, unresolvable } from '../framework/rejection';

export interface Candidate {
  readonly node: NodeInfo;
  /** From the most to the least important. */
  readonly victims: readonly PodInfo[];
  readonly budgetViolations: number;
}

export const NO_VICTIMS = unresolvable(
  'DefaultPreemption',
  'No preemption victims found for incoming pod',
);

/** When a pod started, in ms since the epoch; one that has not started is the youngest. */
export function startOf({ pod }: PodInfo): number {
  const { startTime } = pod.status;
  return startTime === undefined ? Infinity : parseTime(startTime);
}

export class VictimSelection {
  constructor(
    private readonly cache: SchedulerCache,
    private readonly framework: Framework,
    private readonly budgets: readonly PodDisruptionBudget[],
  ) {}

  /** The victims on a node, or why there are none that help. The node is left as it was. */
  select(cycle: Cycle, node: NodeInfo): Candidate | Rejection {
    const lower = [...node.pods.values()].filter(({ priority }) => priority < cycle.info.priority);
    if (lower.length === 0) return NO_VICTIMS;
    for (const info of lower) this.cache.displace(info);
    this.framework.podsMoved(cycle);
    const rejection = this.framework.filter(cycle, node);
    const result = rejection ?? this.reprieve(cycle, node, lower);
    for (const info of lower) if (info.node === undefined) this.cache.place(info, node);
    this.framework.podsMoved(cycle);
    return result;
  }

  /** Puts pods back while the new pod still fits: first those that budgets protect. */
  private reprieve(cycle: Cycle, node: NodeInfo, pods: PodInfo[]): Candidate {
    pods.sort(byImportance);
    const violates = this.violating(pods);
    const victims: PodInfo[] = [];
    let budgetViolations = 0;
    for (const isViolating of [true, false]) {
      for (const info of pods) {
        if (violates.has(info) !== isViolating || this.fitsWith(cycle, node, info)) continue;
        victims.push(info);
        if (isViolating) budgetViolations++;
      }
    }
    victims.sort(byImportance);
    return { node, victims, budgetViolations };
  }

  private fitsWith(cycle: Cycle, node: NodeInfo, info: PodInfo): boolean {
    this.cache.place(info, node);
    this.framework.podsMoved(cycle);
    if (this.framework.filter(cycle, node) === undefined) return true;
    this.cache.displace(info);
    this.framework.podsMoved(cycle);
    return false;
  }

  /** The pods whose going would break a budget, the more important ones counted first. */
  private violating(pods: readonly PodInfo[]): Set<PodInfo> {
    const violating = new Set<PodInfo>();
    const allowed = this.budgets.map(({ status }) => status?.disruptionsAllowed ?? 0);
    for (const info of pods) {
      this.budgets.forEach((budget, i) => {
        if (!protects(budget, info)) return;
        allowed[i]!--;
        if (allowed[i]! < 0) violating.add(info);
      });
    }
    return violating;
  }
}

function protects({ metadata, spec, status }: PodDisruptionBudget, { pod }: PodInfo): boolean {
  const { namespace, name, labels } = pod.metadata;
  if (metadata.namespace !== namespace || labels === undefined) return false;
  const { selector } = spec;
  const isEmpty =
    selector == null ||
    (Object.keys(selector.matchLabels ?? {}).length === 0 && !selector.matchExpressions?.length);
  if (isEmpty || !compileSelector(selector)(labels)) return false;
  return status?.disruptedPods?.[name] === undefined;
}

/** Higher priority first, then the longer running. */
function byImportance(a: PodInfo, b: PodInfo): number {
  if (a.priority !== b.priority) return b.priority - a.priority;
  const [startA, startB] = [startOf(a), startOf(b)];
  return startA === startB ? 0 : startA - startB;
}
