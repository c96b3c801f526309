/**
 * Counts each ended pod exactly once, however often the controller is killed in between: first the
 * uid goes into the status, then the pod loses its finalizer, then the uid turns into a count.
 */
import { deepEqual } from '../../api/deep-equal';
import type { Condition, Job, JobStatus, Pod } from '../../api/objects';
import { isNotFound } from '../../api/status-error';
import type { Client } from '../../client';
import { withCondition } from '../framework/conditions';
import { formatIndexes, indexOf, isIndexed, parseIndexes } from './completion-index';
import { judgeFailure } from './failure-policy';
import { jobCondition, type FinishReason } from './finish-condition';
import { hasFailed, isTracked, TRACKING_FINALIZER } from './finished-pods';
import type { IndexState } from './index-state';

/** A status holds no more uncounted uids than this. */
const MAX_UNCOUNTED = 500;

interface Uncounted {
  readonly succeeded: readonly string[];
  readonly failed: readonly string[];
}

/** What a sync has found out about a Job. */
export interface JobFindings {
  readonly status: JobStatus;
  readonly pods: readonly Pod[];
  /** undefined if the Job is not indexed. */
  readonly indexes: IndexState | undefined;
  /** undefined if the Job goes on. */
  readonly finish: FinishReason | undefined;
}

/** @returns the Job as it is stored in the end. */
export function trackAndFinish(client: Client, job: Job, findings: JobFindings): Job {
  const { status, pods, indexes, finish } = findings;
  const tracked = new Set(pods.filter(isTracked).map((pod) => pod.metadata.uid));
  let next = countUntracked(status, tracked);
  const ended = pods.filter(
    (pod) => isTracked(pod) && isDone(job, pod, finish) && !isAwaited(job, pod, indexes, finish),
  );
  const batch = ended.slice(0, MAX_UNCOUNTED);
  next = withFailedIndexes(noteEnds(job, next, batch, finish), indexes);
  if (finish !== undefined) {
    const { type, reason, message } = finish;
    const announced = jobCondition(type, 'True', reason, message, client.clock.wallMs);
    next = { ...next, conditions: withCondition(next.conditions, announced) };
  }
  let stored = write(client, job, next);
  for (const pod of batch) {
    release(client, pod);
    tracked.delete(pod.metadata.uid);
  }
  next = countUntracked(stored.status, tracked);
  if (batch.length === ended.length) next = declareEnd(next, finish, client.clock.wallMs);
  stored = write(client, stored, next);
  return stored;
}

/** A Job that ends, or is deleted, lets go of all its pods. */
const isDone = (job: Job, pod: Pod, finish: FinishReason | undefined): boolean =>
  pod.status.phase === 'Succeeded' ||
  hasFailed(job, pod) ||
  finish !== undefined ||
  job.metadata.deletionTimestamp !== undefined;

/** A failed pod keeps the count of its index until the pod that replaces it is there. */
function isAwaited(
  job: Job,
  pod: Pod,
  indexes: IndexState | undefined,
  finish: FinishReason | undefined,
): boolean {
  if (indexes === undefined || indexes.waiting.size === 0) return false;
  if (finish !== undefined || job.metadata.deletionTimestamp !== undefined) return false;
  const index = indexOf(job, pod);
  return index !== undefined && indexes.waiting.get(index) === pod;
}

const withFailedIndexes = (status: JobStatus, indexes: IndexState | undefined): JobStatus =>
  indexes?.failed === undefined
    ? status
    : { ...status, failedIndexes: formatIndexes(indexes.failed) };

function noteEnds(
  job: Job,
  status: JobStatus,
  ended: readonly Pod[],
  finish: FinishReason | undefined,
): JobStatus {
  const before = uncountedOf(status);
  const succeeded = [...before.succeeded];
  const failed = [...before.failed];
  const completed = parseIndexes(status.completedIndexes);
  for (const pod of ended) {
    const { uid } = pod.metadata;
    if (succeeded.includes(uid) || failed.includes(uid)) continue;
    const index = indexOf(job, pod);
    if (pod.status.phase === 'Succeeded') {
      // A completed index cannot be counted twice, so it needs no uid.
      if (isIndexed(job)) {
        if (index !== undefined) completed.add(index);
      } else {
        succeeded.push(uid);
      }
    } else if (hasFailed(job, pod) || finish?.type === 'FailureTarget') {
      if (isIndexed(job) && index === undefined) continue;
      if (judgeFailure(job, pod).counts) failed.push(uid);
    }
  }
  const next = withUncounted(status, { succeeded, failed });
  if (!isIndexed(job)) return next;
  const text = formatIndexes(completed);
  return {
    ...next,
    ...(completed.size > 0 ? { succeeded: completed.size } : {}),
    ...(text === '' ? {} : { completedIndexes: text }),
  };
}

/** Uids whose pods have lost the finalizer (or are gone) become part of the counts. */
function countUntracked(status: JobStatus, tracked: ReadonlySet<string>): JobStatus {
  const { succeeded, failed } = uncountedOf(status);
  const left: Uncounted = {
    succeeded: succeeded.filter((uid) => tracked.has(uid)),
    failed: failed.filter((uid) => tracked.has(uid)),
  };
  const moreSucceeded = succeeded.length - left.succeeded.length;
  const moreFailed = failed.length - left.failed.length;
  return {
    ...withUncounted(status, left),
    ...(moreSucceeded > 0 ? { succeeded: (status.succeeded ?? 0) + moreSucceeded } : {}),
    ...(moreFailed > 0 ? { failed: (status.failed ?? 0) + moreFailed } : {}),
  };
}

function declareEnd(
  status: JobStatus,
  finish: FinishReason | undefined,
  wallMs: number,
): JobStatus {
  const { succeeded, failed } = uncountedOf(status);
  if (finish === undefined || succeeded.length + failed.length > 0) return status;
  if ((status.terminating ?? 0) > 0) return status;
  const type = finish.type === 'FailureTarget' ? 'Failed' : 'Complete';
  const end: Condition = jobCondition(type, 'True', finish.reason, finish.message, wallMs);
  return {
    ...status,
    conditions: withCondition(status.conditions, end),
    ...(type === 'Complete' ? { completionTime: end.lastTransitionTime! } : {}),
  };
}

const uncountedOf = ({ uncountedTerminatedPods: pods }: JobStatus): Uncounted => ({
  succeeded: pods?.succeeded ?? [],
  failed: pods?.failed ?? [],
});

const withUncounted = (status: JobStatus, { succeeded, failed }: Uncounted): JobStatus => ({
  ...status,
  uncountedTerminatedPods: {
    ...(succeeded.length > 0 ? { succeeded } : {}),
    ...(failed.length > 0 ? { failed } : {}),
  },
});

function write(client: Client, job: Job, status: JobStatus): Job {
  if (deepEqual(status, job.status)) return job;
  return client.updateStatus<Job>('jobs.batch', { ...job, status });
}

/** Takes the finalizer off; a pod that is already gone has lost it anyhow. */
export function release(client: Client, pod: Pod): void {
  const { namespace, name, uid } = pod.metadata;
  const list = '$deleteFromPrimitiveList/finalizers';
  try {
    client.patch<Pod>('pods', namespace, name, 'strategic', {
      metadata: { uid, [list]: [TRACKING_FINALIZER] },
    });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
