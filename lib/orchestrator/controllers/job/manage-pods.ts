/** Brings the number of a Job's running pods to what it wants: creates some, or deletes some. */
import type { NewObject } from '../../api/object';
import { controllerReference, keyOf } from '../../api/object';
import type { Job, Pod } from '../../api/objects';
import { createPods, deletePods, type PodBatchContext } from '../framework/pod-batch';
import { firstToDelete } from '../framework/pod-ranking';
import { INDEX_KEY, indexOf, pendingIndexes, withIndexVariable } from './completion-index';
import { remainingBackoff } from './failure-backoff';
import { replacesOnlyFailed, TRACKING_FINALIZER, type JobPods } from './finished-pods';
import { failureCounts, failuresOfIndex, limitsEachIndex, type IndexState } from './index-state';

/** No more than this many pods are created or deleted in one sync. */
const BURST = 500;

export interface ManageOutcome {
  /** Pods that run now, as far as is known. */
  readonly active: number;
  readonly deleted: number;
  readonly error: Error | undefined;
  /** Milliseconds until the first index may get its next pod, if none may now. */
  readonly waitMs?: number;
}

/** How far a Job has come. */
export interface JobProgress {
  readonly pods: JobPods;
  /** Pods that succeeded, or indexes that completed. */
  readonly succeeded: number;
  /** Milliseconds for which failures keep pods from being created. */
  readonly backoffMs: number;
  /** undefined if the Job is not indexed. */
  readonly state: IndexState | undefined;
}

export function managePods(
  context: PodBatchContext,
  job: Job,
  { pods, succeeded, backoffMs, state }: JobProgress,
): ManageOutcome {
  const active = pods.active.length;
  const wanted = job.spec.suspend === true ? 0 : wantedPods(job, active, succeeded);
  if (active > wanted) {
    return deleteChosen(context, job, surplusPods(context, pods, active - wanted), active);
  }
  // A pod that is ending keeps its place if only failed ones are replaced.
  const held = replacesOnlyFailed(job) ? pods.terminating : 0;
  const missing = Math.min(wanted - held - active, BURST);
  if (missing <= 0 || job.spec.suspend === true) return { active, deleted: 0, error: undefined };
  if (backoffMs > 0) return { active, deleted: 0, error: undefined };
  if (state === undefined) {
    return create(context, job, active, missing, () => podOfJob(job, undefined, undefined));
  }
  const { wallMs } = context.client.clock;
  const { indexes, waitMs } = indexesToCreate(job, pods, missing, state, wallMs);
  if (waitMs > 0) return { active, deleted: 0, error: undefined, waitMs };
  return create(context, job, active, indexes.length, (i) => {
    const index = indexes[i]!;
    return podOfJob(job, index, state.waiting.get(index));
  });
}

function wantedPods(job: Job, active: number, succeeded: number): number {
  const { completions, parallelism } = job.spec;
  if (completions === undefined) return succeeded > 0 ? active : parallelism;
  return Math.max(0, Math.min(completions - succeeded, parallelism));
}

function surplusPods(context: PodBatchContext, pods: JobPods, count: number): readonly Pod[] {
  if (count >= pods.active.length) return pods.active.slice(0, BURST);
  const ranking = { wallMs: context.client.clock.wallMs, crowdOn: () => 0 };
  return firstToDelete(pods.active, Math.min(count, BURST), ranking);
}

/** @param active how many pods are active before that */
export function deleteChosen(
  context: PodBatchContext,
  job: Job,
  chosen: readonly Pod[],
  active: number,
): ManageOutcome {
  context.expectations.expectDeletions(keyOf(job), chosen.map(keyOf));
  const { done: deleted, error } = deletePods(context, job, chosen);
  return { active: active - deleted, deleted, error };
}

function create(
  context: PodBatchContext,
  job: Job,
  active: number,
  count: number,
  draftOf: (i: number) => NewObject<Pod>,
): ManageOutcome {
  context.expectations.expectCreations(keyOf(job), count);
  const { done, error } = createPods(context, job, count, draftOf);
  return { active: active + done, deleted: 0, error };
}

/** The indexes that get a pod now; or, if all have to wait, for how long the first has. */
function indexesToCreate(
  job: Job,
  pods: JobPods,
  count: number,
  state: IndexState,
  wallMs: number,
): { indexes: readonly number[]; waitMs: number } {
  const taken = new Set([...state.succeeded, ...(state.failed ?? [])]);
  for (const pod of pods.active) {
    const index = indexOf(job, pod);
    if (index !== undefined) taken.add(index);
  }
  const pending = pendingIndexes(job, taken, count);
  let waitMs = Infinity;
  const ready = pending.filter((index) => {
    const replaced = state.waiting.get(index);
    if (replaced === undefined) return true;
    const left = remainingBackoff(failuresOfIndex(replaced), wallMs);
    if (left > 0) waitMs = Math.min(waitMs, left);
    return left === 0;
  });
  return { indexes: ready, waitMs: ready.length > 0 || pending.length === 0 ? 0 : waitMs };
}

function podOfJob(job: Job, index: number | undefined, replaced: Pod | undefined): NewObject<Pod> {
  const { template } = job.spec;
  const { labels, annotations, finalizers = [] } = template.metadata ?? {};
  const { name } = job.metadata;
  const own = index === undefined ? undefined : { [INDEX_KEY]: String(index) };
  const counts = limitsEachIndex(job) ? failureCounts(job, replaced) : undefined;
  const marks = own === undefined ? annotations : { ...annotations, ...own, ...counts };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: index === undefined ? `${name}-` : `${name}-${index}-`,
      labels: { ...labels, ...own },
      ...(marks === undefined ? {} : { annotations: marks }),
      finalizers: [...finalizers, TRACKING_FINALIZER],
      ownerReferences: [controllerReference(job)],
    },
    spec:
      index === undefined
        ? template.spec
        : {
            ...template.spec,
            hostname: `${name}-${index}`,
            containers: withIndexVariable(template),
          },
  };
}
