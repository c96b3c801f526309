/** How long a Job waits after failures before it creates the next pod: 10 s, 20 s, … up to 10 min. */
import type { Pod } from '../../api/objects';
import { conditionOf } from '../../api/objects';
import { parseTime } from '../../api/timestamps';

const BASE_MS = 10_000;
const MAX_MS = 600_000;

export interface FailureRecord {
  readonly failuresSinceSuccess: number;
  /** Milliseconds since the Unix epoch. */
  readonly lastFailureAt: number;
}

export const NO_FAILURES: FailureRecord = { failuresSinceSuccess: 0, lastFailureAt: 0 };

/** The record with the pods that ended since; a success forgets the failures before it. */
export function recordEnds(
  record: FailureRecord,
  succeeded: readonly Pod[],
  failed: readonly Pod[],
): FailureRecord {
  let lastSuccessAt = -1;
  for (const pod of succeeded) lastSuccessAt = Math.max(lastSuccessAt, finishedAt(pod));
  let { failuresSinceSuccess, lastFailureAt } = succeeded.length > 0 ? NO_FAILURES : record;
  for (const pod of failed) {
    const at = finishedAt(pod);
    if (at <= lastSuccessAt) continue;
    failuresSinceSuccess++;
    lastFailureAt = Math.max(lastFailureAt, at);
  }
  return { failuresSinceSuccess, lastFailureAt };
}

/** Milliseconds until the next pod may be created, 0 for now. */
export function remainingBackoff(record: FailureRecord, wallMs: number): number {
  if (record.failuresSinceSuccess === 0) return 0;
  const backoff = Math.min(BASE_MS * 2 ** (record.failuresSinceSuccess - 1), MAX_MS);
  return Math.max(0, record.lastFailureAt + backoff - wallMs);
}

/** When the last container ended, as far as the pod can tell; in ms since the Unix epoch. */
export function finishedAt(pod: Pod): number {
  const statuses = pod.status.containerStatuses ?? [];
  const ends = statuses.map(({ state }) => state.terminated?.finishedAt);
  if (ends.length > 0 && ends.every((end) => end !== undefined)) {
    return Math.max(...ends.map((end) => parseTime(end)));
  }
  const ready = conditionOf(pod, 'Ready');
  if (ready?.status === 'False' && ready.lastTransitionTime !== undefined) {
    return parseTime(ready.lastTransitionTime);
  }
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, creationTimestamp } = pod.metadata;
  if (deletionTimestamp !== undefined) {
    return parseTime(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
  }
  return parseTime(creationTimestamp);
}
