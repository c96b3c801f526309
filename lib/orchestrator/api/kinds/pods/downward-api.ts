/**
 * References to fields and resources of the pod itself, in environment variables and volume files:
 * their defaulting and validation, as core/v1 and core's validation have them.
 */
import type { FieldError } from '../../field-error';
import { invalid, notSupported, required } from '../../field-error';
import { isQualifiedName } from '../../name-formats';
import { canonicalQuantity, isQuantity, isZero } from '../../quantity';
import { invalidFor } from '../fields/field-validation';
import { withFields } from '../fields/structural-sharing';
import type { DraftFieldRef, DraftResourceFieldRef } from './pod-spec-draft';

interface References {
  readonly fieldRef?: DraftFieldRef;
  readonly resourceFieldRef?: DraftResourceFieldRef;
}

export function withDownwardDefaults<T extends References>(holder: T): T {
  const { fieldRef, resourceFieldRef } = holder;
  if (!fieldRef && !resourceFieldRef) return holder;
  const fields: References = {
    fieldRef: fieldRef && withFields(fieldRef, { apiVersion: fieldRef.apiVersion || 'v1' }),
    resourceFieldRef:
      resourceFieldRef &&
      withFields(resourceFieldRef, { divisor: canonicalDivisor(resourceFieldRef.divisor) }),
  };
  return withFields(holder, fields as Partial<T>);
}

/** A divisor is always written; "0" means the resource's own unit. */
const canonicalDivisor = (divisor: string | number | undefined): string | number =>
  divisor !== undefined && isQuantity(divisor) ? canonicalQuantity(divisor) : (divisor ?? '0');

/** The fields that environment variables may take, in sorted order. */
export const ENV_FIELDS: readonly string[] = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
/** The fields that files of volumes may take, in sorted order. */
export const VOLUME_FIELDS: readonly string[] = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];
const CONVERTIBLE = new Set([
  ...ENV_FIELDS,
  ...VOLUME_FIELDS,
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
]);

export function fieldRefErrors(
  ref: DraftFieldRef,
  fields: readonly string[],
  path: string,
): FieldError[] {
  const { apiVersion = '', fieldPath = '' } = ref;
  if (apiVersion === '') return [required(`${path}.apiVersion`)];
  if (fieldPath === '') return [required(`${path}.fieldPath`)];
  const convert = (why: string): FieldError[] => [
    invalid(`${path}.fieldPath`, fieldPath, `error converting fieldPath: ${why}`),
  ];
  if (apiVersion !== 'v1') return convert(`unsupported pod version: ${apiVersion}`);
  const subscripted = /^([^]+?)\['([^]*)'\]$/.exec(fieldPath);
  if (subscripted !== null) {
    const [, map = '', key = ''] = subscripted;
    if (map === 'metadata.annotations') {
      return invalidFor(path, key.toLowerCase(), isQualifiedName(key.toLowerCase()));
    }
    if (map === 'metadata.labels') return invalidFor(path, key, isQualifiedName(key));
    return convert(`field label does not support subscript: ${fieldPath}`);
  }
  const internal = fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath;
  if (!CONVERTIBLE.has(internal)) return convert(`field label not supported: ${fieldPath}`);
  if (!fields.includes(internal)) return [notSupported(`${path}.fieldPath`, internal, fields)];
  return [];
}

const RESOURCES: readonly string[] = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const BYTE_DIVISORS = '1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei';
const isHugePages = (resource: string): boolean =>
  resource.startsWith('requests.hugepages-') || resource.startsWith('limits.hugepages-');

export function resourceFieldRefErrors(
  ref: DraftResourceFieldRef,
  path: string,
  inVolume: boolean,
): FieldError[] {
  const { resource = '', containerName = '' } = ref;
  const errors: FieldError[] = [];
  if (inVolume && containerName === '') errors.push(required(`${path}.containerName`));
  else if (resource === '') errors.push(required(`${path}.resource`));
  else if (!RESOURCES.includes(resource) && !isHugePages(resource)) {
    errors.push(notSupported(`${path}.resource`, resource, RESOURCES));
  }
  return [...errors, ...divisorErrors(resource, ref.divisor ?? '0', path)];
}

function divisorErrors(resource: string, divisor: string | number, path: string): FieldError[] {
  if (!isQuantity(divisor) || isZero(divisor)) return [];
  const text = canonicalQuantity(divisor);
  const refuse = (supported: string, what: string): FieldError[] => {
    if (supported.split(/, | and /).includes(text)) return [];
    const why = `only divisor's values ${supported} are supported with the ${what}`;
    return [invalid(`${path}.divisor`, resource, why)];
  };
  if (resource.endsWith('.cpu')) return refuse('1m and 1', 'cpu resource');
  if (resource.endsWith('.memory')) return refuse(BYTE_DIVISORS, 'memory resource');
  if (resource.endsWith('.ephemeral-storage')) {
    return refuse(BYTE_DIVISORS, 'local ephemeral storage resource');
  }
  return isHugePages(resource) ? refuse(BYTE_DIVISORS, 'hugepages resource') : [];
}
