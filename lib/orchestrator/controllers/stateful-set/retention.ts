/**
 * Whether claims go with their StatefulSet or with a pod that is scaled away: nothing but owner
 * references, on which the garbage collector acts. Claims that some other controller owns, or that
 * belong to a predecessor of the same name, are left alone.
 */
import type { KubeObject, OwnerReference } from '../../api/object';
import { controllerReference } from '../../api/object';
import type { PersistentVolumeClaim, Pod, StatefulSet } from '../../api/objects';
import { failure } from '../../api/status-error';
import { isRefusal } from '../framework/slow-start';
import { claimsOf, isInRange } from './identity';
import type { StatefulSetContext } from './stateful-set-context';

const CLAIMS = 'persistentvolumeclaims';

/** Whether the claims of a pod, as far as they are there, have the owners that the policy asks for. */
export function matchesRetention(
  context: StatefulSetContext,
  set: StatefulSet,
  ordinal: number,
  pod: Pod,
): boolean {
  return claimsOf(set, ordinal).every(({ name }) => {
    const claim = context.claims.get(set.metadata.namespace, name);
    return claim === undefined || isUpToDate(claim, set, ordinal, pod);
  });
}

/**
 * Gives the claims of a pod the owner that the set's policy asks for.
 * FIDELITY: the claims are taken as they are stored. Upstream takes them from its cache, which is
 * hardly older: it shows a claim that was made just before the pod. Ours is as late as a controller
 * acts.
 */
export function applyRetention(
  context: StatefulSetContext,
  set: StatefulSet,
  ordinal: number,
  pod: Pod,
): void {
  for (const { name } of claimsOf(set, ordinal)) {
    const { namespace } = set.metadata;
    const claim = context.client.tryGet<PersistentVolumeClaim>(CLAIMS, namespace, name);
    if (claim === undefined) continue;
    if (hasOtherController(claim, set, pod)) {
      const message = `PersistentVolumeClaim ${name} has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim`;
      context.recorder.event(set, 'Warning', 'ConflictingController', message);
    }
    if (!isUpToDate(claim, set, ordinal, pod)) write(context, claim, set, ordinal, pod);
  }
}

/** Whether a pod of that name, but an older one, owns the claim. */
export const hasStaleOwner = (claim: PersistentVolumeClaim, podName: string): boolean =>
  ownersOf(claim).some((one) => one.kind === 'Pod' && one.name === podName);

const ownersOf = (claim: PersistentVolumeClaim): readonly OwnerReference[] =>
  claim.metadata.ownerReferences ?? [];

/** Of the same kind and name, whatever its uid. */
const isNamed = (one: OwnerReference, { apiVersion, kind, metadata }: KubeObject): boolean =>
  one.kind === kind && one.name === metadata.name && one.apiVersion === apiVersion;

const isOf = (one: OwnerReference, owner: KubeObject): boolean => one.uid === owner.metadata.uid;

interface Wanted {
  readonly bySet: boolean;
  readonly byPod: boolean;
}

function wantedOwners(set: StatefulSet, ordinal: number): Wanted {
  const policy = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  const byPod = policy.whenScaled === 'Delete' && !isInRange(set, ordinal);
  return { byPod, bySet: policy.whenDeleted === 'Delete' && !byPod };
}

function isUpToDate(
  claim: PersistentVolumeClaim,
  set: StatefulSet,
  ordinal: number,
  pod: Pod,
): boolean {
  const owners = ownersOf(claim);
  const isStale = (one: OwnerReference): boolean =>
    (isNamed(one, set) && !isOf(one, set)) || (isNamed(one, pod) && !isOf(one, pod));
  if (owners.some(isStale)) return true;
  const ours = owners.filter((one) => isOf(one, set) || isOf(one, pod));
  if (hasOtherController(claim, set, pod)) return ours.length === 0;
  if (ours.some((one) => one.controller !== true)) return false;
  const { bySet, byPod } = wantedOwners(set, ordinal);
  return (
    owners.some((one) => isOf(one, set)) === bySet && owners.some((one) => isOf(one, pod)) === byPod
  );
}

/** Two controllers cannot share a claim: a policy that deletes gives way. */
function hasOtherController(claim: PersistentVolumeClaim, set: StatefulSet, pod: Pod): boolean {
  const { whenScaled, whenDeleted } = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  if (whenScaled !== 'Delete' && whenDeleted !== 'Delete') return false;
  return ownersOf(claim).some((one) => {
    if (isNamed(one, set)) return !isOf(one, set);
    if (isNamed(one, pod)) return !isOf(one, pod);
    return one.controller === true;
  });
}

function write(
  context: StatefulSetContext,
  claim: PersistentVolumeClaim,
  set: StatefulSet,
  ordinal: number,
  pod: Pod,
): void {
  const owners = ownersOf(claim).filter((one) => !isNamed(one, set) && !isNamed(one, pod));
  if (!hasOtherController(claim, set, pod)) {
    const { bySet, byPod } = wantedOwners(set, ordinal);
    if (bySet) owners.push(controllerReference(set));
    if (byPod) owners.push(controllerReference(pod));
  }
  const { ownerReferences: _before, ...rest } = claim.metadata;
  const metadata = owners.length === 0 ? rest : { ...rest, ownerReferences: owners };
  try {
    const body = { ...claim, metadata };
    const written = context.client.update<PersistentVolumeClaim>(CLAIMS, body);
    context.noteClaim(set, written);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const { name } = claim.metadata;
    const text = `could not update claim ${name} for delete policy ownerRefs: ${error.message}`;
    throw failure(500, undefined, text);
  }
}
