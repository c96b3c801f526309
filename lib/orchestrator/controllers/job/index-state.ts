/**
 * Where an Indexed Job stands: which indexes have succeeded, which have failed for good, and which
 * failed pods are kept until they are replaced, because they hold the count of their index's
 * failures.
 */
import type { Job, Pod } from '../../api/objects';
import { indexOf, isIndexed, parseIndexes } from './completion-index';
import { finishedAt } from './failure-backoff';
import { judgeFailure } from './failure-policy';
import { hasFailed, isTracked, type JobPods } from './finished-pods';

/** On a pod: how many pods of its index failed before it. */
export const FAILURES_KEY = 'batch.kubernetes.io/job-index-failure-count';
/** On a pod: how many more failed in ways that do not count. */
export const IGNORED_KEY = 'batch.kubernetes.io/job-index-ignored-failure-count';

export interface IndexState {
  readonly succeeded: ReadonlySet<number>;
  /** Undefined if indexes have no limit of their own. */
  readonly failed: ReadonlySet<number> | undefined;
  /** By index: the failed pod that waits for the one that replaces it. */
  readonly waiting: ReadonlyMap<number, Pod>;
}

export const limitsEachIndex = (job: Job): boolean =>
  isIndexed(job) && job.spec.backoffLimitPerIndex !== undefined;

/** Undefined for a Job whose pods have no indexes. */
export function indexStateOf(job: Job, pods: JobPods): IndexState | undefined {
  if (!isIndexed(job)) return undefined;
  const succeeded = parseIndexes(job.status.completedIndexes);
  for (const pod of pods.newlySucceeded) {
    const index = indexOf(job, pod);
    if (index !== undefined) succeeded.add(index);
  }
  if (!limitsEachIndex(job)) return { succeeded, failed: undefined, waiting: NONE };
  const failed = parseIndexes(job.status.failedIndexes);
  for (const pod of pods.all) {
    const index = indexOf(job, pod);
    if (index !== undefined && isTracked(pod) && failsIndex(job, pod)) failed.add(index);
  }
  return { succeeded, failed, waiting: waitingPods(job, pods, succeeded, failed) };
}

const NONE: ReadonlyMap<number, Pod> = new Map();

function failsIndex(job: Job, pod: Pod): boolean {
  if (!hasFailed(job, pod)) return false;
  const { counts, failsIndex: byPolicy } = judgeFailure(job, pod);
  if (byPolicy) return true;
  return counts && countOn(pod, FAILURES_KEY) >= (job.spec.backoffLimitPerIndex ?? 0);
}

function waitingPods(
  job: Job,
  pods: JobPods,
  succeeded: ReadonlySet<number>,
  failed: ReadonlySet<number>,
): Map<number, Pod> {
  // An active pod holds the count already.
  const active = new Set(pods.active.map((pod) => indexOf(job, pod)));
  const waiting = new Map<number, Pod>();
  for (const pod of pods.all) {
    if (!isTracked(pod) || !hasFailed(job, pod)) continue;
    const index = indexOf(job, pod);
    if (index === undefined || active.has(index)) continue;
    if (succeeded.has(index) || failed.has(index)) continue;
    const other = waiting.get(index);
    if (other === undefined || failuresBefore(other) <= failuresBefore(pod)) {
      waiting.set(index, pod);
    }
  }
  return waiting;
}

/** Failures of the pod's index before the pod, those that do not count too. */
const failuresBefore = (pod: Pod): number => countOn(pod, FAILURES_KEY) + countOn(pod, IGNORED_KEY);

function countOn(pod: Pod, key: string): number {
  const count = Number(pod.metadata.annotations?.[key] ?? 0);
  return Number.isInteger(count) && count >= 0 ? count : 0;
}

/** What a new pod carries of the failures of its index so far. */
export function failureCounts(job: Job, replaced: Pod | undefined): Record<string, string> {
  if (replaced === undefined) return { [FAILURES_KEY]: '0' };
  const { counts } = judgeFailure(job, replaced);
  const failures = countOn(replaced, FAILURES_KEY) + (counts ? 1 : 0);
  const ignored = countOn(replaced, IGNORED_KEY) + (counts ? 0 : 1);
  return {
    [FAILURES_KEY]: String(failures),
    ...(ignored > 0 ? { [IGNORED_KEY]: String(ignored) } : {}),
  };
}

/** Failures in a row of the pod's index, and when the last was, for its back-off. */
export const failuresOfIndex = (
  pod: Pod,
): { failuresSinceSuccess: number; lastFailureAt: number } => ({
  failuresSinceSuccess: failuresBefore(pod) + 1,
  lastFailureAt: finishedAt(pod),
});
