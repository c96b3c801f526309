/** Whether a Job is at its end, and why. The end is announced first, and declared when all pods are gone. */
import type { Condition, Job, Pod } from '../../api/objects';
import { formatTime, parseTime } from '../../api/timestamps';
import { findCondition } from '../framework/conditions';
import { judgeFailure } from './failure-policy';

export interface FinishReason {
  /** The announcement; `Failed` or `Complete` follows with the same reason and message. */
  readonly type: 'FailureTarget' | 'SuccessCriteriaMet';
  readonly reason: string;
  readonly message: string;
}

export const COMPLETED: FinishReason = {
  type: 'SuccessCriteriaMet',
  reason: 'CompletionsReached',
  message: 'Reached expected number of succeeded pods',
};

export const isFinished = ({ status }: Job): boolean =>
  (status.conditions ?? []).some(
    ({ type, status: value }) => (type === 'Complete' || type === 'Failed') && value === 'True',
  );

/** The end that was announced before and is to be declared. */
export function announcedEnd({ status }: Job): FinishReason | undefined {
  for (const type of ['SuccessCriteriaMet', 'FailureTarget'] as const) {
    const found = findCondition(status.conditions, type);
    if (found?.status === 'True') {
      return { type, reason: found.reason ?? '', message: found.message ?? '' };
    }
  }
  return undefined;
}

/** Why the Job has failed as of now, if it has. */
export function failureOf(
  job: Job,
  pods: readonly Pod[],
  failed: number,
  wallMs: number,
): FinishReason | undefined {
  const byPolicy = failedByPolicy(job, pods);
  if (byPolicy !== undefined) {
    return { type: 'FailureTarget', reason: 'PodFailurePolicy', message: byPolicy };
  }
  if (failed > job.spec.backoffLimit || restartedTooOften(job, pods)) {
    const message = 'Job has reached the specified backoff limit';
    return { type: 'FailureTarget', reason: 'BackoffLimitExceeded', message };
  }
  const left = deadlineLeftMs(job, wallMs);
  if (left !== undefined && left <= 0) {
    const message = 'Job was active longer than specified deadline';
    return { type: 'FailureTarget', reason: 'DeadlineExceeded', message };
  }
  return undefined;
}

/** Why the Job has failed by its indexes, if it has. */
export function indexFailureOf(
  { spec }: Job,
  failed: ReadonlySet<number>,
  succeeded: ReadonlySet<number>,
): FinishReason | undefined {
  if (spec.maxFailedIndexes !== undefined && failed.size > spec.maxFailedIndexes) {
    const message = 'Job has exceeded the specified maximal number of failed indexes';
    return { type: 'FailureTarget', reason: 'MaxFailedIndexesExceeded', message };
  }
  const all = failed.size + succeeded.size >= (spec.completions ?? 0);
  if (failed.size === 0 || !all) return undefined;
  const message = 'Job has failed indexes';
  return { type: 'FailureTarget', reason: 'FailedIndexes', message };
}

/** Milliseconds until activeDeadlineSeconds is over; undefined if it does not run. */
export function deadlineLeftMs(job: Job, wallMs: number): number | undefined {
  const { activeDeadlineSeconds: seconds, suspend } = job.spec;
  if (seconds === undefined || suspend === true) return undefined;
  const { startTime } = job.status;
  return startTime === undefined ? undefined : parseTime(startTime) + seconds * 1000 - wallMs;
}

function failedByPolicy(job: Job, pods: readonly Pod[]): string | undefined {
  if (job.spec.podFailurePolicy === undefined) return undefined;
  for (const pod of pods) {
    if (pod.status.phase !== 'Failed') continue;
    const { failJob } = judgeFailure(job, pod);
    if (failJob !== undefined) return failJob;
  }
  return undefined;
}

/** Where kubelets restart containers in place, restarts count instead of pods. */
function restartedTooOften(job: Job, pods: readonly Pod[]): boolean {
  const { template, backoffLimit } = job.spec;
  if (template.spec.restartPolicy !== 'OnFailure') return false;
  let restarts = 0;
  for (const { status } of pods) {
    if (status.phase !== 'Running' && status.phase !== 'Pending') continue;
    for (const one of status.initContainerStatuses ?? []) restarts += one.restartCount;
    for (const one of status.containerStatuses ?? []) restarts += one.restartCount;
  }
  return backoffLimit === 0 ? restarts > 0 : restarts >= backoffLimit;
}

export function jobCondition(
  type: string,
  status: Condition['status'],
  reason: string,
  message: string,
  wallMs: number,
): Condition {
  const now = formatTime(wallMs);
  return { type, status, lastProbeTime: now, lastTransitionTime: now, reason, message };
}
