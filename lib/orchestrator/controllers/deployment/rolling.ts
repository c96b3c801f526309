/** The RollingUpdate strategy: new pods in, old pods out, within maxSurge and maxUnavailable. */
import type { ReplicaSet } from '../../api/objects';
import { cleanUpHistory } from './history';
import {
  isScaledUp,
  maxUnavailable,
  newReplicaSetSize,
  totalAvailable,
  totalReplicas,
} from './limits';
import type { DeploymentPass, Revisions } from './pass';
import { allOf } from './pass';
import { syncRolloutStatus } from './progress';
import { syncRevisions } from './revisions';
import { scaleIfDifferent } from './scale';
import { isComplete } from './status';

export function rollOut(pass: DeploymentPass): void {
  const known = pass.owned.length;
  const revisions = syncRevisions(pass, true);
  // FIDELITY: upstream goes on at once, but its next write comes 10 to 50 ms later, when the new
  // pods are on their way: here the rest follows when the cache has the new ReplicaSet.
  if (pass.owned.length > known) return;
  const moved = scaleUpNew(pass, revisions) || scaleDownOld(pass, revisions);
  if (!moved && isComplete(pass.deployment, pass.deployment.status)) {
    cleanUpHistory(pass, revisions.old);
  }
  syncRolloutStatus(pass, revisions);
}

function scaleUpNew(pass: DeploymentPass, revisions: Revisions): boolean {
  const { current } = revisions;
  const { replicas } = pass.deployment.spec;
  if (current === undefined || current.spec.replicas === replicas) return false;
  if (current.spec.replicas > replicas) return scaleIfDifferent(pass, current, replicas);
  const size = newReplicaSetSize(pass.deployment, allOf(revisions), current.spec.replicas);
  return scaleIfDifferent(pass, current, size);
}

function scaleDownOld(pass: DeploymentPass, revisions: Revisions): boolean {
  const { current } = revisions;
  const active = revisions.old.filter(isScaledUp);
  if (current === undefined || active.length === 0) return false;
  const minAvailable = pass.deployment.spec.replicas - maxUnavailable(pass.deployment);
  const newUnavailable = current.spec.replicas - (current.status.availableReplicas ?? 0);
  const budget = totalReplicas(allOf(revisions)) - minAvailable - newUnavailable;
  if (budget <= 0) return false;
  const afterCleanup = cleanUpUnhealthy(pass, active, budget);
  if (afterCleanup === undefined) return false;
  const cleaned = totalReplicas(active) - totalReplicas(afterCleanup);
  const available = totalAvailable(allOf(revisions)) - minAvailable;
  const removed = available <= 0 ? 0 : scaleDownInOrder(pass, afterCleanup, available);
  return cleaned + removed > 0;
}

/**
 * Takes away old pods that are not available first: nobody will miss them. Undefined if a
 * ReplicaSet claims more available pods than it should have: it was scaled and has yet to count
 * anew, so that no pod may be taken on its word.
 */
function cleanUpUnhealthy(
  pass: DeploymentPass,
  active: readonly ReplicaSet[],
  budget: number,
): ReplicaSet[] | undefined {
  let left = budget;
  const sets: ReplicaSet[] = [];
  for (const set of active) {
    const unhealthy = set.spec.replicas - (set.status.availableReplicas ?? 0);
    if (left > 0 && unhealthy < 0) return undefined;
    const cut = Math.min(left, unhealthy);
    left -= cut;
    sets.push(cut > 0 ? shrink(pass, set, cut) : set);
  }
  return sets;
}

/** Takes away available old pods, those of the oldest ReplicaSet first. */
function scaleDownInOrder(
  pass: DeploymentPass,
  sets: readonly ReplicaSet[],
  budget: number,
): number {
  let removed = 0;
  for (const set of sets) {
    const cut = Math.min(set.spec.replicas, budget - removed);
    if (cut <= 0) continue;
    shrink(pass, set, cut);
    removed += cut;
  }
  return removed;
}

/** The ReplicaSet as it is stored after it was scaled down. */
function shrink(pass: DeploymentPass, set: ReplicaSet, cut: number): ReplicaSet {
  scaleIfDifferent(pass, set, set.spec.replicas - cut);
  return pass.owned.find((one) => one.metadata.uid === set.metadata.uid) ?? set;
}
