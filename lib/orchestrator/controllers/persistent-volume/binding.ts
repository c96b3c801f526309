/**
 * What binds a volume to a claim: four writes that a real controller makes one by one, each skipped
 * if things are as it would leave them.
 */
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/objects';
import { isNotFound } from '../../api/status-error';
import { formatTime } from '../../api/timestamps';
import type { Client } from '../../client';
import { BIND_COMPLETED, BOUND_BY_CONTROLLER, PROVISIONED_BY } from './annotations';

const CLAIMS = 'persistentvolumeclaims';
const VOLUMES = 'persistentvolumes';

export const isBound = (claim: PersistentVolumeClaim): boolean =>
  claim.metadata.annotations?.[BIND_COMPLETED] === 'yes';

/** Reserves the volume, marks it as bound, names it in the claim, marks the claim as bound. */
export function bind(client: Client, volume: PersistentVolume, claim: PersistentVolumeClaim): void {
  const reserved = reserve(client, volume, claim);
  const boundVolume = setPhase(client, reserved, 'Bound');
  const named = nameVolume(client, claim, boundVolume);
  const { capacity, accessModes } = boundVolume.spec;
  if (named.status.phase === 'Bound' && named.status.capacity !== undefined) return;
  client.updateStatus<PersistentVolumeClaim>(CLAIMS, {
    ...named,
    status: { ...named.status, phase: 'Bound', accessModes, capacity },
  });
}

/** Its claim is gone: the volume is released, and deleted if it was provisioned for the claim. */
export function release(client: Client, volume: PersistentVolume): void {
  const released = setPhase(client, volume, 'Released');
  if (released.spec.persistentVolumeReclaimPolicy !== 'Delete') return;
  // A volume that a provisioner made is deleted by it; for us that is the same act.
  if (released.metadata.annotations?.[PROVISIONED_BY] === undefined) return;
  try {
    client.delete(VOLUMES, undefined, released.metadata.name);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

export function setPhase(
  client: Client,
  volume: PersistentVolume,
  phase: PersistentVolume['status']['phase'],
): PersistentVolume {
  if (volume.status.phase === phase) return volume;
  const lastPhaseTransitionTime = formatTime(client.clock.wallMs);
  return client.updateStatus<PersistentVolume>(VOLUMES, {
    ...volume,
    status: { ...volume.status, phase, lastPhaseTransitionTime },
  });
}

function reserve(
  client: Client,
  volume: PersistentVolume,
  claim: PersistentVolumeClaim,
): PersistentVolume {
  const { namespace, name, uid, resourceVersion } = claim.metadata;
  const { claimRef } = volume.spec;
  if (claimRef?.uid === uid) return volume;
  const annotations =
    claimRef === undefined
      ? { ...volume.metadata.annotations, [BOUND_BY_CONTROLLER]: 'yes' }
      : volume.metadata.annotations;
  return client.update<PersistentVolume>(VOLUMES, {
    ...volume,
    metadata: { ...volume.metadata, ...(annotations ? { annotations } : {}) },
    spec: {
      ...volume.spec,
      claimRef: {
        kind: 'PersistentVolumeClaim',
        namespace,
        name,
        uid,
        apiVersion: 'v1',
        resourceVersion,
      },
    },
  });
}

function nameVolume(
  client: Client,
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
): PersistentVolumeClaim {
  const byUs = claim.spec.volumeName !== volume.metadata.name;
  if (!byUs && isBound(claim)) return claim;
  return client.update<PersistentVolumeClaim>(CLAIMS, {
    ...claim,
    metadata: {
      ...claim.metadata,
      annotations: {
        ...claim.metadata.annotations,
        [BIND_COMPLETED]: 'yes',
        ...(byUs ? { [BOUND_BY_CONTROLLER]: 'yes' } : {}),
      },
    },
    spec: { ...claim.spec, volumeName: volume.metadata.name },
  });
}
