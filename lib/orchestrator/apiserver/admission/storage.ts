/** DefaultStorageClass and StorageObjectInUseProtection: what claims and volumes get when created. */
import type { AdmissionStep } from './admission';
import { defaultClass } from './default-class';

const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

export const defaultStorageClass: AdmissionStep = {
  name: 'DefaultStorageClass',
  resources: ['persistentvolumeclaims'],
  verbs: ['create'],
  mutate(request, server) {
    const draft = request.draft!;
    const spec = draft['spec'] as { storageClassName?: string } | undefined;
    if (spec === undefined || spec.storageClassName !== undefined) return;
    const storageClassName = defaultClass(server, 'storageclasses.storage.k8s.io', DEFAULT_CLASS);
    if (storageClassName !== undefined) draft['spec'] = { ...spec, storageClassName };
  },
};

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
