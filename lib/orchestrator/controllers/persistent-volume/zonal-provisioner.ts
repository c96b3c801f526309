/**
 * A dynamic provisioner as clouds have them: makes a disk in the zone of the node that the
 * scheduler chose. Stands for a CSI driver's external-provisioner; it is a process of its own.
 */
import { keyOf } from '../../api/object';
import type { NewObject } from '../../api/object';
import type {
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  StorageClass,
} from '../../api/objects';
import { REGION_LABEL, ZONE_LABEL } from '../../api/objects';
import { isAlreadyExists } from '../../api/status-error';
import {
  controller,
  type Client,
  type ControllerContext,
  type ControllerDefinition,
  type EventRecorder,
  type Informer,
} from '../../client';
import type { Timer } from '../../sim';
import { PROVISIONED_BY, SELECTED_NODE, STORAGE_PROVISIONER } from './annotations';
import { isBound } from './binding';

const PROVISION_MS = 2000;

/** @param provisioner the name that StorageClasses ask for */
export const zonalProvisioner = (provisioner: string): ControllerDefinition =>
  controller({
    name: provisioner,
    start: (context) => new ZonalProvisioner(context, provisioner),
  });

class ZonalProvisioner {
  private readonly client: Client;
  private readonly claims: Informer<PersistentVolumeClaim>;
  private readonly classes: Informer<StorageClass>;
  private readonly nodes: Informer<Node>;
  private readonly events: EventRecorder;
  private readonly diskMade: Timer<string>;
  /** Claims whose disks are being made. */
  private readonly started = new Set<string>();

  constructor(
    { client, queue, recorder }: ControllerContext,
    private readonly name: string,
  ) {
    this.client = client;
    this.claims = client.informer('persistentvolumeclaims');
    this.classes = client.informer('storageclasses.storage.k8s.io');
    this.nodes = client.informer('nodes');
    this.events = recorder(name);
    this.diskMade = client.clock.timer<string>(`${name}: disk made`, (key) => this.finish(key));
    const work = queue({ name, reconcile: (key) => this.provision(key) });
    const add = (claim: PersistentVolumeClaim): void => work.add(keyOf(claim));
    this.claims.addHandlers({ added: add, updated: add });
  }

  /** Begins to make a disk, if the claim asks for one and knows where. */
  private provision(key: string): void {
    const claim = this.claims.byKey(key);
    if (claim === undefined || isBound(claim) || this.started.has(key)) return;
    if (claim.metadata.annotations?.[STORAGE_PROVISIONER] !== this.name) return;
    const mode = this.classes.byKey(claim.spec.storageClassName ?? '')?.volumeBindingMode;
    const waits = mode === 'WaitForFirstConsumer';
    if (waits && claim.metadata.annotations[SELECTED_NODE] === undefined) return;
    this.started.add(key);
    const { namespace, name } = claim.metadata;
    const message = `External provisioner is provisioning volume for claim "${namespace}/${name}"`;
    this.events.event(claim, 'Normal', 'Provisioning', message);
    this.diskMade.after(PROVISION_MS, key);
  }

  private finish(key: string): void {
    this.started.delete(key);
    const claim = this.claims.byKey(key);
    if (claim === undefined || isBound(claim) || !this.client.isConnected) return;
    const storageClass = this.classes.byKey(claim.spec.storageClassName ?? '');
    const node = this.nodes.byKey(claim.metadata.annotations?.[SELECTED_NODE] ?? '');
    if (storageClass === undefined) return;
    const volume = volumeFor(claim, storageClass, node, this.name);
    try {
      this.client.create<PersistentVolume>('persistentvolumes', undefined, volume);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
    const message = `Successfully provisioned volume ${String(volume.metadata.name)}`;
    this.events.event(claim, 'Normal', 'ProvisioningSucceeded', message);
  }
}

function volumeFor(
  claim: PersistentVolumeClaim,
  storageClass: StorageClass,
  node: Node | undefined,
  provisioner: string,
): NewObject<PersistentVolume> {
  const { namespace, name, uid, resourceVersion } = claim.metadata;
  const zone = node?.metadata.labels?.[ZONE_LABEL];
  const region = node?.metadata.labels?.[REGION_LABEL];
  const terms = [
    ...(zone === undefined ? [] : [{ key: ZONE_LABEL, operator: 'In' as const, values: [zone] }]),
    ...(region === undefined
      ? []
      : [{ key: REGION_LABEL, operator: 'In' as const, values: [region] }]),
  ];
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `pvc-${uid}`, annotations: { [PROVISIONED_BY]: provisioner } },
    spec: {
      capacity: { storage: claim.spec.resources.requests?.['storage'] ?? '1Gi' },
      accessModes: claim.spec.accessModes,
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy,
      storageClassName: storageClass.metadata.name,
      volumeMode: claim.spec.volumeMode,
      claimRef: {
        kind: 'PersistentVolumeClaim',
        apiVersion: 'v1',
        namespace,
        name,
        uid,
        resourceVersion,
      },
      csi: { driver: provisioner, volumeHandle: `pvc-${uid}` },
      ...(terms.length > 0
        ? { nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: terms }] } } }
        : {}),
    },
  };
}
