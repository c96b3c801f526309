/** Brings the number of a Job's running pods to what it wants: creates some, or deletes some. */
import type { Client, EventRecorder } from '../../client';
import type { NewObject } from '../../api/object';
import { controllerReference, keyOf } from '../../api/object';
import type { Job, Pod } from '../../api/objects';
import { isNotFound } from '../../api/status-error';
import type { Expectations } from '../framework/expectations';
import { isNamespaceTerminating } from '../framework/namespace-terminating';
import { firstToDelete } from '../framework/pod-ranking';
import { isRefusal, slowStartBatch } from '../framework/slow-start';
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

export interface JobContext {
  readonly client: Client;
  readonly recorder: EventRecorder;
  readonly expectations: Expectations;
}

export interface ManageOutcome {
  /** Pods that run now, as far as is known. */
  readonly active: number;
  readonly deleted: number;
  readonly error: Error | undefined;
}

/** @param backoffMs milliseconds for which failures keep pods from being created */
export function managePods(
  context: JobContext,
  job: Job,
  pods: JobPods,
  succeeded: number,
  backoffMs: number,
): ManageOutcome {
  const active = pods.active.length;
  const wanted = job.spec.suspend === true ? 0 : wantedPods(job, active, succeeded);
  if (active > wanted) {
    return deletePods(context, job, surplusPods(context, pods, active - wanted), active);
  }
  // A pod that is ending keeps its place if only failed ones are replaced.
  const held = replacesOnlyFailed(job) ? pods.terminating : 0;
  const missing = Math.min(wanted - held - active, BURST);
  if (missing <= 0 || job.spec.suspend === true) return { active, deleted: 0, error: undefined };
  if (backoffMs > 0) return { active: 0, deleted: 0, error: undefined };
  return createPods(context, job, pods, missing);
}

function wantedPods(job: Job, active: number, succeeded: number): number {
  const { completions, parallelism } = job.spec;
  if (completions === undefined) return succeeded > 0 ? active : parallelism;
  return Math.max(0, Math.min(completions - succeeded, parallelism));
}

function surplusPods(context: JobContext, pods: JobPods, count: number): readonly Pod[] {
  if (count >= pods.active.length) return pods.active.slice(0, BURST);
  const ranking = { wallMs: context.client.clock.wallMs, crowdOn: () => 0 };
  return firstToDelete(pods.active, Math.min(count, BURST), ranking);
}

export function deletePods(
  context: JobContext,
  job: Job,
  chosen: readonly Pod[],
  active: number,
): ManageOutcome {
  const { client, recorder, expectations } = context;
  const key = keyOf(job);
  expectations.expectDeletions(key, chosen.map(keyOf));
  let deleted = 0;
  let error: Error | undefined;
  for (const pod of chosen) {
    const { namespace, name } = pod.metadata;
    try {
      client.delete('pods', namespace, name);
      recorder.event(job, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
      deleted++;
    } catch (refusal) {
      if (!isRefusal(refusal)) throw refusal;
      expectations.deletionObserved(key, keyOf(pod));
      if (isNotFound(refusal)) continue;
      recorder.event(job, 'Warning', 'FailedDelete', `Error deleting: ${refusal.message}`);
      error ??= refusal;
    }
  }
  return { active: active - deleted, deleted, error };
}

function createPods(context: JobContext, job: Job, pods: JobPods, missing: number): ManageOutcome {
  const { client, recorder, expectations } = context;
  const key = keyOf(job);
  const indexes = isIndexed(job)
    ? pendingIndexes(job, takenIndexes(job, pods), missing)
    : undefined;
  const count = indexes?.length ?? missing;
  expectations.expectCreations(key, count);
  const { succeeded, error } = slowStartBatch(count, (i) => {
    try {
      const draft = podOfJob(job, indexes?.[i]);
      const { metadata } = client.create<Pod>('pods', job.metadata.namespace, draft);
      recorder.event(job, 'Normal', 'SuccessfulCreate', `Created pod: ${metadata.name}`);
    } catch (refusal) {
      if (isRefusal(refusal) && !isNamespaceTerminating(refusal)) {
        recorder.event(job, 'Warning', 'FailedCreate', `Error creating: ${refusal.message}`);
      }
      throw refusal;
    }
  });
  if (succeeded < count) expectations.creationObserved(key, count - succeeded);
  const pointless = error !== undefined && isNamespaceTerminating(error);
  const active = pods.active.length + succeeded;
  return { active, deleted: 0, error: pointless ? undefined : error };
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
