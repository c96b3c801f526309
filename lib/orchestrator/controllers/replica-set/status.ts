/** The status of a ReplicaSet, worked out from its pods. */
import { deepEqual } from '../../api/deep-equal';
import type { Condition, ReplicaSet } from '../../api/objects';
import { formatTime } from '../../api/timestamps';
import { findCondition, withCondition, withoutCondition } from '../framework/conditions';

/** What went wrong in a sync: the error's text, and whether pods were too few or too many. */
export interface ManageFailure {
  readonly reason: 'FailedCreate' | 'FailedDelete';
  readonly message: string;
}

export interface PodCounts {
  readonly active: number;
  readonly fullyLabeled: number;
  readonly ready: number;
  readonly available: number;
  readonly terminating: number;
}

/** The new status; the old object itself if nothing changed. */
export function replicaSetStatus(
  set: ReplicaSet,
  counts: PodCounts,
  failure: ManageFailure | undefined,
  wallMs: number,
): ReplicaSet['status'] {
  const conditions = conditionsOf(set, failure, wallMs);
  const status: ReplicaSet['status'] = {
    replicas: counts.active,
    // Numbers of 0 are left out, as Go's omitempty does.
    ...(counts.fullyLabeled > 0 ? { fullyLabeledReplicas: counts.fullyLabeled } : {}),
    ...(counts.ready > 0 ? { readyReplicas: counts.ready } : {}),
    ...(counts.available > 0 ? { availableReplicas: counts.available } : {}),
    terminatingReplicas: counts.terminating,
    ...(set.metadata.generation === undefined
      ? {}
      : { observedGeneration: set.metadata.generation }),
    ...(conditions.length > 0 ? { conditions } : {}),
  };
  return deepEqual(status, set.status) ? set.status : status;
}

function conditionsOf(
  set: ReplicaSet,
  failure: ManageFailure | undefined,
  wallMs: number,
): readonly Condition[] {
  const { conditions } = set.status;
  if (failure === undefined) return withoutCondition(conditions, 'ReplicaFailure');
  // The first failure stays: its text is not refreshed while pods keep failing.
  if (findCondition(conditions, 'ReplicaFailure') !== undefined) return conditions ?? [];
  return withCondition(conditions, {
    type: 'ReplicaFailure',
    status: 'True',
    lastTransitionTime: formatTime(wallMs),
    ...failure,
  });
}
