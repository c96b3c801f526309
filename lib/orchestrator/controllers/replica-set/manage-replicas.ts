/** Brings the number of pods to what the ReplicaSet asks for: creates the missing, deletes the rest. */
import type { Client, EventRecorder, Informer } from '../../client';
import { controllerOf, keyOf } from '../../api/object';
import type { Pod, ReplicaSet } from '../../api/objects';
import { isActive } from '../../api/objects';
import { isNotFound } from '../../api/status-error';
import type { Expectations } from '../framework/expectations';
import { isNamespaceTerminating } from '../framework/namespace-terminating';
import { ownedBy } from '../framework/owned-index';
import { isRefusal, slowStartBatch } from '../framework/slow-start';
import { podOf } from './pod-factory';
import type { PodTallies } from './pod-tally';
import { firstToDelete } from '../framework/pod-ranking';

/** No more than this many pods are created or deleted in one sync. */
export const BURST_REPLICAS = 500;

export interface ReplicaSetContext {
  readonly client: Client;
  readonly recorder: EventRecorder;
  readonly expectations: Expectations;
  readonly pods: Informer<Pod>;
  readonly replicaSets: Informer<ReplicaSet>;
  readonly tallies: PodTallies;
}

/**
 * @param active how many pods are active
 * @returns the error that stopped it, to be reported in the status and tried again.
 */
export function manageReplicas(
  context: ReplicaSetContext,
  set: ReplicaSet,
  active: number,
): Error | undefined {
  const surplus = active - set.spec.replicas;
  if (surplus < 0) return createPods(context, set, Math.min(-surplus, BURST_REPLICAS));
  if (surplus > 0) return deletePods(context, set, Math.min(surplus, BURST_REPLICAS));
  return undefined;
}

function createPods(context: ReplicaSetContext, set: ReplicaSet, count: number): Error | undefined {
  const { client, recorder, expectations } = context;
  const key = keyOf(set);
  expectations.expectCreations(key, count);
  const pod = podOf(set, set.spec.template);
  const { succeeded, error } = slowStartBatch(count, () => {
    try {
      const created = client.create<Pod>('pods', set.metadata.namespace, pod);
      recorder.event(set, 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata.name}`);
    } catch (refusal) {
      if (isRefusal(refusal) && !isNamespaceTerminating(refusal)) {
        recorder.event(set, 'Warning', 'FailedCreate', `Error creating: ${refusal.message}`);
      }
      throw refusal;
    }
  });
  // What failed or was not tried will not be seen.
  if (succeeded < count) expectations.creationObserved(key, count - succeeded);
  // In a namespace that is going away nothing can be created, and trying again is of no use.
  return error !== undefined && isNamespaceTerminating(error) ? undefined : error;
}

function deletePods(context: ReplicaSetContext, set: ReplicaSet, count: number): Error | undefined {
  const { client, recorder, expectations } = context;
  const key = keyOf(set);
  const chosen = choosePodsToDelete(context, set, count);
  expectations.expectDeletions(key, chosen.map(keyOf));
  let failure: Error | undefined;
  for (const pod of chosen) {
    const { namespace, name } = pod.metadata;
    try {
      client.delete('pods', namespace, name);
      recorder.event(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      expectations.deletionObserved(key, keyOf(pod));
      if (isNotFound(error)) continue;
      recorder.event(set, 'Warning', 'FailedDelete', `Error deleting: ${error.message}`);
      failure ??= error;
    }
  }
  return failure;
}

function choosePodsToDelete(
  context: ReplicaSetContext,
  set: ReplicaSet,
  count: number,
): readonly Pod[] {
  const active = [...ownedBy(context.pods, set.metadata.uid).values()].filter(isActive);
  if (count >= active.length) return active;
  const crowds = crowdsOfRelatedPods(context, set);
  const { wallMs } = context.client.clock;
  const crowdOn = (node: string): number => {
    let crowd = 0;
    for (const byNode of crowds) crowd += byNode.get(node) ?? 0;
    return crowd;
  };
  return firstToDelete(active, count, { wallMs, crowdOn });
}

/**
 * Active pods by node, of each ReplicaSet of the same Deployment that has any.
 * FIDELITY: upstream takes pods by selector, owned or not; orphans that match are adopted before,
 * so the two differ only for pods that another controller owns.
 */
function crowdsOfRelatedPods(
  context: ReplicaSetContext,
  set: ReplicaSet,
): ReadonlyMap<string, number>[] {
  const owner = controllerOf(set);
  if (owner === undefined) return [];
  const related = [...ownedBy(context.replicaSets, owner.uid).values()];
  return related
    .map((one) => context.tallies.of(one))
    .filter(({ active }) => active > 0)
    .map(({ byNode }) => byNode);
}
