/** The status of a Deployment, worked out from its ReplicaSets. */
import type { Condition, Deployment, ReplicaSet } from '../../api/objects';
import { formatTime } from '../../api/timestamps';
import { findCondition, withCondition, withoutCondition } from '../framework/conditions';
import { maxUnavailable, totalAvailable, totalReplicas } from './limits';
import type { DeploymentPass, Revisions } from './pass';
import { allOf } from './pass';

/** A status that is being worked out: nobody else has it yet. */
export type DraftStatus = { -readonly [F in keyof Deployment['status']]: Deployment['status'][F] };

/** The counts, and whether enough pods are available; nothing about progress. */
export function deploymentStatus(pass: DeploymentPass, revisions: Revisions): DraftStatus {
  const { deployment } = pass;
  const all = allOf(revisions);
  const available = totalAvailable(all);
  const { collisionCount } = deployment.status;
  const { generation } = deployment.metadata;
  const terminating = terminatingReplicas(all);
  const status: DraftStatus = {};
  if (generation !== undefined) status.observedGeneration = generation;
  setUnlessZero(status, 'replicas', sum(all, 'replicas'));
  setUnlessZero(status, 'updatedReplicas', revisions.current?.status.replicas ?? 0);
  setUnlessZero(status, 'readyReplicas', sum(all, 'readyReplicas'));
  setUnlessZero(status, 'availableReplicas', available);
  setUnlessZero(status, 'unavailableReplicas', Math.max(0, totalReplicas(all) - available));
  if (terminating !== undefined) status.terminatingReplicas = terminating;
  if (collisionCount !== undefined) status.collisionCount = collisionCount;
  status.conditions = withCondition(deployment.status.conditions, availability(pass, available));
  return status;
}

function availability(pass: DeploymentPass, available: number): Condition {
  const { deployment } = pass;
  return available >= deployment.spec.replicas - maxUnavailable(deployment)
    ? pass.condition(
        'Available',
        'True',
        'MinimumReplicasAvailable',
        'Deployment has minimum availability.',
      )
    : pass.condition(
        'Available',
        'False',
        'MinimumReplicasUnavailable',
        'Deployment does not have minimum availability.',
      );
}

/** The conditions with the failure of a ReplicaSet to create or delete pods, or without any. */
export function withReplicaFailure(
  conditions: readonly Condition[] | undefined,
  revisions: Revisions,
  wallMs: number,
): readonly Condition[] {
  const failure = replicaFailure(revisions);
  if (failure === undefined) return withoutCondition(conditions, 'ReplicaFailure');
  const since = failure.lastTransitionTime ?? formatTime(wallMs);
  return withCondition(conditions, {
    type: failure.type,
    status: failure.status,
    lastUpdateTime: since,
    lastTransitionTime: since,
    reason: failure.reason ?? '',
    message: failure.message ?? '',
  });
}

function replicaFailure({ current, old }: Revisions): Condition | undefined {
  const first = findCondition(current?.status.conditions, 'ReplicaFailure');
  if (first !== undefined) return first;
  for (const set of old) {
    const failure = findCondition(set.status.conditions, 'ReplicaFailure');
    if (failure !== undefined) return failure;
  }
  return undefined;
}

/** All replicas are of the present template, available, and no others are left. */
export function isComplete(deployment: Deployment, status: Deployment['status']): boolean {
  const { replicas } = deployment.spec;
  return (
    (status.updatedReplicas ?? 0) === replicas &&
    (status.replicas ?? 0) === replicas &&
    (status.availableReplicas ?? 0) === replicas &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

/** Whether the new status shows that the rollout moved on since the stored one. */
export function hasProgressed(before: Deployment['status'], after: Deployment['status']): boolean {
  const outdated = (status: Deployment['status']): number =>
    (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    outdated(after) < outdated(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

type Count = 'replicas' | 'readyReplicas';

function sum(sets: readonly ReplicaSet[], count: Count): number {
  let total = 0;
  for (const set of sets) total += set.status[count] ?? 0;
  return total;
}

/** Unknown as long as one ReplicaSet has not counted its own. */
function terminatingReplicas(sets: readonly ReplicaSet[]): number | undefined {
  let total = 0;
  for (const { status } of sets) {
    if (status.terminatingReplicas !== undefined) total += status.terminatingReplicas;
    else if (status.observedGeneration !== undefined) return undefined;
  }
  return total;
}

/** Numbers of 0 are left out, as Go's omitempty does. */
function setUnlessZero(
  status: DraftStatus,
  field: Exclude<keyof DraftStatus, 'conditions'>,
  count: number,
): void {
  if (count !== 0) status[field] = count;
}
