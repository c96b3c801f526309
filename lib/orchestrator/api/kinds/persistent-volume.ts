/** PersistentVolume (core/v1): a piece of storage, bound to at most one claim. */
import { semanticEqual } from '../deep-equal';
import type { FieldError } from '../field-error';
import { forbidden, invalid, notSupported, required } from '../field-error';
import type { Draft } from '../kind';
import { isDns1123Subdomain, validateObjectMeta } from '../names';
import type { StringMap } from '../object';
import { isNegative, wholeValue } from '../quantity';
import { ageCell, kind } from './define';
import { printableMap } from './fields/field-checks';
import {
  dnsSubdomainErrors,
  immutableField,
  oneOf,
  positiveQuantity,
} from './fields/field-validation';
import { defaultedResourceList } from './fields/resource-list';
import { withFields } from './fields/structural-sharing';
import { diffOfValues } from './fields/unified-diff';
import { accessModesCell } from './persistent-volume-claim';
import { nodeSelectorErrors } from './pods/affinity-validation';
import type { DraftNodeTerm, DraftVolume } from './pods/pod-spec-draft';
import { nodeTermWarnings } from './pods/pod-warnings';
import { VOLUME_MODES, accessModeErrors } from './volumes/persistent-volume-claim-validation';
import { printableAffinity, printableSources } from './volumes/persistent-volume-print';
import { VOLUME_SOURCES, volumeSourceErrors } from './volumes/persistent-volume-sources';
import { defaultedVolume } from './volumes/volume-defaults';

interface VolumeSpec {
  readonly accessModes?: readonly string[];
  readonly capacity?: StringMap;
  readonly persistentVolumeReclaimPolicy?: string;
  readonly nodeAffinity?: {
    readonly required?: { readonly nodeSelectorTerms?: readonly DraftNodeTerm[] };
  };
  readonly storageClassName?: string;
  readonly volumeMode?: string;
  readonly volumeAttributesClassName?: string;
  readonly claimRef?: { readonly namespace?: string; readonly name?: string };
  readonly [source: string]: unknown;
}

interface Volume {
  readonly spec?: VolumeSpec;
  readonly status?: { readonly phase?: string; readonly reason?: string };
}

const RECLAIM_POLICIES = ['Delete', 'Recycle', 'Retain'];
const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

/** Sources whose plug-ins are gone, with what the server says of them. */
const DEPRECATED: Readonly<Record<string, string>> = {
  cephfs: 'spec.cephfs: deprecated in v1.28, non-functional in v1.31+',
  photonPersistentDisk: 'spec.photonPersistentDisk: deprecated in v1.11, non-functional in v1.16+',
  scaleIO: 'spec.scaleIO: deprecated in v1.16, non-functional in v1.22+',
  storageos: 'spec.storageOS: deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'spec.glusterfs: deprecated in v1.25, non-functional in v1.26+',
  rbd: 'spec.rbd: deprecated in v1.28, non-functional in v1.31+',
};

const DEPRECATED_ANNOTATIONS: Readonly<Record<string, string>> = {
  [CLASS_ANNOTATION]: 'deprecated since v1.8; use "storageClassName" attribute instead',
  'volume.beta.kubernetes.io/mount-options':
    'deprecated since v1.31; use "mountOptions" attribute instead',
};

const specOf = (object: unknown): VolumeSpec => (object as Volume).spec ?? {};

