/** PersistentVolumeClaim (core/v1): storage that a namespace asks for and binds. */
import { semanticEqual } from '../deep-equal';
import type { FieldError } from '../field-error';
import { forbidden, invalid, required } from '../field-error';
import type { Draft } from '../kind';
import { isDns1123Subdomain, validateObjectMeta } from '../names';
import type { KubeObject, StringMap } from '../object';
import { compareQuantities, isNegative, wholeValue } from '../quantity';
import { ageCell, kind } from './define';
import { printableSelector } from './fields/field-checks';
import { immutableField } from './fields/field-validation';
import { defaultedResourceList } from './fields/resource-list';
import { withFields } from './fields/structural-sharing';
import { diffOfValues } from './fields/unified-diff';
import { claimSizeWarnings } from './volumes/claim-size-warnings';
import type { DraftClaimSpec, DraftDataSource } from './volumes/persistent-volume-claim-validation';
import { claimSpecErrors } from './volumes/persistent-volume-claim-validation';

interface Claim {
  readonly spec?: DraftClaimSpec;
  readonly status?: {
    readonly phase?: string;
    readonly capacity?: StringMap;
    readonly accessModes?: readonly string[];
    readonly currentVolumeAttributesClassName?: string;
  };
}

const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';
const IMMUTABLE =
  'spec is immutable after creation except resources.requests and ' +
  'volumeAttributesClassName for bound claims';

const specOf = (object: unknown): DraftClaimSpec => (object as Claim).spec ?? {};

export const persistentVolumeClaimKind = kind({
  apiVersion: 'v1',
  plural: 'persistentvolumeclaims',
  updateOrder: ['metadata', 'whole', 'changes'],
  applyDefaults(draft) {
    draft['spec'] = defaultedClaimSpec(specOf(draft));
    const { status } = draft as Claim;
    if (!status?.phase) draft['status'] = { ...status, phase: 'Pending' };
  },
  prepareForCreate(draft) {
    draft['status'] = { phase: 'Pending' };
    draft['spec'] = withDataSources(specOf(draft));
  },
  prepareForUpdate(draft, old) {
    draft['spec'] = withDataSources(specOf(draft));
    draft['status'] = (old as Claim).status;
  },
  validate: (draft) => [
    ...validateObjectMeta(draft.metadata, true, isDns1123Subdomain),
    ...claimSpecErrors(specOf(draft), 'spec'),
  ],
  validateUpdate: (draft, old) => updateErrors(draft as unknown as KubeObject & Claim, old),
  validateStatusUpdate(draft) {
    const errors = specOf(draft).accessModes?.length ? [] : [required('Spec.accessModes')];
    const capacity = (draft as Claim).status?.capacity ?? {};
    return [
      ...errors,
      ...Object.keys(capacity).flatMap((name) => {
        const amount = capacity[name] ?? '0';
        if (!isNegative(amount)) return [];
        const field = `status.capacity[${name}]`;
        return [invalid(field, wholeValue(amount), 'must be a valid resource quantity')];
      }),
    ];
  },
  warnings: claimWarnings,
  updateWarnings: claimWarnings,
  cells(object, context) {
    const { spec = {}, status = {} } = object as Claim;
    const isBound = Boolean(spec.volumeName);
    const annotations = object.metadata.annotations ?? {};
    return [
      object.metadata.name,
      object.metadata.deletionTimestamp === undefined ? (status.phase ?? '') : 'Terminating',
      spec.volumeName ?? '',
      isBound ? (status.capacity?.['storage'] ?? '0') : '',
      isBound ? accessModesCell(status.accessModes) : '',
      annotations[CLASS_ANNOTATION] ?? spec.storageClassName ?? '',
      spec.volumeAttributesClassName ?? '<unset>',
      ageCell(object.metadata.creationTimestamp, context),
      spec.volumeMode ?? '<unset>',
    ];
  },
});

/** A claim's spec with defaults, also of StatefulSets' claim templates. */
export function defaultedClaimSpec(spec: DraftClaimSpec): DraftClaimSpec {
  const { resources = {} } = spec;
  return withFields(spec, {
    volumeMode: spec.volumeMode ?? 'Filesystem',
    resources: withFields(resources, {
      requests: resources.requests && (defaultedResourceList(resources.requests) as StringMap),
      limits: resources.limits && (defaultedResourceList(resources.limits) as StringMap),
    }),
  });
}

/** `RWO,ROX,RWX,RWOP`, of claims and volumes. */
export function accessModesCell(modes: readonly string[] = []): string {
  const short = [
    ['ReadWriteOnce', 'RWO'],
    ['ReadOnlyMany', 'ROX'],
    ['ReadWriteMany', 'RWX'],
    ['ReadWriteOncePod', 'RWOP'],
  ] as const;
  return short
    .filter(([mode]) => modes.includes(mode))
    .map(([, text]) => text)
    .join(',');
}

/** The two spellings of a data source follow each other. */
function claimWarnings(draft: Draft): string[] {
  const annotations = (draft.metadata['annotations'] ?? {}) as StringMap;
  const what = `metadata.annotations[${CLASS_ANNOTATION}]`;
  return [
    ...(annotations[CLASS_ANNOTATION] === undefined
      ? []
      : [`${what}: deprecated since v1.8; use "storageClassName" attribute instead`]),
    ...claimSizeWarnings(specOf(draft).resources, 'spec'),
  ];
}

