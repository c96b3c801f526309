/**
 * Validation of claims' specs, of PersistentVolumeClaims, of StatefulSets' templates and of
 * ephemeral volumes alike. Stands for core's ValidatePersistentVolumeClaimSpec.
 */
import type { FieldError } from '../../field-error';
import { forbidden, invalid, notSupported, required } from '../../field-error';
import type { LabelSelector } from '../../label-selector';
import { validateLabelSelector } from '../../label-selector';
import { isDns1123Label, isDns1123Subdomain } from '../../names';
import {
  dnsSubdomainErrors,
  invalidFor,
  oneOf,
  positiveQuantity,
} from '../fields/field-validation';

export interface DraftDataSource {
  readonly apiGroup?: string | null;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

export interface DraftClaimSpec {
  readonly accessModes?: readonly string[];
  readonly selector?: LabelSelector;
  readonly resources?: {
    readonly limits?: Readonly<Record<string, string>>;
    readonly requests?: Readonly<Record<string, string>>;
  };
  readonly volumeName?: string;
  readonly storageClassName?: string;
  readonly volumeMode?: string;
  readonly dataSource?: DraftDataSource;
  readonly dataSourceRef?: DraftDataSource;
  readonly volumeAttributesClassName?: string;
}

const ACCESS_MODES = ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'];
export const VOLUME_MODES = ['Block', 'Filesystem'];

export function claimSpecErrors(spec: DraftClaimSpec, path: string): FieldError[] {
  const { accessModes = [], storageClassName, volumeMode, volumeAttributesClassName } = spec;
  const errors: FieldError[] = [];
  if (accessModes.length === 0) {
    errors.push(required(`${path}.accessModes`, 'at least 1 access mode is required'));
  }
  errors.push(
    ...validateLabelSelector(spec.selector, `${path}.selector`),
    ...accessModeErrors(accessModes, `${path}.accessModes`),
  );
  const size = spec.resources?.requests?.['storage'];
  const sizeField = `${path}.resources[storage]`;
  if (size === undefined) errors.push(required(sizeField));
  else errors.push(...positiveQuantity(size, sizeField));
  if (storageClassName) {
    errors.push(...dnsSubdomainErrors(storageClassName, `${path}.storageClassName`));
  }
  if (volumeMode !== undefined) {
    errors.push(...oneOf(volumeMode, VOLUME_MODES, `${path}.volumeMode`));
  }
  errors.push(...dataSourceErrors(spec, path));
  if (!volumeAttributesClassName) return errors;
  const field = `${path}.volumeAttributesClassName`;
  return [...errors, ...dnsSubdomainErrors(volumeAttributesClassName, field)];
}

/** Access modes of claims and volumes. */
export function accessModeErrors(modes: readonly string[], field: string): FieldError[] {
  const errors = modes
    .filter((mode) => !ACCESS_MODES.includes(mode))
    .map((mode) => notSupported(field, mode, ACCESS_MODES));
  const hasOthers = modes.some((m) => m !== 'ReadWriteOncePod' && ACCESS_MODES.includes(m));
  if (modes.includes('ReadWriteOncePod') && hasOthers) {
    errors.push(forbidden(field, 'may not use ReadWriteOncePod with other access modes'));
  }
  return errors;
}

function dataSourceErrors(spec: DraftClaimSpec, path: string): FieldError[] {
  const { dataSource: source, dataSourceRef: ref } = spec;
  const errors: FieldError[] = [];
  if (source !== undefined) errors.push(...referenceErrors(source, `${path}.dataSource`));
  if (ref !== undefined) {
    errors.push(...referenceErrors(ref, `${path}.dataSourceRef`));
    if (ref.namespace) {
      const field = `${path}.dataSourceRef.namespace`;
      errors.push(...invalidFor(field, ref.namespace, isDns1123Label(ref.namespace)));
    }
  }
  if (source === undefined || ref === undefined) return errors;
  // The value is a path object of Go, of which nothing is printed.
  if (ref.namespace) {
    errors.push(
      invalid(path, {}, 'may not be specified when dataSourceRef.namespace is specified'),
    );
  } else if (
    (source.apiGroup ?? '') !== (ref.apiGroup ?? '') ||
    source.kind !== ref.kind ||
    source.name !== ref.name
  ) {
    errors.push(invalid(path, {}, 'must match dataSourceRef'));
  }
  return errors;
}

function referenceErrors(reference: DraftDataSource, path: string): FieldError[] {
  const { name = '', kind = '' } = reference;
  const apiGroup = reference.apiGroup ?? '';
  const errors: FieldError[] = [];
  if (name === '') errors.push(required(`${path}.name`));
  if (kind === '') errors.push(required(`${path}.kind`));
  if (apiGroup !== '') {
    errors.push(...invalidFor(`${path}.apiGroup`, apiGroup, isDns1123Subdomain(apiGroup)));
  } else if (kind !== 'PersistentVolumeClaim') {
    const why = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
    errors.push(invalid(path, kind, why));
  }
  return errors;
}
