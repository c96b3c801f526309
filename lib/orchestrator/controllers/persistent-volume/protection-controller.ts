/**
 * The PVC, PV and VAC protection controllers: a claim that a pod uses, a volume that a claim is
 * bound to, and a class of attributes that either has, are deleted only when they are free.
 */
import { keyOf, type KubeObject } from '../../api/object';
import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../../api/objects';
import { isTerminal } from '../../api/objects';
import { controller, type Client } from '../../client';
import { claimKeysOf } from './claims-of-pod';

const CLAIM_FINALIZER = 'kubernetes.io/pvc-protection';
const VOLUME_FINALIZER = 'kubernetes.io/pv-protection';
const ATTRIBUTES_FINALIZER = 'kubernetes.io/vac-protection';
const ATTRIBUTES = 'volumeattributesclasses.storage.k8s.io';

export const claimProtectionController = controller({
  name: 'persistentvolumeclaim-protection-controller',
  start({ client, queue }) {
    const claims = client.informer<PersistentVolumeClaim>('persistentvolumeclaims');
    const pods = client.informer<Pod>('pods');
    pods.addIndex('claim', claimKeysOf);
    const work = queue({
      name: 'persistentvolumeclaim-protection-controller',
      workers: 1,
      reconcile(key) {
        const claim = claims.byKey(key);
        if (claim?.metadata.deletionTimestamp === undefined) return;
        const users = [...pods.byIndex('claim', key).values()];
        if (users.some((pod) => pod.spec.nodeName && !isTerminal(pod))) return;
        dropFinalizer(client, 'persistentvolumeclaims', claim, CLAIM_FINALIZER);
      },
    });
    const add = (claim: PersistentVolumeClaim): void => {
      if (claim.metadata.deletionTimestamp !== undefined) work.add(keyOf(claim));
    };
    claims.addHandlers({ added: add, updated: add });
    const freed = (pod: Pod): void => claimKeysOf(pod)?.forEach((key) => work.add(key));
    pods.addHandlers({
      deleted: freed,
      updated: (pod) => {
        if (isTerminal(pod)) freed(pod);
      },
    });
  },
});

export const volumeProtectionController = controller({
  name: 'persistentvolume-protection-controller',
  start({ client, queue }) {
    const volumes = client.informer<PersistentVolume>('persistentvolumes');
    const work = queue({
      name: 'persistentvolume-protection-controller',
      workers: 1,
      reconcile(key) {
        const volume = volumes.byKey(key);
        if (volume?.metadata.deletionTimestamp === undefined) return;
        if (volume.status.phase === 'Bound') return;
        dropFinalizer(client, 'persistentvolumes', volume, VOLUME_FINALIZER);
      },
    });
    const add = (volume: PersistentVolume): void => {
      if (volume.metadata.deletionTimestamp !== undefined) work.add(keyOf(volume));
    };
    volumes.addHandlers({ added: add, updated: add });
  },
});

interface NamesAttributes {
  readonly spec: { readonly volumeAttributesClassName?: string };
  readonly status?: {
    readonly currentVolumeAttributesClassName?: string;
    readonly modifyVolumeStatus?: { readonly targetVolumeAttributesClassName?: string };
  };
}

/** The classes of attributes that a claim or volume has, had, or is to have. */
function attributesOf(object: KubeObject): string[] {
  const { spec, status } = object as KubeObject & NamesAttributes;
  const { currentVolumeAttributesClassName: current, modifyVolumeStatus: change } = status ?? {};
  const named = [
    spec.volumeAttributesClassName,
    current,
    change?.targetVolumeAttributesClassName,
  ].filter((name) => name !== undefined && name !== '');
  return [...new Set(named)] as string[];
}

export const attributesProtectionController = controller({
  name: 'volumeattributesclass-protection-controller',
  start({ client, queue }) {
    const classes = client.informer<KubeObject>(ATTRIBUTES);
    const claims = client.informer<PersistentVolumeClaim>('persistentvolumeclaims');
    const volumes = client.informer<PersistentVolume>('persistentvolumes');
    claims.addIndex('attributes', attributesOf);
    volumes.addIndex('attributes', attributesOf);
    const work = queue({
      name: 'volumeattributesclass-protection-controller',
      workers: 1,
      reconcile(name) {
        const found = classes.byKey(name);
        if (found?.metadata.deletionTimestamp === undefined) return;
        const users = claims.byIndex('attributes', name).size;
        if (users + volumes.byIndex('attributes', name).size > 0) return;
        dropFinalizer(client, ATTRIBUTES, found, ATTRIBUTES_FINALIZER);
      },
    });
    const add = (object: KubeObject): void => {
      if (object.metadata.deletionTimestamp !== undefined) work.add(object.metadata.name);
    };
    classes.addHandlers({ added: add, updated: add });
    const freed = (object: KubeObject): void =>
      attributesOf(object).forEach((name) => work.add(name));
    const handlers = {
      deleted: freed,
      updated: (_: KubeObject, previous: KubeObject) => freed(previous),
    };
    claims.addHandlers(handlers);
    volumes.addHandlers(handlers);
  },
});

function dropFinalizer(
  client: Client,
  resource: string,
  object: KubeObject,
  finalizer: string,
): void {
  if (!object.metadata.finalizers?.includes(finalizer)) return;
  const finalizers = object.metadata.finalizers.filter((f) => f !== finalizer);
  const metadata = { ...object.metadata, finalizers };
  if (finalizers.length === 0) delete (metadata as { finalizers?: unknown }).finalizers;
  client.update(resource, { ...object, metadata });
}
