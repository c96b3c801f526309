/**
 * Values that are a number or a percentage: maxSurge, maxUnavailable, minAvailable, targetPort.
 * Stands for apimachinery's intstr package and the validation that goes with it.
 */
import type { FieldError } from './field-error';
import { invalid } from './field-error';

export type IntOrString = number | string;

const PERCENT = /^[0-9]+%$/;
const PERCENT_MESSAGE =
  "a valid percent string must be a numeric string followed by an ending '%' " +
  "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

/** Whether the value is a percentage such as `25%`. */
export const isPercent = (value: IntOrString | undefined): value is string =>
  typeof value === 'string' && PERCENT.test(value);

/** The number of percents of `25%`; undefined for anything else. */
export function percentOf(value: IntOrString | undefined): number | undefined {
  return isPercent(value) ? Number(value.slice(0, -1)) : undefined;
}

/**
 * The number that the value stands for: itself, or that share of `total`, rounded.
 * Throws for a text that is no percentage.
 */
export function scaledValue(value: IntOrString, total: number, round: 'up' | 'down'): number {
  if (typeof value === 'number') return value;
  const percent = percentOf(value);
  if (percent === undefined) {
    throw new Error('invalid value for IntOrString: invalid type: string is not a percentage');
  }
  const share = (percent * total) / 100;
  return round === 'up' ? Math.ceil(share) : Math.floor(share);
}

/** That the value is a number of at least 0 or a percentage. */
export function validateIntOrPercent(value: unknown, field: string): FieldError[] {
  if (typeof value === 'string') {
    return isPercent(value) ? [] : [invalid(field, value, PERCENT_MESSAGE)];
  }
  if (typeof value === 'number') {
    return value < 0 ? [invalid(field, value, 'must be greater than or equal to 0')] : [];
  }
  return [invalid(field, value, "must be an integer or percentage (e.g '5%%')")];
}

/** That a percentage is at most 100%; numbers pass. */
export function validateAtMost100Percent(
  value: IntOrString | undefined,
  field: string,
): FieldError[] {
  const percent = percentOf(value);
  if (percent === undefined || percent <= 100) return [];
  return [invalid(field, value, 'must not be greater than 100%')];
}
