/** Which pods of a Job are done, and which of those its status has not counted yet. */
import type { Job, Pod } from '../../api/objects';
import { isActive, isPodReady, isTerminal } from '../../api/objects';

/** While a pod carries it, the Job has yet to count the pod's end. */
export const TRACKING_FINALIZER = 'batch.kubernetes.io/job-tracking';

export const isTracked = (pod: Pod): boolean =>
  pod.metadata.finalizers?.includes(TRACKING_FINALIZER) === true;

/** Whether only a pod that has failed for good is replaced, not one that is terminating. */
export const replacesOnlyFailed = (job: Job): boolean => job.spec.podReplacementPolicy === 'Failed';

/** A pod that is being deleted has failed, unless the Job waits for how it ends. */
export function hasFailed(job: Job, pod: Pod): boolean {
  if (pod.status.phase === 'Failed') return true;
  if (replacesOnlyFailed(job) || pod.status.phase === 'Succeeded') return false;
  return pod.metadata.deletionTimestamp !== undefined;
}

export interface JobPods {
  readonly all: readonly Pod[];
  readonly active: readonly Pod[];
  readonly ready: number;
  /** Being deleted and not at their end yet. */
  readonly terminating: number;
  /** Ended since the status was last written. */
  readonly newlySucceeded: readonly Pod[];
  readonly newlyFailed: readonly Pod[];
}

export function sortOut(job: Job, all: readonly Pod[]): JobPods {
  const active: Pod[] = [];
  const newlySucceeded: Pod[] = [];
  const newlyFailed: Pod[] = [];
  let [ready, terminating] = [0, 0];
  const { succeeded = [], failed = [] } = job.status.uncountedTerminatedPods ?? {};
  const counted = new Set([...succeeded, ...failed]);
  for (const pod of all) {
    if (isActive(pod)) {
      active.push(pod);
      if (isPodReady(pod)) ready++;
    } else if (!isTerminal(pod)) {
      terminating++;
    }
    if (!isTracked(pod) || counted.has(pod.metadata.uid)) continue;
    if (pod.status.phase === 'Succeeded') newlySucceeded.push(pod);
    else if (hasFailed(job, pod)) newlyFailed.push(pod);
  }
  return { all, active, ready, terminating, newlySucceeded, newlyFailed };
}
