/** Which existing volume a claim could be bound to, for a pod on a certain node. */
import { compileSelector } from '../../../api/label-selector';
import { compileTerms } from '../../../api/node-selector';
import type { PersistentVolume, PersistentVolumeClaim } from '../../../api/objects';
import { wholeValue } from '../../../api/quantity';
import type { NodeInfo } from '../../cache/node-info';

/** Whether the volume can be used on the node. */
export function volumeAllowsNode(volume: PersistentVolume, node: NodeInfo): boolean {
  const required = volume.spec.nodeAffinity?.required;
  return required === undefined || compileTerms(required.nodeSelectorTerms)(node);
}

export const requestedStorage = (claim: PersistentVolumeClaim): number =>
  wholeValue(claim.spec.resources.requests?.['storage'] ?? '0');

export const capacityOf = (volume: PersistentVolume): number =>
  wholeValue(volume.spec.capacity['storage'] ?? '0');

export function namesClaim(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const { claimRef } = volume.spec;
  if (claimRef === undefined) return false;
  const { namespace, name, uid } = claim.metadata;
  if (claimRef.namespace !== namespace || claimRef.name !== name) return false;
  return claimRef.uid === undefined || claimRef.uid === '' || claimRef.uid === uid;
}

/**
 * The smallest volume that does for the claim on the node; one that names the claim comes first.
 * @param isTaken whether a volume is promised to another claim already
 */
export function matchVolume(
  claim: PersistentVolumeClaim,
  volumes: Iterable<PersistentVolume>,
  node: NodeInfo,
  isTaken: (volume: PersistentVolume) => boolean,
): PersistentVolume | undefined {
  const wanted = requestedStorage(claim);
  let smallest: PersistentVolume | undefined;
  for (const volume of volumes) {
    if (isTaken(volume) || !couldServe(volume, claim, wanted)) continue;
    if (!volumeAllowsNode(volume, node)) continue;
    if (namesClaim(volume, claim)) return volume;
    if (volume.spec.claimRef !== undefined || volume.status?.phase !== 'Available') continue;
    if (smallest === undefined || isBefore(volume, smallest)) smallest = volume;
  }
  return smallest;
}

/** The smaller one, or the first by name. */
function isBefore(a: PersistentVolume, b: PersistentVolume): boolean {
  const difference = capacityOf(a) - capacityOf(b);
  return difference === 0 ? a.metadata.name < b.metadata.name : difference < 0;
}

function couldServe(
  volume: PersistentVolume,
  claim: PersistentVolumeClaim,
  wanted: number,
): boolean {
  const { spec } = volume;
  const asked = claim.spec;
  if (volume.metadata.deletionTimestamp !== undefined || capacityOf(volume) < wanted) return false;
  if (spec.volumeMode !== asked.volumeMode) return false;
  if ((spec.volumeAttributesClassName ?? '') !== (asked.volumeAttributesClassName ?? '')) {
    return false;
  }
  if (namesClaim(volume, claim)) return true;
  if ((spec.storageClassName ?? '') !== (asked.storageClassName ?? '')) return false;
  if (!asked.accessModes.every((mode) => spec.accessModes.includes(mode))) return false;
  return asked.selector === undefined || compileSelector(asked.selector)(volume.metadata.labels);
}
