/** The numbers that a Deployment's strategy stands for: surge, unavailability, deadline. */
import { scaledValue } from '../../api/int-or-string';
import type { Deployment, ReplicaSet } from '../../api/objects';

const MAX_INT32 = 2_147_483_647;

export const isRollingUpdate = (deployment: Deployment): boolean =>
  deployment.spec.strategy.type === 'RollingUpdate';

/** Surge rounds up, unavailability down; a rollout needs one of them, so both 0 means 0 and 1. */
function fenceposts(deployment: Deployment): { surge: number; unavailable: number } {
  const { replicas, strategy } = deployment.spec;
  const surge = scaledValue(strategy.rollingUpdate?.maxSurge ?? 0, replicas, 'up');
  const unavailable = scaledValue(strategy.rollingUpdate?.maxUnavailable ?? 0, replicas, 'down');
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

/** How many pods may be there beyond the replicas asked for. */
export const maxSurge = (deployment: Deployment): number =>
  isRollingUpdate(deployment) ? fenceposts(deployment).surge : 0;

/** How many of the replicas may be unavailable. */
export function maxUnavailable(deployment: Deployment): number {
  const { replicas } = deployment.spec;
  if (!isRollingUpdate(deployment) || replicas === 0) return 0;
  return Math.min(fenceposts(deployment).unavailable, replicas);
}

/** Milliseconds without progress after which a rollout counts as stuck; undefined for never. */
export function progressDeadlineMs(deployment: Deployment): number | undefined {
  const seconds = deployment.spec.progressDeadlineSeconds;
  return seconds === undefined || seconds === null || seconds === MAX_INT32
    ? undefined
    : seconds * 1000;
}

/** How many old ReplicaSets to keep; undefined for all. */
export function revisionHistoryLimit(deployment: Deployment): number | undefined {
  const limit = deployment.spec.revisionHistoryLimit;
  return limit === undefined || limit === null || limit === MAX_INT32 ? undefined : limit;
}

export const isScaledUp = (set: ReplicaSet): boolean => set.spec.replicas > 0;

export function totalReplicas(sets: readonly ReplicaSet[]): number {
  let total = 0;
  for (const set of sets) total += set.spec.replicas;
  return total;
}

export function totalAvailable(sets: readonly ReplicaSet[]): number {
  let total = 0;
  for (const set of sets) total += set.status.availableReplicas ?? 0;
  return total;
}

/** What the new ReplicaSet should have now: all that the surge leaves room for. */
export function newReplicaSetSize(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  currentSize: number,
): number {
  const { replicas } = deployment.spec;
  if (!isRollingUpdate(deployment)) return replicas;
  // Both bounds of 0 raise unavailability only, so the surge is the plain value here too.
  const room = replicas + maxSurge(deployment) - totalReplicas(all);
  if (room <= 0) return currentSize;
  return currentSize + Math.min(room, replicas - currentSize);
}
