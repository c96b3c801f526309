/** StorageClass (storage.k8s.io/v1): a kind of storage and who provides it. */
import { deepEqual } from '../deep-equal';
import type { FieldError } from '../field-error';
import { duplicate, invalid, required, tooLong } from '../field-error';
import { isDns1123Subdomain, validateObjectMeta } from '../names';
import type { KubeObject, StringMap } from '../object';
import { ageCell, kind } from './define';
import { immutableField, oneOf, qualifiedNameErrors } from './fields/field-validation';
import { DEPRECATED_LABELS } from './pods/pod-warnings';

interface TopologyTerm {
  readonly matchLabelExpressions?: readonly {
    readonly key?: string;
    readonly values?: readonly string[];
  }[];
}

interface StorageClass {
  readonly provisioner?: string;
  readonly parameters?: StringMap;
  readonly reclaimPolicy?: string;
  readonly volumeBindingMode?: string;
  readonly allowVolumeExpansion?: boolean;
  readonly allowedTopologies?: readonly TopologyTerm[];
}

const PARAMETERS_MAX = 512;
const PARAMETER_BYTES_MAX = 256 * 1024;
const DEFAULT_CLASS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];
const IMMUTABLE = ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'] as const;

export const storageClassKind = kind({
  apiVersion: 'storage.k8s.io/v1',
  plural: 'storageclasses',
  updateOrder: ['whole', 'metadata', 'changes'],
  applyDefaults(draft) {
    draft['reclaimPolicy'] ??= 'Delete';
    draft['volumeBindingMode'] ??= 'Immediate';
  },
  validate(draft) {
    const { provisioner, parameters, reclaimPolicy, volumeBindingMode, allowedTopologies } =
      draft as StorageClass;
    const modes = ['Immediate', 'WaitForFirstConsumer'];
    return [
      ...validateObjectMeta(draft.metadata, false, isDns1123Subdomain),
      ...provisionerErrors(provisioner ?? '', 'provisioner'),
      ...parameterErrors(parameters, 'parameters'),
      ...(reclaimPolicy ? oneOf(reclaimPolicy, ['Delete', 'Retain'], 'reclaimPolicy') : []),
      ...oneOf(volumeBindingMode ?? '', modes, 'volumeBindingMode'),
      ...topologyErrors(allowedTopologies ?? []),
    ];
  },
  warnings: topologyWarnings,
  updateWarnings: topologyWarnings,
  validateUpdate: (draft, old) =>
    IMMUTABLE.flatMap((name) => immutableField(draft[name], (old as StorageClass)[name], name)),
  cells(object: KubeObject, context) {
    const storageClass = object as StorageClass;
    const annotations = object.metadata.annotations ?? {};
    const isDefault = DEFAULT_CLASS.some((name) => annotations[name] === 'true');
    return [
      isDefault ? `${object.metadata.name} (default)` : object.metadata.name,
      storageClass.provisioner ?? '',
      storageClass.reclaimPolicy ?? 'Delete',
      storageClass.volumeBindingMode ?? 'Immediate',
      storageClass.allowVolumeExpansion ?? false,
      ageCell(object.metadata.creationTimestamp, context),
    ];
  },
});

function topologyWarnings(draft: object): string[] {
  return ((draft as StorageClass).allowedTopologies ?? []).flatMap((term, i) =>
    (term.matchLabelExpressions ?? []).flatMap(({ key = '' }, j) => {
      const why = DEPRECATED_LABELS[key];
      if (why === undefined) return [];
      return [`allowedTopologies[${i}].matchLabelExpressions[${j}].key: ${why}`];
    }),
  );
}

/** Who provides volumes: a qualified name in any case. */
export const provisionerErrors = (provisioner: string, field: string): FieldError[] =>
  provisioner === '' ? [required(field)] : qualifiedNameErrors(provisioner.toLowerCase(), field);

/** Parameters of classes: their number and their size. */
export function parameterErrors(parameters: StringMap = {}, field: string): FieldError[] {
  const keys = Object.keys(parameters);
  if (keys.length > PARAMETERS_MAX) return [tooLong(field, PARAMETERS_MAX)];
  const errors = keys.includes('') ? [invalid(field, '', 'field can not be empty.')] : [];
  const bytes = keys.reduce(
    (sum, key) => sum + Buffer.byteLength(key) + Buffer.byteLength(parameters[key] ?? ''),
    0,
  );
  return bytes > PARAMETER_BYTES_MAX ? [...errors, tooLong(field, PARAMETER_BYTES_MAX)] : errors;
}

function topologyErrors(terms: readonly TopologyTerm[]): FieldError[] {
  const shapes = terms.map(({ matchLabelExpressions = [] }) =>
    Object.fromEntries(
      matchLabelExpressions.map(({ key = '', values = [] }) => [key, [...values].sort()]),
    ),
  );
  return terms.flatMap(({ matchLabelExpressions = [] }, i) => {
    const path = `allowedTopologies[${i}].matchLabelExpressions`;
    const keys = matchLabelExpressions.map(({ key = '' }) => key);
    const errors = matchLabelExpressions.flatMap(({ key = '', values = [] }, j) => [
      ...(values.length === 0 ? [required(`${path}[${j}].values`)] : []),
      ...values.flatMap((value, k) =>
        values.indexOf(value) < k ? [duplicate(`${path}[${j}].values[${k}]`, value)] : [],
      ),
      ...qualifiedNameErrors(key, `${path}[${j}].key`),
      ...(keys.indexOf(key) < j ? [duplicate(`${path}[${j}].key`, key)] : []),
    ]);
    const isTwice = shapes.slice(0, i).some((shape) => deepEqual(shape, shapes[i]));
    return isTwice ? [...errors, duplicate(path, '')] : errors;
  });
}
