/** Brings the number of a Job's running pods to what it wants: creates some, or deletes some. */
import type { NewObject } from '../../api/object';
import { controllerReference, keyOf } from '../../api/object';
import type { Job, Pod } from '../../api/objects';
import { createPods, deletePods, type PodBatchContext } from '../framework/pod-batch';
import { firstToDelete } from '../framework/pod-ranking';
import {
  INDEX_KEY,
  indexOf,
  isIndexed,
  parseIndexes,
  pendingIndexes,
  withIndexVariable,
} from './completion-index';
import { replacesOnlyFailed, TRACKING_FINALIZER, type JobPods } from './finished-pods';

/** No more than this many pods are created or deleted in one sync. */
const BURST = 500;

export interface ManageOutcome {
  /** Pods that run now, as far as is known. */
  readonly active: number;
  readonly deleted: number;
  readonly error: Error | undefined;
}

/** @param backoffMs milliseconds for which failures keep pods from being created */
export function managePods(
  context: PodBatchContext,
  job: Job,
  pods: JobPods,
  succeeded: number,
  backoffMs: number,
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
  if (backoffMs > 0) return { active: 0, deleted: 0, error: undefined };
  return createMissing(context, job, pods, missing);
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

function createMissing(
  context: PodBatchContext,
  job: Job,
  pods: JobPods,
  missing: number,
): ManageOutcome {
  const indexes = isIndexed(job)
    ? pendingIndexes(job, takenIndexes(job, pods), missing)
    : undefined;
  const count = indexes?.length ?? missing;
  context.expectations.expectCreations(keyOf(job), count);
  const { done, error } = createPods(context, job, count, (i) => podOfJob(job, indexes?.[i]));
  return { active: pods.active.length + done, deleted: 0, error };
}

function takenIndexes(job: Job, pods: JobPods): Set<number> {
  const taken = parseIndexes(job.status.completedIndexes);
  for (const pod of [...pods.active, ...pods.newlySucceeded]) {
    const index = indexOf(job, pod);
    if (index !== undefined) taken.add(index);
  }
  return taken;
}

function podOfJob(job: Job, index: number | undefined): NewObject<Pod> {
  const { template } = job.spec;
  const { labels, annotations, finalizers = [] } = template.metadata ?? {};
  const { name } = job.metadata;
  const own = index === undefined ? undefined : { [INDEX_KEY]: String(index) };
  const marks = own === undefined ? annotations : { ...annotations, ...own };
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
