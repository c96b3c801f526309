/**
 * The persistent volume controller: binds claims to volumes in the separate writes that a real one
 * makes, asks for volumes to be provisioned, and releases and deletes them.
 */
import { keyOf, objectKey } from '../../api/object';
import type { PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from '../../api/objects';
import type { Client, ControllerContext, EventRecorder, Informer, WorkQueue } from '../../client';
import { controller } from '../../client';
import type { Timer } from '../../sim';
import { SELECTED_NODE } from './annotations';
import { bind, isBound, release, setPhase } from './binding';
import { claimKeysOf } from './claims-of-pod';
import { classOf, findVolume, isReservedFor } from './matching';
import { provision, sayNothingSuits, sayWhatItWaitsFor } from './unbound-claim';

const CLAIMS = 'persistentvolumeclaims';
const RESYNC_MS = 15_000;

export const persistentVolumeController = controller({
  name: 'persistentvolume-binder-controller',
  start: (context) => new PersistentVolumeBinder(context).follow(),
});

class PersistentVolumeBinder {
  readonly client: Client;
  private readonly claims: Informer<PersistentVolumeClaim>;
  private readonly volumes: Informer<PersistentVolume>;
  private readonly classes: Informer<StorageClass>;
  readonly pods: Informer<Pod>;
  readonly events: EventRecorder;
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
    this.volumes = context.client.informer('persistentvolumes');
    this.classes = context.client.informer('storageclasses.storage.k8s.io');
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
      if (claim.status.phase !== 'Bound') bind(this.client, volume, claim);
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
      bind(this.client, volume, claim);
  }

  private syncUnbound(claim: PersistentVolumeClaim, changedSince: boolean | undefined): void {
    const className = classOf(claim);
    const storageClass = className ? this.classes.byKey(className) : undefined;
    const delayed =
      storageClass?.volumeBindingMode === 'WaitForFirstConsumer' &&
      claim.metadata.annotations?.[SELECTED_NODE] === undefined;
    const volume = findVolume(claim, this.volumes.list(), delayed);
    if (volume !== undefined) bind(this.client, volume, claim);
    else if (delayed) sayWhatItWaitsFor(this, claim, changedSince);
    else if (className) provision(this, claim, className, storageClass);
    else sayNothingSuits(this, claim);
  }

  private syncVolume(name: string): void {
    const volume = this.volumes.byKey(name);
    if (volume === undefined) return;
    const { claimRef } = volume.spec;
    // Free, or reserved by hand for a claim that may come.
    if (!claimRef?.uid) return void setPhase(this.client, volume, 'Available');
    const claim = this.client.tryGet<PersistentVolumeClaim>(
      CLAIMS,
      claimRef.namespace,
      claimRef.name,
    );
    if (claim === undefined || claim.metadata.uid !== claimRef.uid) release(this.client, volume);
    else if (claim.spec.volumeName === name) setPhase(this.client, volume, 'Bound');
    else if (claim.spec.volumeName === undefined) this.claimQueue.add(keyOf(claim));
  }
}
