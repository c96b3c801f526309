/** The status of a PodDisruptionBudget, by which the eviction subresource decides. */
import { deepEqual } from '../../api/deep-equal';
import { objectKey } from '../../api/object';
import type { Condition, Pod, PodDisruptionBudget } from '../../api/objects';
import { formatTime, parseTime } from '../../api/timestamps';
import { findCondition } from '../framework/conditions';
import { isHealthy, type Members } from './budget-members';
import type { Expectation } from './expected-pods';

/** An evicted pod that is not seen to leave within this time is expected to stay. */
export const DELETION_TIMEOUT_MS = 120_000;

export interface Disrupted {
  /** Evicted pods that have yet to be seen leaving, and since when. */
  readonly pods: Readonly<Record<string, string>>;
  /** Pods that should have left and did not. */
  readonly overdue: readonly Pod[];
  /** Milliseconds until the first of them is overdue; undefined if none is left. */
  readonly recheckMs: number | undefined;
}

const NONE: Disrupted = { pods: {}, overdue: [], recheckMs: undefined };

export function disruptedPods(
  budget: PodDisruptionBudget,
  members: Members,
  wallMs: number,
): Disrupted {
  const known = budget.status.disruptedPods;
  if (known === undefined) return NONE;
  const pods: Record<string, string> = {};
  const overdue: Pod[] = [];
  let recheckMs: number | undefined;
  for (const name in known) {
    const pod = members.pods.get(objectKey(budget.metadata.namespace, name));
    if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) continue;
    const left = parseTime(known[name]!) + DELETION_TIMEOUT_MS - wallMs;
    if (left < 0) {
      overdue.push(pod);
      continue;
    }
    pods[name] = known[name]!;
    recheckMs = Math.min(recheckMs ?? Infinity, left);
  }
  return { pods, overdue, recheckMs };
}

/** Pods that are about to be deleted count as gone, as long as that is to be expected. */
export function healthyPods(
  budget: PodDisruptionBudget,
  members: Members,
  disrupted: Readonly<Record<string, string>>,
  wallMs: number,
): number {
  let { healthy } = members;
  for (const name in disrupted) {
    const pod = members.pods.get(objectKey(budget.metadata.namespace, name));
    const expected = parseTime(disrupted[name]!) + DELETION_TIMEOUT_MS > wallMs;
    if (pod !== undefined && expected && isHealthy(pod)) healthy--;
  }
  return healthy;
}

/** The new status; the old object itself if nothing changed. */
export function budgetStatus(
  budget: PodDisruptionBudget,
  { expected, desiredHealthy }: Expectation,
  currentHealthy: number,
  disrupted: Readonly<Record<string, string>>,
  wallMs: number,
): PodDisruptionBudget['status'] {
  // With no pods expected, the first ones to appear must not be disrupted before they are counted.
  const spare = expected <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
  const condition: Omit<Condition, 'lastTransitionTime'> = {
    type: 'DisruptionAllowed',
    status: spare > 0 ? 'True' : 'False',
    reason: spare > 0 ? 'SufficientPods' : 'InsufficientPods',
    message: '',
  };
  return unlessEqual(budget, {
    ...observed(budget),
    ...(Object.keys(disrupted).length === 0 ? {} : { disruptedPods: disrupted }),
    disruptionsAllowed: spare,
    currentHealthy,
    desiredHealthy,
    expectedPods: expected,
    conditions: withAllowed(budget, condition, wallMs),
  });
}

/** When it cannot be known how many pods there should be, none may be disrupted. */
export function failSafeStatus(
  budget: PodDisruptionBudget,
  message: string,
  wallMs: number,
): PodDisruptionBudget['status'] {
  const condition = { type: 'DisruptionAllowed', status: 'False', reason: 'SyncFailed', message };
  return unlessEqual(budget, {
    ...budget.status,
    ...observed(budget),
    disruptionsAllowed: 0,
    conditions: withAllowed(budget, condition as Condition, wallMs),
  });
}

const observed = (budget: PodDisruptionBudget): { observedGeneration?: number } =>
  budget.metadata.generation === undefined
    ? {}
    : { observedGeneration: budget.metadata.generation };

function withAllowed(
  budget: PodDisruptionBudget,
  condition: Omit<Condition, 'lastTransitionTime'>,
  wallMs: number,
): readonly Condition[] {
  const conditions = budget.status.conditions ?? [];
  const old = findCondition(conditions, condition.type);
  const next: Condition = {
    type: condition.type,
    status: condition.status,
    ...observed(budget),
    lastTransitionTime:
      old?.status === condition.status && old.lastTransitionTime !== undefined
        ? old.lastTransitionTime
        : formatTime(wallMs),
    reason: condition.reason ?? '',
    message: condition.message ?? '',
  };
  return old === undefined
    ? [...conditions, next]
    : conditions.map((one) => (one === old ? next : one));
}

const unlessEqual = (
  budget: PodDisruptionBudget,
  status: PodDisruptionBudget['status'],
): PodDisruptionBudget['status'] => (deepEqual(status, budget.status) ? budget.status : status);