export const persistentVolumeKind = kind({
  apiVersion: 'v1',
  plural: 'persistentvolumes',
  updateOrder: ['whole', 'whole', 'changes'],
  applyDefaults(draft) {
    const spec = specOf(draft);
    draft['spec'] = withFields(withDefaultedSources(spec), {
      persistentVolumeReclaimPolicy: spec.persistentVolumeReclaimPolicy || 'Retain',
      volumeMode: spec.volumeMode ?? 'Filesystem',
      capacity: spec.capacity && (defaultedResourceList(spec.capacity) as StringMap),
    });
    const { status } = draft as Volume;
    if (!status?.phase) draft['status'] = { ...status, phase: 'Pending' };
  },
  prepareForCreate(draft) {
    const now = draft.metadata['creationTimestamp'];
    draft['status'] = { phase: 'Pending', ...(now ? { lastPhaseTransitionTime: now } : {}) };
  },
  validate: (draft) => [
    ...validateObjectMeta(draft.metadata, false, isDns1123Subdomain),
    ...specErrors(specOf(draft), String(draft.metadata['name'] ?? '')),
  ],
  validateUpdate: (draft, old) => updateErrors(specOf(draft), specOf(old)),
  warnings: volumeObjectWarnings,
  updateWarnings: volumeObjectWarnings,
  cells(object, context) {
    const { spec = {}, status = {} } = object as Volume;
    const { claimRef } = spec;
    return [
      object.metadata.name,
      spec.capacity?.['storage'] ?? '0',
      accessModesCell(spec.accessModes),
      spec.persistentVolumeReclaimPolicy ?? '',
      object.metadata.deletionTimestamp === undefined ? (status.phase ?? '') : 'Terminating',
      claimRef ? `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}` : '',
      object.metadata.annotations?.[CLASS_ANNOTATION] ?? spec.storageClassName ?? '',
      spec.volumeAttributesClassName ?? '<unset>',
      status.reason ?? '',
      ageCell(object.metadata.creationTimestamp, context),
      spec.volumeMode ?? '<unset>',
    ];
  },
});

/** Sources are defaulted as those of pods' volumes. */
function volumeObjectWarnings(draft: Draft): string[] {
  const spec = specOf(draft);
  const annotations = (draft.metadata['annotations'] ?? {}) as StringMap;
  const terms = spec.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  const path = 'spec.nodeAffinity.required.nodeSelectorTerms';
  return [
    ...Object.keys(DEPRECATED_ANNOTATIONS).flatMap((name) =>
      annotations[name] === undefined
        ? []
        : [`metadata.annotations[${name}]: ${DEPRECATED_ANNOTATIONS[name]}`],
    ),
    ...(spec.persistentVolumeReclaimPolicy === 'Recycle'
      ? [
          'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. ' +
            'Instead, the recommended approach is to use dynamic provisioning.',
        ]
      : []),
    ...terms.flatMap((term, index) => nodeTermWarnings(term, false, `${path}[${index}]`)),
    ...Object.keys(DEPRECATED).flatMap((name) =>
      spec[name] === undefined ? [] : [DEPRECATED[name] ?? ''],
    ),
  ];
}

function withDefaultedSources(spec: VolumeSpec): VolumeSpec {
  const name = VOLUME_SOURCES.find((one) => spec[one] !== undefined);
  if (name === undefined || name === 'local' || name === 'csi') return spec;
  const volume = defaultedVolume({ name: '', [name]: spec[name] } as DraftVolume);
  return withFields(spec, { [name]: (volume as unknown as VolumeSpec)[name] });
}

