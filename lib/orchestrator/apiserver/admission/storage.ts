/** DefaultStorageClass and StorageObjectInUseProtection: what claims and volumes get when created. */
import type { StorageClass } from '../../api/objects';
import { parseTime } from '../../api/timestamps';
import type { AdmissionStep } from './admission';

const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

export const defaultStorageClass: AdmissionStep = {
  name: 'DefaultStorageClass',
  resources: ['persistentvolumeclaims'],
  verbs: ['create'],
  mutate(request, server) {
    const draft = request.draft!;
    const spec = draft['spec'] as { storageClassName?: string } | undefined;
    if (spec === undefined || spec.storageClassName !== undefined) return;
    let newest: StorageClass | undefined;
    for (const object of server.store.objects('storageclasses.storage.k8s.io').values()) {
      const candidate = object as StorageClass;
      if (candidate.metadata.annotations?.[DEFAULT_CLASS] !== 'true') continue;
      if (newest === undefined || isNewer(candidate, newest)) newest = candidate;
    }
    if (newest !== undefined) draft['spec'] = { ...spec, storageClassName: newest.metadata.name };
  },
};

/** The newest default class wins; of equally old ones the first by name. */
function isNewer(a: StorageClass, b: StorageClass): boolean {
  const [left, right] = [a, b].map((c) => parseTime(c.metadata.creationTimestamp));
  return left! > right! || (left === right && a.metadata.name < b.metadata.name);
}

const PROTECTION: Readonly<Record<string, string>> = {
  PersistentVolumeClaim: 'kubernetes.io/pvc-protection',
  PersistentVolume: 'kubernetes.io/pv-protection',
  VolumeAttributesClass: 'kubernetes.io/vac-protection',
};

export const storageObjectInUseProtection: AdmissionStep = {
  name: 'StorageObjectInUseProtection',
  resources: [
    'persistentvolumeclaims',
    'persistentvolumes',
    'volumeattributesclasses.storage.k8s.io',
  ],
  verbs: ['create'],
  mutate(request) {
    const { metadata } = request.draft!;
    const finalizer = PROTECTION[request.kind.kind]!;
    const finalizers = (metadata['finalizers'] as string[] | undefined) ?? [];
    if (!finalizers.includes(finalizer)) metadata['finalizers'] = [...finalizers, finalizer];
  },
};
