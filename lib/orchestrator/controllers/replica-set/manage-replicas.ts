/** Brings the number of pods to what the ReplicaSet asks for: creates the missing, deletes the rest. */
import { controllerOf, keyOf } from '../../api/object';
import type { Pod, ReplicaSet } from '../../api/objects';
import type { Informer } from '../../client';
import { ownedBy } from '../framework/owned-index';
import {
  createPods,
  deletePods,
  type PodBatchContext,
  type PodBatchResult,
} from '../framework/pod-batch';
import { firstToDelete } from '../framework/pod-ranking';
import { podOf } from './pod-factory';
import type { PodTallies } from './pod-tally';

/** No more than this many pods are created or deleted in one sync. */
export const BURST_REPLICAS = 500;

export interface ReplicaSetContext extends PodBatchContext {
  readonly pods: Informer<Pod>;
  readonly replicaSets: Informer<ReplicaSet>;
  readonly tallies: PodTallies;
}

/**
 * @param active how many pods are active
 * @param activePods these pods, looked at only if some of them must go
 * @returns the error that stopped it, to be reported in the status and tried again.
 */
export function manageReplicas(
  context: ReplicaSetContext,
  set: ReplicaSet,
  active: number,
  activePods: () => readonly Pod[],
): Error | undefined {
  const surplus = active - set.spec.replicas;
  if (surplus < 0) return createMissing(context, set, Math.min(-surplus, BURST_REPLICAS)).error;
  if (surplus <= 0) return undefined;
  const count = Math.min(surplus, BURST_REPLICAS);
  return deleteSurplus(context, set, count, activePods()).error;
}

function createMissing(context: ReplicaSetContext, set: ReplicaSet, count: number): PodBatchResult {
  context.expectations.expectCreations(keyOf(set), count);
  const pod = podOf(set, set.spec.template);
  return createPods(context, set, count, () => pod);
}

function deleteSurplus(
  context: ReplicaSetContext,
  set: ReplicaSet,
  count: number,
  active: readonly Pod[],
): PodBatchResult {
  const chosen = choosePodsToDelete(context, set, count, active);
  context.expectations.expectDeletions(keyOf(set), chosen.map(keyOf));
  return deletePods(context, set, chosen);
}

function choosePodsToDelete(
  context: ReplicaSetContext,
  set: ReplicaSet,
  count: number,
  active: readonly Pod[],
): readonly Pod[] {
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
