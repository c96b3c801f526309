/** The status of a ReplicaSet, worked out from its pods. */
import type { Condition, Pod, ReplicaSet } from '../../api/objects';
import { isActive, isPodReady, isTerminal } from '../../api/objects';
import type { StringMap } from '../../api/object';
import { deepEqual } from '../../api/deep-equal';
import { formatTime } from '../../api/timestamps';
import { findCondition, withCondition, withoutCondition } from '../conditions';
import { isPodAvailable } from '../pod-availability';

/** What went wrong in a sync: the error's text, and whether pods were too few or too many. */
export interface ManageFailure {
  readonly reason: 'FailedCreate' | 'FailedDelete';
  readonly message: string;
}

export interface PodCounts {
  active: number;
  fullyLabeled: number;
  ready: number;
  available: number;
  terminating: number;
}

export function countPods(set: ReplicaSet, pods: readonly Pod[], wallMs: number): PodCounts {
  const counts: PodCounts = { active: 0, fullyLabeled: 0, ready: 0, available: 0, terminating: 0 };
  const labels = set.spec.template.metadata?.labels ?? {};
  const minReadySeconds = set.spec.minReadySeconds ?? 0;
  for (const pod of pods) {
    if (!isActive(pod)) {
      if (!isTerminal(pod)) counts.terminating++;
      continue;
    }
    counts.active++;
    if (carriesAll(pod.metadata.labels, labels)) counts.fullyLabeled++;
    if (!isPodReady(pod)) continue;
    counts.ready++;
    if (isPodAvailable(pod, minReadySeconds, wallMs)) counts.available++;
  }
  return counts;
}

function carriesAll(labels: StringMap | undefined, wanted: StringMap): boolean {
  if (labels === wanted) return true;
  for (const key in wanted) if (labels?.[key] !== wanted[key]) return false;
  return true;
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
