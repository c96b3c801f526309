/**
 * Creates and deletes pods for an owner, tells of each in an event of the owner, and takes back
 * the expectation of what did not come about. Stands for RealPodControl of kube-controller-manager.
 */
import { keyOf, type KubeObject, type NewObject } from '../../api/object';
import type { Pod } from '../../api/objects';
import { isNotFound } from '../../api/status-error';
import type { Client, EventRecorder } from '../../client';
import type { Expectations } from './expectations';
import { isNamespaceTerminating } from './namespace-terminating';
import { isRefusal, slowStartBatch } from './slow-start';

export interface PodBatchContext {
  readonly client: Client;
  readonly recorder: EventRecorder;
  readonly expectations: Expectations;
}

/** How many pods were created or deleted, and the first refusal that is worth another try. */
export interface PodBatchResult {
  readonly done: number;
  readonly error: Error | undefined;
}

export interface CreatedPods extends PodBatchResult {
  /** The pod that was created before all others. */
  readonly first: Pod | undefined;
}

/** Creates pods, few at first, whose creation the owner's expectations already hold. */
export function createPods(
  { client, recorder, expectations }: PodBatchContext,
  owner: KubeObject,
  count: number,
  draftOf: (index: number) => NewObject<Pod>,
): CreatedPods {
  let first: Pod | undefined;
  const { succeeded, error } = slowStartBatch(count, (index) => {
    try {
      const pod = client.create<Pod>('pods', owner.metadata.namespace, draftOf(index));
      first ??= pod;
      recorder.event(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
    } catch (refusal) {
      if (isRefusal(refusal) && !isNamespaceTerminating(refusal)) {
        recorder.event(owner, 'Warning', 'FailedCreate', `Error creating: ${refusal.message}`);
      }
      throw refusal;
    }
  });
  // What failed or was not tried will not be seen.
  if (succeeded < count) expectations.creationObserved(keyOf(owner), count - succeeded);
  // In a namespace that is going away nothing can be created, and trying again is of no use.
  const pointless = error !== undefined && isNamespaceTerminating(error);
  return { done: succeeded, error: pointless ? undefined : error, first };
}

/** Deletes pods whose deletion the owner's expectations already hold. */
export function deletePods(
  { client, recorder, expectations }: PodBatchContext,
  owner: KubeObject,
  pods: readonly Pod[],
): PodBatchResult {
  let done = 0;
  let error: Error | undefined;
  for (const pod of pods) {
    const { namespace, name } = pod.metadata;
    try {
      client.delete('pods', namespace, name);
      recorder.event(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
      done++;
    } catch (refusal) {
      if (!isRefusal(refusal)) throw refusal;
      expectations.deletionObserved(keyOf(owner), keyOf(pod));
      if (isNotFound(refusal)) continue;
      recorder.event(owner, 'Warning', 'FailedDelete', `Error deleting: ${refusal.message}`);
      error ??= refusal;
    }
  }
  return { done, error };
}
