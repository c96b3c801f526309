/**
 * Names of resources in quotas, limit ranges and nodes, and the values that they may have.
 * Stands for core's helper package and its ValidateResourceName family.
 */
import type { FieldError } from '../../field-error';
import { invalid } from '../../field-error';
import { isQualifiedName } from '../../names';
import { canonicalQuantity, parseQuantity } from '../../quantity';
import { invalidFor, nonNegativeQuantity } from './field-validation';

const HUGE_PAGES = 'hugepages-';
const REQUESTS = 'requests.';
const NANOS = 1_000_000_000n;

/** Counts of objects: whole numbers only. */
const COUNTED = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
];

const QUOTA = new Set([
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  ...COUNTED,
]);

const CONTAINER = new Set(['cpu', 'memory', 'ephemeral-storage']);
const POD_COMPUTE = new Set([
  'cpu',
  'memory',
  'limits.cpu',
  'limits.memory',
  'requests.cpu',
  'requests.memory',
]);

const isHugePages = (name: string): boolean => name.startsWith(HUGE_PAGES);
const isQuotaHugePages = (name: string): boolean =>
  isHugePages(name) || name.startsWith(REQUESTS + HUGE_PAGES);

/** A resource that a quota may limit by a name without a slash. */
export const isStandardQuotaResource = (name: string): boolean =>
  QUOTA.has(name) || isQuotaHugePages(name);

const isStandardResource = (name: string): boolean =>
  name === 'storage' || isStandardQuotaResource(name);

/** Without a domain, or of kubernetes.io. */
const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/');

export const isExtendedResource = (name: string): boolean =>
  !isNative(name) && !name.startsWith(REQUESTS) && isQualifiedName(REQUESTS + name).length === 0;

/** Whether a request may be smaller than its limit. */
export const isOvercommitAllowed = (name: string): boolean => isNative(name) && !isHugePages(name);

/** Whether a quota's scope can be told for a resource. */
export function isScopeValidFor(scope: string, resource: string): boolean {
  switch (scope) {
    case 'Terminating':
    case 'NotTerminating':
    case 'NotBestEffort':
    case 'PriorityClass':
    case 'CrossNamespacePodAffinity':
      return resource === 'pods' || POD_COMPUTE.has(resource);
    case 'BestEffort':
      return resource === 'pods';
    case 'VolumeAttributesClass':
      return resource === 'persistentvolumeclaims' || resource === 'requests.storage';
    default:
      return true;
  }
}

export function resourceNameErrors(name: string, field: string): FieldError[] {
  const errors = invalidFor(field, name, isQualifiedName(name));
  if (errors.length > 0) return errors;
  if (name.includes('/') || isStandardResource(name)) return [];
  return [invalid(field, name, 'must be a standard resource type or fully qualified')];
}

export function containerResourceNameErrors(name: string, field: string): FieldError[] {
  const errors = resourceNameErrors(name, field);
  if (!name.includes('/')) {
    if (!CONTAINER.has(name) && !isHugePages(name)) {
      errors.push(invalid(field, name, 'must be a standard resource for containers'));
    }
  } else if (!isNative(name) && !isExtendedResource(name)) {
    errors.push(invalid(field, name, "doesn't follow extended resource name standard"));
  }
  return errors;
}

export function quotaResourceNameErrors(name: string, field: string): FieldError[] {
  const errors = resourceNameErrors(name, field);
  if (!name.includes('/') && !isStandardQuotaResource(name)) {
    errors.push(invalid(field, name, 'must be a standard resource for quota'));
  }
  return errors;
}

/** That an amount is not negative and, of things that are counted, whole. */
export function resourceAmountErrors(name: string, amount: string, field: string): FieldError[] {
  const errors = nonNegativeQuantity(amount, field);
  const counted = COUNTED.includes(name) || isExtendedResource(name);
  if (counted && parseQuantity(amount).nanos % NANOS !== 0n) {
    errors.push(invalid(field, canonicalQuantity(amount), 'must be an integer'));
  }
  return errors;
}
