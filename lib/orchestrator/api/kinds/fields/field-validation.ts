/**
 * Checks of single fields that many kinds share: immutable fields, path segments, enumerations,
 * quantities of resources. Stands for apimachinery's validation helpers and core's
 * ValidateImmutableField, ValidateNonnegativeQuantity and the like.
 */
import { semanticEqual } from '../../deep-equal';
import type { FieldError } from '../../field-error';
import { invalid, notSupported } from '../../field-error';
import { isDns1123Label, isDns1123Subdomain, isQualifiedName } from '../../names';
import { canonicalQuantity, isNegative, isZero } from '../../quantity';

export const AT_LEAST_ZERO = 'must be greater than or equal to 0';

/** One error for each message of a check. */
export const invalidFor = (
  field: string,
  value: unknown,
  messages: readonly string[],
): FieldError[] => messages.map((message) => invalid(field, value, message));

export const dnsLabelErrors = (value: string, field: string): FieldError[] =>
  invalidFor(field, value, isDns1123Label(value));
export const dnsSubdomainErrors = (value: string, field: string): FieldError[] =>
  invalidFor(field, value, isDns1123Subdomain(value));
export const qualifiedNameErrors = (value: string, field: string): FieldError[] =>
  invalidFor(field, value, isQualifiedName(value));

/** That an update leaves a field alone. */
export function immutableField(value: unknown, old: unknown, field: string): FieldError[] {
  return semanticEqual(value, old) ? [] : [invalid(field, value, 'field is immutable')];
}

/** That a value is one of a few. */
export function oneOf(value: string, supported: readonly string[], field: string): FieldError[] {
  return supported.includes(value) ? [] : [notSupported(field, value, supported)];
}

/** As `notSupported`, for the few lists that Kubernetes does not sort. */
export function notSupportedInOrder(
  field: string,
  value: unknown,
  supported: readonly string[],
): FieldError {
  const bare = notSupported(field, value, []);
  const list = supported.map((text) => JSON.stringify(text)).join(', ');
  return { ...bare, message: `${bare.message}: supported values: ${list}` };
}

/** A name that may stand in a path: RBAC objects, metric names, kinds. */
export function isPathSegmentName(text: string): string[] {
  if (text === '.' || text === '..') return [`may not be '${text}'`];
  return ['/', '%'].filter((c) => text.includes(c)).map((c) => `may not contain '${c}'`);
}

export const nonNegativeNumber = (value: unknown, field: string): FieldError[] =>
  typeof value === 'number' && value < 0 ? [invalid(field, value, AT_LEAST_ZERO)] : [];

export const nonNegativeQuantity = (value: string, field: string): FieldError[] =>
  isNegative(value) ? [invalid(field, canonicalQuantity(value), AT_LEAST_ZERO)] : [];

export const positiveQuantity = (value: string, field: string): FieldError[] =>
  isNegative(value) || isZero(value)
    ? [invalid(field, canonicalQuantity(value), 'must be greater than zero')]
    : [];

/** Whether two lists hold the same texts in the same order; absent is empty. */
export const sameTexts = (
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
): boolean => (a ?? []).length === (b ?? []).length && (a ?? []).every((x, i) => x === b?.[i]);