function specErrors(spec: VolumeSpec, name: string): FieldError[] {
  const { accessModes = [], capacity = {} } = spec;
  const policy = spec.persistentVolumeReclaimPolicy;
  const errors: FieldError[] = [];
  if (accessModes.length === 0) errors.push(required('spec.accessModes'));
  errors.push(...accessModeErrors(accessModes, 'spec.accessModes'));
  const resources = Object.keys(capacity).sort();
  if (resources.length === 0) errors.push(required('spec.capacity'));
  if (capacity['storage'] === undefined || resources.length > 1) {
    errors.push(notSupported('spec.capacity', printableMap(spec.capacity), ['storage']));
  }
  for (const resource of resources) {
    errors.push(...capacityErrors(capacity[resource] ?? '0', `spec.capacity[${resource}]`));
  }
  if (policy) {
    errors.push(...oneOf(policy, RECLAIM_POLICIES, 'spec.persistentVolumeReclaimPolicy'));
  }
  errors.push(...affinityErrors(spec), ...volumeSourceErrors(spec, name));
  const hostPath = spec['hostPath'] as { path?: string } | undefined;
  if (
    hostPath !== undefined &&
    policy === 'Recycle' &&
    /^\/+(\.?\/*)*$/.test(hostPath.path ?? '')
  ) {
    const why = "may not be 'recycle' for a hostPath mount of '/'";
    errors.push(forbidden('spec.persistentVolumeReclaimPolicy', why));
  }
  if (spec.storageClassName) {
    errors.push(...dnsSubdomainErrors(spec.storageClassName, 'spec.storageClassName'));
  }
  if (spec.volumeMode !== undefined) {
    errors.push(...oneOf(spec.volumeMode, VOLUME_MODES, 'spec.volumeMode'));
  }
  return [...errors, ...attributesClassErrors(spec)];
}

function capacityErrors(amount: string, field: string): FieldError[] {
  const errors = isNegative(amount)
    ? [invalid(field, wholeValue(amount), 'must be a valid resource quantity')]
    : [];
  return [...errors, ...positiveQuantity(amount, field)];
}

function affinityErrors({ nodeAffinity }: VolumeSpec): FieldError[] {
  if (nodeAffinity === undefined) return [];
  const field = 'spec.nodeAffinity.required';
  const { required: terms } = nodeAffinity;
  if (terms === undefined) return [required(field, 'must specify required node constraints')];
  return nodeSelectorErrors(terms.nodeSelectorTerms ?? [], field);
}

function attributesClassErrors(spec: VolumeSpec): FieldError[] {
  const name = spec.volumeAttributesClassName;
  if (name === undefined) return [];
  const field = 'spec.volumeAttributesClassName';
  const errors =
    name === ''
      ? [required(field, 'an empty string is disallowed')]
      : dnsSubdomainErrors(name, field);
  if (spec['csi'] !== undefined) return errors;
  return [
    ...errors,
    required('spec.csi', 'has to be specified when using volumeAttributesClassName'),
  ];
}

function updateErrors(spec: VolumeSpec, old: VolumeSpec): FieldError[] {
  const errors: FieldError[] = [];
  const before = sourcesOf(old, old);
  const now = sourcesOf(spec, old);
  if (!semanticEqual(before, now)) {
    const shown = diffOfValues(printableSources(before), printableSources(now));
    const why = `spec.persistentvolumesource is immutable after creation\n${shown}`;
    errors.push(forbidden('spec.persistentvolumesource', why));
  }
  errors.push(
    ...immutableField(spec.volumeMode, old.volumeMode, 'volumeMode'),
    ...immutableAffinityErrors(spec, old),
  );
  if (old.volumeAttributesClassName !== undefined && spec.volumeAttributesClassName === undefined) {
    const why = 'update from non-nil value to nil is forbidden';
    errors.push(forbidden('spec.volumeAttributesClassName', why));
  }
  return errors;
}

/** The sources; a secret for expansion may be added to a CSI volume that had none. */
function sourcesOf(spec: VolumeSpec, old: VolumeSpec): Record<string, unknown> {
  const sources: Record<string, unknown> = {};
  for (const name of VOLUME_SOURCES) sources[name] = spec[name] ?? null;
  const csi = spec['csi'] as Record<string, unknown> | undefined;
  const oldCsi = old['csi'] as Record<string, unknown> | undefined;
  if (csi !== undefined && oldCsi !== undefined && !oldCsi['controllerExpandSecretRef']) {
    const { controllerExpandSecretRef: _, ...rest } = csi;
    sources['csi'] = rest;
  }
  return sources;
}

function immutableAffinityErrors(spec: VolumeSpec, old: VolumeSpec): FieldError[] {
  if (old.nodeAffinity === undefined || semanticEqual(spec.nodeAffinity, old.nodeAffinity))
    return [];
  const why = 'field is immutable, except for updating from beta label to GA';
  return [invalid('nodeAffinity', printableAffinity(spec.nodeAffinity), why)];
}
