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
import { controller } from '../../client';
import { PROVISIONED_BY, SELECTED_NODE, STORAGE_PROVISIONER } from './annotations';
import { isBound } from './binding';

const PROVISION_MS = 2000;

/** @param provisioner the name that StorageClasses ask for */
export const zonalProvisioner = (provisioner: string): ReturnType<typeof controller> =>
  controller({
    name: provisioner,
    start({ client, queue, recorder }) {
      const claims = client.informer<PersistentVolumeClaim>('persistentvolumeclaims');
      const classes = client.informer<StorageClass>('storageclasses.storage.k8s.io');
      const nodes = client.informer<Node>('nodes');
      const events = recorder(provisioner);
      const timer = client.clock.timer<string>(`${provisioner}: disk made`, (key) => finish(key));
      const started = new Set<string>();

      const finish = (key: string): void => {
        started.delete(key);
        const claim = claims.byKey(key);
        if (claim === undefined || isBound(claim) || !client.isConnected) return;
        const storageClass = classes.byKey(claim.spec.storageClassName ?? '');
        const node = nodes.byKey(claim.metadata.annotations?.[SELECTED_NODE] ?? '');
        if (storageClass === undefined) return;
        const volume = volumeFor(claim, storageClass, node, provisioner);
        try {
          client.create<PersistentVolume>('persistentvolumes', undefined, volume);
        } catch (error) {
          if (!isAlreadyExists(error)) throw error;
        }
        const message = `Successfully provisioned volume ${String(volume.metadata.name)}`;
        events.event(claim, 'Normal', 'ProvisioningSucceeded', message);
      };

      const work = queue({
        name: provisioner,
        reconcile(key) {
          const claim = claims.byKey(key);
          if (claim === undefined || isBound(claim) || started.has(key)) return;
          if (claim.metadata.annotations?.[STORAGE_PROVISIONER] !== provisioner) return;
          const mode = classes.byKey(claim.spec.storageClassName ?? '')?.volumeBindingMode;
          const waits = mode === 'WaitForFirstConsumer';
          if (waits && claim.metadata.annotations[SELECTED_NODE] === undefined) return;
          started.add(key);
          const { namespace, name } = claim.metadata;
          const message = `External provisioner is provisioning volume for claim "${namespace}/${name}"`;
          events.event(claim, 'Normal', 'Provisioning', message);
          timer.after(PROVISION_MS, key);
        },
      });
      const add = (claim: PersistentVolumeClaim): void => work.add(keyOf(claim));
      claims.addHandlers({ added: add, updated: add });
    },
  });

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
