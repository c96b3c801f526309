/** Which volume suits a claim: the smallest that has all that the claim asks for. */
import { compileSelector } from '../../api/label-selector';
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/objects';
import { wholeValue } from '../../api/quantity';

export const classOf = (object: PersistentVolume | PersistentVolumeClaim): string =>
  object.spec.storageClassName ?? '';

export const requestedBytes = (claim: PersistentVolumeClaim): number =>
  wholeValue(claim.spec.resources.requests?.['storage'] ?? '0');

/** Whether the volume names this claim (by name, and by UID if it says one). */
export function isReservedFor(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const { claimRef } = volume.spec;
  if (claimRef === undefined) return false;
  const { namespace, name, uid } = claim.metadata;
  if (claimRef.namespace !== namespace || claimRef.name !== name) return false;
  return !claimRef.uid || claimRef.uid === uid;
}

function suits(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  if (volume.spec.volumeMode !== claim.spec.volumeMode) return false;
  if (volume.metadata.deletionTimestamp !== undefined) return false;
  if (!claim.spec.accessModes.every((mode) => volume.spec.accessModes.includes(mode))) return false;
  return wholeValue(volume.spec.capacity['storage'] ?? '0') >= requestedBytes(claim);
}

/**
 * The volume to bind: one reserved for the claim if there is one, else the smallest that suits;
 * of equal ones the first by name.
 * @param delayed the class waits for a consumer: only a reserved volume counts yet
 */
export function findVolume(
  claim: PersistentVolumeClaim,
  volumes: Iterable<PersistentVolume>,
  delayed: boolean,
): PersistentVolume | undefined {
  const matches = claim.spec.selector ? compileSelector(claim.spec.selector) : undefined;
  let best: PersistentVolume | undefined;
  for (const volume of volumes) {
    if (!suits(volume, claim)) continue;
    if (isReservedFor(volume, claim)) return volume;
    if (delayed || volume.spec.claimRef !== undefined) continue;
    if (volume.status.phase !== 'Available') continue;
    if (classOf(volume) !== classOf(claim)) continue;
    if (matches !== undefined && !matches(volume.metadata.labels)) continue;
    if (best === undefined || isBetter(volume, best, claim)) best = volume;
  }
  return best;
}

function isBetter(a: PersistentVolume, b: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const extra = (volume: PersistentVolume): number =>
    volume.spec.accessModes.length - claim.spec.accessModes.length;
  const size = (volume: PersistentVolume): number =>
    wholeValue(volume.spec.capacity['storage'] ?? '0');
  const order = extra(a) - extra(b) || size(a) - size(b);
  return order < 0 || (order === 0 && a.metadata.name < b.metadata.name);
}