function withDataSources(asked: DraftClaimSpec): DraftClaimSpec {
  const given = withoutOddSource(withoutForeignSource(asked));
  const spec = withFields(given, {
    dataSource: given.dataSource && withGroup(given.dataSource),
    dataSourceRef: given.dataSourceRef && withGroup(given.dataSourceRef),
  });
  const { dataSource, dataSourceRef } = spec;
  if (dataSource !== undefined && dataSourceRef === undefined) {
    return { ...spec, dataSourceRef: dataSource };
  }
  if (dataSource === undefined && dataSourceRef !== undefined) {
    return { ...spec, dataSource: dataSourceRef };
  }
  return spec;
}

/** Sources in other namespaces are an alpha feature, and forgotten without it. */
function withoutForeignSource(spec: DraftClaimSpec): DraftClaimSpec {
  const { dataSourceRef, ...rest } = spec;
  return dataSourceRef?.namespace ? rest : spec;
}

/** Older clients can name only claims and snapshots to copy; other sources are forgotten. */
function withoutOddSource(spec: DraftClaimSpec): DraftClaimSpec {
  const { dataSource, ...rest } = spec;
  if (dataSource === undefined || spec.dataSourceRef !== undefined) return spec;
  const { apiGroup, kind } = dataSource;
  const isClaim = !apiGroup && kind === 'PersistentVolumeClaim';
  const isSnapshot = apiGroup === 'snapshot.storage.k8s.io' && kind === 'VolumeSnapshot';
  return isClaim || isSnapshot ? spec : rest;
}

/** The core group is written as null. */
const withGroup = (source: DraftDataSource): DraftDataSource =>
  source.apiGroup === undefined ? { ...source, apiGroup: null } : source;

function updateErrors(draft: KubeObject & Claim, old: KubeObject): FieldError[] {
  const spec = specOf(draft);
  const before = specOf(old);
  const errors = immutableField(
    draft.metadata.annotations?.[CLASS_ANNOTATION],
    old.metadata.annotations?.[CLASS_ANNOTATION],
    `metadata.annotations[${CLASS_ANNOTATION}]`,
  );
  const { oldShape, newShape } = comparable(draft, old);
  if (!semanticEqual(oldShape, newShape)) {
    const shown = diffOfValues(printableSpec(oldShape), printableSpec(newShape));
    errors.push(forbidden('spec', `${IMMUTABLE}\n${shown}`));
  }
  const size = spec.resources?.requests?.['storage'] ?? '0';
  const oldSize = before.resources?.requests?.['storage'] ?? '0';
  const capacity = (old as Claim).status?.capacity?.['storage'] ?? '0';
  if (compareQuantities(size, oldSize) < 0 && compareQuantities(size, capacity) <= 0) {
    const why = 'field can not be less than status.capacity';
    errors.push(forbidden('spec.resources.requests.storage', why));
  }
  return [
    ...errors,
    ...immutableField(spec.volumeMode, before.volumeMode, 'volumeMode'),
    ...attributesClassErrors(spec, before, old as Claim),
  ];
}

/** The specs without what may change: the volume and class once, the size of bound claims. */
function comparable(
  draft: KubeObject & Claim,
  old: KubeObject,
): { oldShape: DraftClaimSpec; newShape: DraftClaimSpec } {
  const spec = specOf(draft);
  const before = specOf(old);
  let oldShape = before;
  let newShape = spec;
  if (!before.volumeName) oldShape = { ...oldShape, volumeName: spec.volumeName };
  const annotated = old.metadata.annotations?.[CLASS_ANNOTATION];
  const setsClass = spec.storageClassName !== undefined && before.storageClassName === undefined;
  if (setsClass && (annotated === undefined || annotated === spec.storageClassName)) {
    newShape = { ...newShape, storageClassName: undefined };
  }
  if ((old as Claim).status?.phase === 'Bound') {
    const requests = { ...spec.resources?.requests };
    const oldSize = before.resources?.requests?.['storage'];
    if (oldSize !== undefined) requests['storage'] = oldSize;
    newShape = {
      ...newShape,
      resources: { ...spec.resources, requests },
      volumeAttributesClassName: before.volumeAttributesClassName,
    };
  }
  return { oldShape, newShape };
}

function attributesClassErrors(
  spec: DraftClaimSpec,
  before: DraftClaimSpec,
  old: Claim,
): FieldError[] {
  const name = spec.volumeAttributesClassName;
  if (name === before.volumeAttributesClassName) return [];
  if (old.status?.currentVolumeAttributesClassName === undefined || name) return [];
  const to = name === undefined ? 'nil' : 'empty string';
  const why = `update to ${to} is forbidden when status.currentVolumeAttributesClassName is not nil`;
  return [forbidden('spec.volumeAttributesClassName', why)];
}

/** The spec as Go prints its internal type. */
const printableSpec = (spec: DraftClaimSpec): unknown => ({
  AccessModes: spec.accessModes ?? null,
  Selector: printableSelector(spec.selector),
  Resources: {
    Limits: spec.resources?.limits ?? null,
    Requests: spec.resources?.requests ?? null,
  },
  VolumeName: spec.volumeName ?? '',
  StorageClassName: spec.storageClassName ?? null,
  VolumeMode: spec.volumeMode ?? null,
  DataSource: printableSource(spec.dataSource, false),
  DataSourceRef: printableSource(spec.dataSourceRef, true),
  VolumeAttributesClassName: spec.volumeAttributesClassName ?? null,
});

function printableSource(source: DraftDataSource | undefined, hasNamespace: boolean): unknown {
  if (source === undefined) return null;
  return {
    APIGroup: source.apiGroup ?? null,
    Kind: source.kind ?? '',
    Name: source.name ?? '',
    ...(hasNamespace ? { Namespace: source.namespace ?? null } : {}),
  };
}
