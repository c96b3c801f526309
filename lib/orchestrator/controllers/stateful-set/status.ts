/** The status of a StatefulSet, worked out from its pods. */
import type { Pod, StatefulSet } from '../../api/objects';
import { revisionLabelOf } from './identity';
import { isRunningAndAvailable, isRunningAndReady, isTerminating } from './replicas';

export interface StatefulCounts {
  replicas: number;
  ready: number;
  available: number;
  current: number;
  updated: number;
}

export interface RevisionNames {
  readonly current: string;
  readonly update: string;
  readonly collisionCount: number;
}

export function countStatefulPods(
  set: StatefulSet,
  pods: Iterable<Pod>,
  names: RevisionNames,
  wallMs: number,
): StatefulCounts {
  const counts: StatefulCounts = { replicas: 0, ready: 0, available: 0, current: 0, updated: 0 };
  const minReadySeconds = set.spec.minReadySeconds ?? 0;
  for (const pod of pods) {
    counts.replicas++;
    if (isRunningAndReady(pod)) counts.ready++;
    if (isRunningAndAvailable(pod, minReadySeconds, wallMs)) counts.available++;
    if (isTerminating(pod)) continue;
    const revision = revisionLabelOf(pod);
    if (revision === names.current) counts.current++;
    if (revision === names.update) counts.updated++;
  }
  return counts;
}

/** The status to store; a finished rolling update makes the update revision the current one. */
export function statefulSetStatus(
  set: StatefulSet,
  counts: StatefulCounts,
  names: RevisionNames,
): StatefulSet['status'] {
  const { replicas } = set.spec;
  const finished =
    set.spec.updateStrategy.type === 'RollingUpdate' &&
    counts.updated === replicas &&
    counts.ready === replicas &&
    counts.replicas === replicas;
  const current = finished ? counts.updated : counts.current;
  const { generation } = set.metadata;
  return {
    replicas: counts.replicas,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...(counts.ready > 0 ? { readyReplicas: counts.ready } : {}),
    ...(current > 0 ? { currentReplicas: current } : {}),
    ...(counts.updated > 0 ? { updatedReplicas: counts.updated } : {}),
    currentRevision: finished ? names.update : names.current,
    updateRevision: names.update,
    collisionCount: names.collisionCount,
    availableReplicas: counts.available,
  };
}
