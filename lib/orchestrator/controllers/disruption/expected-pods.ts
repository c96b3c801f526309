/** How many pods a PodDisruptionBudget should see, from the controllers of those that it does see. */
import { scaledValue } from '../../api/int-or-string';
import { kindOfObject } from '../../api/kinds';
import type { KubeObject, OwnerReference } from '../../api/object';
import { controllerOf } from '../../api/object';
import type { Deployment, PodDisruptionBudget, ReplicaSet, StatefulSet } from '../../api/objects';
import { failure, isNotFound } from '../../api/status-error';
import type { Client, Informer } from '../../client';
import type { Members } from './budget-members';

export interface ScaleSources {
  readonly client: Client;
  readonly deployments: Informer<Deployment>;
  readonly replicaSets: Informer<ReplicaSet>;
  readonly statefulSets: Informer<StatefulSet>;
}

export interface Expectation {
  readonly expected: number;
  readonly desiredHealthy: number;
  /** Names of pods that no controller owns, where one is needed to know how many there should be. */
  readonly unmanaged: readonly string[];
}

/** @throws ApiStatusError if the controller of a pod does not say how many it wants. */
export function expectedPods(
  sources: ScaleSources,
  budget: PodDisruptionBudget,
  members: Members,
): Expectation {
  const { minAvailable, maxUnavailable } = budget.spec;
  if (maxUnavailable !== undefined) {
    const { expected, unmanaged } = expectedScale(sources, budget, members);
    const desired = expected - scaledValue(maxUnavailable, expected, 'up');
    return { expected, desiredHealthy: Math.max(0, desired), unmanaged };
  }
  if (typeof minAvailable === 'string') {
    const { expected, unmanaged } = expectedScale(sources, budget, members);
    return { expected, desiredHealthy: scaledValue(minAvailable, expected, 'up'), unmanaged };
  }
  if (minAvailable === undefined) return { expected: 0, desiredHealthy: 0, unmanaged: [] };
  return { expected: members.pods.size, desiredHealthy: minAvailable, unmanaged: [] };
}

interface OwnScale {
  readonly uid: string;
  readonly replicas: number;
}

function expectedScale(
  sources: ScaleSources,
  budget: PodDisruptionBudget,
  members: Members,
): { expected: number; unmanaged: string[] } {
  const { namespace } = budget.metadata;
  const scales = new Map<string, number>();
  for (const { reference } of members.owners.values()) {
    const scale = scaleOf(sources, namespace, reference);
    if (scale === undefined) {
      const pod = podOf(members, reference.uid);
      throw failure(500, undefined, `found no controllers for pod "${pod}"`);
    }
    scales.set(scale.uid, scale.replicas);
  }
  let expected = 0;
  for (const replicas of scales.values()) expected += replicas;
  return { expected, unmanaged: [...members.unmanaged] };
}

function podOf(members: Members, owner: string): string {
  for (const pod of members.pods.values()) {
    if (controllerOf(pod)?.uid === owner) return pod.metadata.name;
  }
  return '';
}

function scaleOf(
  sources: ScaleSources,
  namespace: string,
  reference: OwnerReference,
): OwnScale | undefined {
  if (reference.kind === 'ReplicaSet') return scaleOfReplicaSet(sources, namespace, reference);
  if (reference.kind === 'StatefulSet') {
    const set = sources.statefulSets.get(namespace, reference.name);
    return set?.metadata.uid === reference.uid
      ? { uid: reference.uid, replicas: set.spec.replicas }
      : undefined;
  }
  return scaleOfOther(sources, namespace, reference);
}

/** A Deployment's ReplicaSets stand for the Deployment, whatever their own sizes are just now. */
function scaleOfReplicaSet(
  sources: ScaleSources,
  namespace: string,
  reference: OwnerReference,
): OwnScale | undefined {
  const set = sources.replicaSets.get(namespace, reference.name);
  if (set === undefined || set.metadata.uid !== reference.uid) return undefined;
  const owner = controllerOf(set);
  if (owner?.kind !== 'Deployment') return { uid: reference.uid, replicas: set.spec.replicas };
  const deployment = sources.deployments.get(namespace, owner.name);
  return deployment?.metadata.uid === owner.uid
    ? { uid: owner.uid, replicas: deployment.spec.replicas }
    : undefined;
}

/** Anything else is asked by its scale subresource. */
function scaleOfOther(
  sources: ScaleSources,
  namespace: string,
  reference: OwnerReference,
): OwnScale | undefined {
  const kind = kindOfObject(reference.apiVersion, reference.kind);
  const plural = kind?.plural ?? `${reference.kind.toLowerCase()}s`;
  const slash = reference.apiVersion.indexOf('/');
  const group = slash < 0 ? '' : reference.apiVersion.slice(0, slash);
  const resource = group === '' ? plural : `${plural}.${group}`;
  if (kind !== undefined && !kind.subresources.includes('scale')) {
    throw failure(500, undefined, `${resource} does not implement the scale subresource`);
  }
  try {
    const { name } = reference;
    const scale = sources.client.subresource<KubeObject & { spec: { replicas?: number } }>(
      'get',
      resource,
      namespace,
      name,
      'scale',
    );
    if (scale.metadata.uid !== reference.uid) return undefined;
    return { uid: reference.uid, replicas: scale.spec.replicas ?? 0 };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
