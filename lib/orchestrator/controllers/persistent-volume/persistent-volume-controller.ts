/**
 * The persistent volume controller: binds claims to volumes in the separate writes that a real one
 * makes, asks for volumes to be provisioned, and releases and deletes them.
 */
import type { PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from '../../api/objects';
import { keyOf, objectKey } from '../../api/object';
import { isNotFound } from '../../api/status-error';
import { formatTime } from '../../api/timestamps';
import type { Client, ControllerContext, EventRecorder, Informer, WorkQueue } from '../../client';
import { controller } from '../../client';
import type { Timer } from '../../sim';
import {
  BIND_COMPLETED,
  BOUND_BY_CONTROLLER,
  NO_PROVISIONER,
  PROVISIONED_BY,
  SELECTED_NODE,
  STORAGE_PROVISIONER,
} from './annotations';
import { classOf, findVolume, isReservedFor } from './matching';

const CLAIMS = 'persistentvolumeclaims';
const VOLUMES = 'persistentvolumes';
const CLASSES = 'storageclasses.storage.k8s.io';
const RESYNC_MS = 15_000;

export const persistentVolumeController = controller({
  name: 'persistentvolume-binder-controller',
  start: (context) => new PersistentVolumeBinder(context).follow(),
});

class PersistentVolumeBinder {
  private readonly client: Client;
  private readonly claims: Informer<PersistentVolumeClaim>;
  private readonly volumes: Informer<PersistentVolume>;
  private readonly classes: Informer<StorageClass>;
  private readonly pods: Informer<Pod>;
  private readonly events: EventRecorder;
  private readonly claimQueue: WorkQueue;
  private readonly volumeQueue: WorkQueue;
  private readonly resync: Timer<undefined>;
  /**
   * Claims that came before any pod that uses them, and whether they have changed since: a real
   * sync is done before the pod comes, and another one follows the change.
   */
  private readonly early = new Map<string, boolean>();

  constructor(context: ControllerContext) {
    this.client = context.client;
    this.claims = context.client.informer(CLAIMS);
    this.volumes = context.client.informer(VOLUMES);
    this.classes = context.client.informer(CLASSES);
    this.pods = context.client.informer('pods');
    this.pods.addIndex('claim', claimKeysOf);
    this.events = context.recorder('persistentvolume-controller');
    this.resync = context.client.clock.timer('persistentvolume-binder-controller: resync', () =>
      this.wakeUnbound(),
    );
    this.claimQueue = context.queue({
      name: 'persistentvolume-binder-controller: claims',
      workers: 1,
      reconcile: (key) => this.syncClaim(key),
    });
    this.volumeQueue = context.queue({
      name: 'persistentvolume-binder-controller: volumes',
      workers: 1,
      reconcile: (key) => this.syncVolume(key),
    });
  }

  follow(): void {
    const claim = (object: PersistentVolumeClaim): void => {
      this.claimQueue.add(keyOf(object));
      if (object.spec.volumeName) this.volumeQueue.add(object.spec.volumeName);
    };
    this.claims.addHandlers({
      added: (object) => {
        if (this.pods.byIndex('claim', keyOf(object)).size === 0)
          this.early.set(keyOf(object), false);
        claim(object);
      },
      updated: (object) => {
        if (this.early.has(keyOf(object))) this.early.set(keyOf(object), true);
        claim(object);
      },
      deleted: claim,
    });
    const volume = (object: PersistentVolume): void => {
      this.volumeQueue.add(object.metadata.name);
      const { claimRef } = object.spec;
      if (claimRef !== undefined) this.claimQueue.add(objectKey(claimRef.namespace, claimRef.name));
    };
    this.volumes.addHandlers({ added: volume, updated: volume, deleted: volume });
    this.resync.after(RESYNC_MS, undefined);
  }

  /** Nothing else wakes a claim whose volume or class comes later. */
  private wakeUnbound(): void {
    this.resync.after(RESYNC_MS, undefined);
    if (!this.client.isConnected) return;
    for (const claim of this.claims.list()) {
      if (!isBound(claim)) this.claimQueue.add(keyOf(claim));
    }
  }

  private syncClaim(key: string): void {
    const claim = this.claims.byKey(key);
    const changed = this.early.get(key);
    this.early.delete(key);
    if (claim === undefined) return;
    if (isBound(claim)) this.syncBound(claim);
    else if (claim.spec.volumeName) this.syncNamed(claim);
    else this.syncUnbound(claim, changed);
  }

  /** A claim once bound stays with its volume, or has lost it. */
  private syncBound(claim: PersistentVolumeClaim): void {
    const volume = this.volumes.byKey(claim.spec.volumeName ?? '');
    if (volume !== undefined && isReservedFor(volume, claim)) {
      if (claim.status.phase !== 'Bound') this.bind(volume, claim);
      return;
    }
    if (claim.status.phase === 'Lost') return;
    this.client.updateStatus(CLAIMS, { ...claim, status: { phase: 'Lost' as const } });
    this.events.event(
      claim,
      'Warning',
      'ClaimLost',
      'Bound claim has lost its PersistentVolume. Data on the volume is lost!',
    );
  }

  /** Somebody has named the volume: bind it if it is free. */
  private syncNamed(claim: PersistentVolumeClaim): void {
    const volume = this.volumes.byKey(claim.spec.volumeName!);
    if (volume === undefined) return;
    if (volume.spec.claimRef === undefined || isReservedFor(volume, claim))
      this.bind(volume, claim);
  }

  private syncUnbound(claim: PersistentVolumeClaim, changed: boolean | undefined): void {
    const className = classOf(claim);
    const storageClass = className ? this.classes.byKey(className) : undefined;
    const delayed =
      storageClass?.volumeBindingMode === 'WaitForFirstConsumer' &&
      claim.metadata.annotations?.[SELECTED_NODE] === undefined;
    const volume = findVolume(claim, this.volumes.list(), delayed);
    if (volume !== undefined) this.bind(volume, claim);
    else if (delayed) {
      if (changed !== undefined) this.sayWaiting(claim, []);
      if (changed !== false) this.sayWaiting(claim, this.waitingPods(claim));
    } else if (className) this.provision(claim, className, storageClass);
    else {
      this.events.event(
        claim,
        'Normal',
        'FailedBinding',
        'no persistent volumes available for this claim and no storage class is set',
      );
    }
  }

  private waitingPods(claim: PersistentVolumeClaim): Pod[] {
    const pods = [...this.pods.byIndex('claim', keyOf(claim)).values()];
    return pods.filter((pod) => !pod.spec.nodeName);
  }

  private sayWaiting(claim: PersistentVolumeClaim, pods: readonly Pod[]): void {
    if (pods.length > 0) {
      const names = pods.map((pod) => pod.metadata.name).sort();
      const what = names.length === 1 ? `pod ${names[0]}` : `pods ${names.join(',')}`;
      this.events.event(
        claim,
        'Normal',
        'WaitForPodScheduled',
        `waiting for ${what} to be scheduled`,
      );
    } else {
      this.events.event(
        claim,
        'Normal',
        'WaitForFirstConsumer',
        'waiting for first consumer to be created before binding',
      );
    }
  }

  private provision(
    claim: PersistentVolumeClaim,
    className: string,
    storageClass: StorageClass | undefined,
  ): void {
    if (storageClass === undefined) {
      this.events.event(
        claim,
        'Warning',
        'ProvisioningFailed',
        `storageclass.storage.k8s.io "${className}" not found`,
      );
      return;
    }
    const { provisioner } = storageClass;
    if (provisioner === NO_PROVISIONER) {
      this.events.event(
        claim,
        'Normal',
        'FailedBinding',
        'no persistent volumes available for this claim and no storage class is set',
      );
      return;
    }
    if (claim.metadata.annotations?.[STORAGE_PROVISIONER] !== provisioner) {
      this.client.update<PersistentVolumeClaim>(CLAIMS, {
        ...claim,
        metadata: {
          ...claim.metadata,
          annotations: {
            ...claim.metadata.annotations,
            'volume.beta.kubernetes.io/storage-provisioner': provisioner,
            [STORAGE_PROVISIONER]: provisioner,
          },
        },
      });
    }
    this.events.event(
      claim,
      'Normal',
      'ExternalProvisioning',
      `Waiting for a volume to be created either by the external provisioner '${provisioner}' or ` +
        'manually by the system administrator. If volume creation is delayed, please verify that ' +
        'the provisioner is running and correctly registered.',
    );
  }

  /** Four writes, each skipped if it is already as it should be. */
  private bind(volume: PersistentVolume, claim: PersistentVolumeClaim): void {
    const reserved = this.reserve(volume, claim);
    const boundVolume = this.setPhase(reserved, 'Bound');
    const named = this.nameVolume(claim, boundVolume);
    const { capacity, accessModes } = boundVolume.spec;
    if (named.status.phase === 'Bound' && named.status.capacity !== undefined) return;
    this.client.updateStatus<PersistentVolumeClaim>(CLAIMS, {
      ...named,
      status: { ...named.status, phase: 'Bound', accessModes, capacity },
    });
  }

  private reserve(volume: PersistentVolume, claim: PersistentVolumeClaim): PersistentVolume {
    const { namespace, name, uid, resourceVersion } = claim.metadata;
    const { claimRef } = volume.spec;
    if (claimRef?.uid === uid) return volume;
    const annotations =
      claimRef === undefined
        ? { ...volume.metadata.annotations, [BOUND_BY_CONTROLLER]: 'yes' }
        : volume.metadata.annotations;
    return this.client.update<PersistentVolume>(VOLUMES, {
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

  private setPhase(
    volume: PersistentVolume,
    phase: PersistentVolume['status']['phase'],
  ): PersistentVolume {
    if (volume.status.phase === phase) return volume;
    return this.client.updateStatus<PersistentVolume>(VOLUMES, {
      ...volume,
      status: {
        ...volume.status,
        phase,
        lastPhaseTransitionTime: formatTime(this.client.clock.wallMs),
      },
    });
  }

  private nameVolume(
    claim: PersistentVolumeClaim,
    volume: PersistentVolume,
  ): PersistentVolumeClaim {
    const byUs = claim.spec.volumeName !== volume.metadata.name;
    if (!byUs && claim.metadata.annotations?.[BIND_COMPLETED] === 'yes') return claim;
    return this.client.update<PersistentVolumeClaim>(CLAIMS, {
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

  private syncVolume(name: string): void {
    const volume = this.volumes.byKey(name);
    if (volume === undefined) return;
    const { claimRef } = volume.spec;
    if (claimRef === undefined) {
      this.setPhase(volume, 'Available');
      return;
    }
    // Reserved by hand for a claim that may come.
    if (!claimRef.uid) {
      this.setPhase(volume, 'Available');
      return;
    }
    const claim = this.client.tryGet<PersistentVolumeClaim>(
      CLAIMS,
      claimRef.namespace,
      claimRef.name,
    );
    if (claim === undefined || claim.metadata.uid !== claimRef.uid) this.release(volume);
    else if (claim.spec.volumeName === name) this.setPhase(volume, 'Bound');
    else if (claim.spec.volumeName === undefined) this.claimQueue.add(keyOf(claim));
  }

  private release(volume: PersistentVolume): void {
    const released = this.setPhase(volume, 'Released');
    if (released.spec.persistentVolumeReclaimPolicy !== 'Delete') return;
    // A volume that a provisioner made is deleted by it; for us that is the same act.
    if (released.metadata.annotations?.[PROVISIONED_BY] === undefined) return;
    try {
      this.client.delete(VOLUMES, undefined, released.metadata.name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

const isBound = (claim: PersistentVolumeClaim): boolean =>
  claim.metadata.annotations?.[BIND_COMPLETED] === 'yes';

export function claimKeysOf(pod: Pod): string[] | undefined {
  const { volumes } = pod.spec;
  if (volumes === undefined) return undefined;
  const keys: string[] = [];
  for (const volume of volumes) {
    const claim = volume.persistentVolumeClaim?.claimName;
    if (claim !== undefined) keys.push(objectKey(pod.metadata.namespace, claim));
  }
  return keys.length > 0 ? keys : undefined;
}
