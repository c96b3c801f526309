/**
 * Whether claims go with their StatefulSet or with a pod that is scaled away: nothing but owner
 * references, on which the garbage collector acts.
 */
import type { KubeObject, OwnerReference } from '../../api/object';
import { controllerReference } from '../../api/object';
import type { PersistentVolumeClaim, Pod, StatefulSet } from '../../api/objects';
import { claimsOf, isInRange } from './identity';
import type { StatefulSetContext } from './pod-control';

/** Gives the claims of a pod the owner that the set's policy asks for. */
export function applyRetention(
  context: StatefulSetContext,
  set: StatefulSet,
  ordinal: number,
  pod: Pod,
): void {
  for (const { name } of claimsOf(set, ordinal)) {
    const claim = context.claims.get(set.metadata.namespace, name);
    if (claim === undefined) continue;
    const references = wantedOwners(set, ordinal, pod, claim);
    if (references === claim.metadata.ownerReferences) continue;
    if (conflicts(context, set, claim, references)) continue;
    const metadata = { ...claim.metadata, ownerReferences: references ?? [] };
    context.client.update<PersistentVolumeClaim>('persistentvolumeclaims', { ...claim, metadata });
  }
}

/** Whether a pod of that name, but an older one, owns the claim. */
export const hasStaleOwner = (claim: PersistentVolumeClaim, podName: string): boolean =>
  (claim.metadata.ownerReferences ?? []).some((one) => one.kind === 'Pod' && one.name === podName);

/** The very list that the claim has if it is as it should be. */
function wantedOwners(
  set: StatefulSet,
  ordinal: number,
  pod: Pod,
  claim: PersistentVolumeClaim,
): readonly OwnerReference[] | undefined {
  const policy = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  const condemned = !isInRange(set, ordinal);
  const byPod = policy.whenScaled === 'Delete' && condemned;
  const bySet = policy.whenDeleted === 'Delete' && !byPod;
  const present = claim.metadata.ownerReferences;
  let owners = present ?? [];
  owners = withOwner(owners, set, bySet);
  owners = withOwner(owners, pod, byPod);
  return owners.length === 0 && present === undefined ? undefined : owners;
}

function withOwner(
  owners: readonly OwnerReference[],
  owner: KubeObject,
  wanted: boolean,
): readonly OwnerReference[] {
  const { uid } = owner.metadata;
  const has = owners.some((one) => one.uid === uid);
  if (has === wanted) return owners;
  if (!wanted) return owners.filter((one) => one.uid !== uid);
  const others = owners.filter(
    (one) => one.kind !== owner.kind || one.name !== owner.metadata.name,
  );
  return [...others, controllerReference(owner)];
}

/** Two controllers cannot share a claim: the policy gives way. */
function conflicts(
  context: StatefulSetContext,
  set: StatefulSet,
  claim: PersistentVolumeClaim,
  references: readonly OwnerReference[] | undefined,
): boolean {
  const controllers = (references ?? []).filter((one) => one.controller === true);
  if (controllers.length < 2) return false;
  const message = `PersistentVolumeClaim ${claim.metadata.name} has a conflicting OwnerReference that acts as a managing controller, the retention policy is ignored for this claim`;
  context.recorder.event(set, 'Warning', 'ConflictingController', message);
  return true;
}
