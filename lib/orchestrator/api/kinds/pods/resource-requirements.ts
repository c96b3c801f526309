/**
 * Validation of requests and limits: names of resources, quantities, and requests within limits.
 * Stands for the part of core's validation that LimitRanges and quotas do not decide.
 */
import type { FieldError } from '../../field-error';
import { duplicate, forbidden, invalid, notFound, notSupported, required } from '../../field-error';
import { canonicalQuantity, compareQuantities, isQuantity, parseQuantity } from '../../quantity';
import { dnsLabelErrors } from '../fields/field-validation';
import {
  containerResourceNameErrors,
  isOvercommitAllowed,
  resourceAmountErrors,
  resourceNameErrors,
} from '../fields/resource-names';
import { isHugePages, isPodLevelResource } from './pod-resources';
import type { DraftResourceList, DraftResources } from './pod-spec-draft';

const NANO = 1_000_000_000n;

type NameCheck = (name: string, path: string) => FieldError[];

/** A container's resources; also a pod's overhead, as limits. */
export const containerResourceErrors = (
  resources: DraftResources,
  claimNames: ReadonlySet<string>,
  path: string,
): FieldError[] => resourceErrors(resources, containerResourceNameErrors, claimNames, path);

/** The resources of a pod as a whole. */
export const podLevelResourceErrors = (
  resources: DraftResources,
  claimNames: ReadonlySet<string>,
  path: string,
): FieldError[] => resourceErrors(resources, podLevelResourceName, claimNames, path);

function podLevelResourceName(name: string, path: string): FieldError[] {
  const errors = resourceNameErrors(name, path);
  if (errors.length > 0 || isPodLevelResource(name)) return errors;
  return [notSupported(path, name, ['cpu', 'hugepages-', 'memory'])];
}

function resourceErrors(
  resources: DraftResources,
  nameCheck: NameCheck,
  claimNames: ReadonlySet<string>,
  path: string,
): FieldError[] {
  const { limits = {}, requests = {} } = resources;
  const errors: FieldError[] = [];
  for (const name of Object.keys(limits).sort()) {
    errors.push(...quantityErrors(limits, name, nameCheck, `${path}.limits[${name}]`));
    errors.push(...hugePageErrors(name, limits[name], `${path}.limits[${name}]`));
  }
  for (const name of Object.keys(requests).sort()) {
    errors.push(...quantityErrors(requests, name, nameCheck, `${path}.requests[${name}]`));
    errors.push(...requestErrors(name, requests[name] as string, limits[name], path));
    errors.push(...hugePageErrors(name, requests[name], `${path}.requests[${name}]`));
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some(isHugePages) && !names.some((name) => name === 'cpu' || name === 'memory')) {
    errors.push(forbidden(path, 'HugePages require cpu or memory'));
  }
  errors.push(...claimErrors(resources, claimNames, `${path}.claims`));
  return errors;
}

const quantityErrors = (
  list: DraftResourceList,
  name: string,
  nameCheck: NameCheck,
  path: string,
): FieldError[] => [
  ...nameCheck(name, path),
  ...resourceAmountErrors(name, String(list[name]), path),
];

function requestErrors(
  name: string,
  request: string | number,
  limit: string | number | undefined,
  path: string,
): FieldError[] {
  if (limit === undefined) {
    if (isOvercommitAllowed(name)) return [];
    return [required(`${path}.limits`, 'Limit must be set for non overcommitable resources')];
  }
  if (!isQuantity(request) || !isQuantity(limit)) return [];
  const order = compareQuantities(request, limit);
  const shown = canonicalQuantity(request);
  const bound = `${name} limit of ${canonicalQuantity(limit)}`;
  if (order !== 0 && !isOvercommitAllowed(name)) {
    return [invalid(`${path}.requests`, shown, `must be equal to ${bound}`)];
  }
  if (order <= 0) return [];
  return [invalid(`${path}.requests`, shown, `must be less than or equal to ${bound}`)];
}

function hugePageErrors(
  name: string,
  value: string | number | undefined,
  path: string,
): FieldError[] {
  if (!isHugePages(name) || value === undefined || !isQuantity(value)) return [];
  const size = name.slice('hugepages-'.length);
  const page = isQuantity(size) ? parseQuantity(size).nanos : 0n;
  if (page > 0n && page % NANO === 0n && parseQuantity(value).nanos % page === 0n) return [];
  const text = canonicalQuantity(value);
  return [invalid(path, text, `${text} is not positive integer multiple of ${name}`)];
}

function claimErrors(
  resources: DraftResources,
  podClaims: ReadonlySet<string>,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  (resources.claims ?? []).forEach(({ name = '', request = '' }, index) => {
    const field = `${path}[${index}]`;
    if (name === '') {
      errors.push(required(field));
      return;
    }
    const key = request === '' ? name : `${name}/${request}`;
    if (request !== '' && !seen.has(name))
      errors.push(...dnsLabelErrors(request, `${field}.request`));
    const overlaps = request === '' && [...seen].some((other) => other.startsWith(`${name}/`));
    if (seen.has(name)) errors.push(duplicate(field, name));
    else if (seen.has(key) || overlaps) errors.push(duplicate(field, key));
    seen.add(key);
    if (!podClaims.has(name)) errors.push(unknownClaim(field, name, podClaims));
  });
  return errors;
}

function unknownClaim(field: string, name: string, podClaims: ReadonlySet<string>): FieldError {
  const names = [...podClaims].sort().join(', ');
  const known = podClaims.size === 0 ? ' which is empty' : `: ${names}`;
  const error = notFound(field, name);
  const why = `must be one of the names in pod.spec.resourceClaims${known}`;
  return { ...error, message: `${error.message}: ${why}` };
}
