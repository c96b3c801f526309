/**
 * Writes the status at the end of a rollout pass and judges whether the rollout is complete, moves
 * on, or is stuck past its deadline.
 */
import { deepEqual } from '../../api/deep-equal';
import { keyOf } from '../../api/object';
import type { Condition, Deployment } from '../../api/objects';
import { parseTime } from '../../api/timestamps';
import { findCondition, withCondition, withoutCondition } from '../framework/conditions';
import { progressDeadlineMs } from './limits';
import type { DeploymentPass, Revisions } from './pass';
import { deploymentStatus, hasProgressed, isComplete, withReplicaFailure } from './status';

export const COMPLETE = 'NewReplicaSetAvailable';
export const TIMED_OUT = 'ProgressDeadlineExceeded';
const PROGRESSING = 'Progressing';

export function syncRolloutStatus(pass: DeploymentPass, revisions: Revisions): void {
  const { deployment } = pass;
  const status = deploymentStatus(pass, revisions);
  status.conditions = withReplicaFailure(
    progressConditions(pass, revisions, status),
    revisions,
    pass.context.client.clock.wallMs,
  );
  if (deepEqual(status, deployment.status)) checkAgainLater(pass, status);
  else pass.writeStatus(status);
}

/** As above but without judging progress: for Deployments that are paused or being scaled. */
export function syncScaleStatus(pass: DeploymentPass, revisions: Revisions): void {
  const status = deploymentStatus(pass, revisions);
  if (!deepEqual(status, pass.deployment.status)) pass.writeStatus(status);
}

function progressConditions(
  pass: DeploymentPass,
  { current }: Revisions,
  status: Deployment['status'],
): readonly Condition[] | undefined {
  const { deployment } = pass;
  const { conditions } = status;
  if (progressDeadlineMs(deployment) === undefined)
    return withoutCondition(conditions, PROGRESSING);
  const known = findCondition(deployment.status.conditions, PROGRESSING);
  const settled =
    (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && known?.reason === COMPLETE;
  if (settled) return conditions;
  const who =
    current === undefined
      ? `Deployment "${deployment.metadata.name}"`
      : `ReplicaSet "${current.metadata.name}"`;
  if (isComplete(deployment, status)) {
    const message = `${who} has successfully progressed.`;
    return withCondition(conditions, pass.condition(PROGRESSING, 'True', COMPLETE, message));
  }
  if (hasProgressed(deployment.status, status)) {
    const since = known?.status === 'True' ? known.lastTransitionTime : undefined;
    const message = `${who} is progressing.`;
    // Taken out and put back, so that its update time restarts the deadline.
    return [
      ...withoutCondition(conditions, PROGRESSING),
      pass.condition(PROGRESSING, 'True', 'ReplicaSetUpdated', message, since),
    ];
  }
  if (hasTimedOut(pass, known)) {
    const message = `${who} has timed out progressing.`;
    return withCondition(conditions, pass.condition(PROGRESSING, 'False', TIMED_OUT, message));
  }
  return conditions;
}

function hasTimedOut(pass: DeploymentPass, known: Condition | undefined): boolean {
  if (known === undefined || known.reason === COMPLETE) return false;
  if (known.reason === TIMED_OUT) return true;
  return remainingMs(pass, known) < 0;
}

/** Milliseconds until the deadline, counted from the condition's last update. */
function remainingMs(pass: DeploymentPass, known: Condition): number {
  const deadline = progressDeadlineMs(pass.deployment) ?? Infinity;
  const since = known.lastUpdateTime === undefined ? 0 : parseTime(known.lastUpdateTime);
  return since + deadline - pass.context.client.clock.wallMs;
}

/** Nothing may ever happen to a stuck rollout, so somebody has to look at the clock. */
function checkAgainLater(pass: DeploymentPass, status: Deployment['status']): void {
  const { deployment } = pass;
  const known = findCondition(deployment.status.conditions, PROGRESSING);
  if (progressDeadlineMs(deployment) === undefined || known === undefined) return;
  if (isComplete(deployment, status) || known.reason === TIMED_OUT) return;
  // A rollout that was complete once cannot time out, however long its pods are missing.
  if (known.reason === COMPLETE) return;
  const left = remainingMs(pass, known);
  // Upstream polls through the last second; looking once just past the deadline sees the same.
  const wait = left < 1000 ? Math.max(left, 0) + 1 : left + 1000;
  pass.context.queue.addAfter(keyOf(deployment), wait);
}
