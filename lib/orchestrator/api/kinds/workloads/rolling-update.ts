/** Validation of how many pods a rolling update may take away and add, per kind of workload. */
import type { FieldError } from '../../field-error';
import { invalid, required } from '../../field-error';
import type { IntOrString } from '../../int-or-string';
import { percentOf, validateAtMost100Percent, validateIntOrPercent } from '../../int-or-string';
import { nonNegativeNumber } from '../fields/field-validation';

export interface RollingUpdate {
  readonly maxSurge?: IntOrString;
  readonly maxUnavailable?: IntOrString;
  readonly partition?: number;
}

/** The number, or the number of percents; 0 for anything else. */
const amountOf = (value: IntOrString | undefined): number =>
  typeof value === 'number' ? value : (percentOf(value) ?? (Number.parseInt(value ?? '', 10) || 0));

export function deploymentRollingErrors(update: RollingUpdate, path: string): FieldError[] {
  const { maxSurge = 0, maxUnavailable = 0 } = update;
  const field = `${path}.maxUnavailable`;
  const errors = [
    ...validateIntOrPercent(maxUnavailable, field),
    ...validateIntOrPercent(maxSurge, `${path}.maxSurge`),
  ];
  if (amountOf(maxUnavailable) === 0 && amountOf(maxSurge) === 0) {
    errors.push(invalid(field, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  }
  return [...errors, ...validateAtMost100Percent(maxUnavailable, field)];
}

export function daemonSetRollingErrors(update: RollingUpdate, path: string): FieldError[] {
  const { maxSurge = 0, maxUnavailable = 0 } = update;
  const errors = [
    ...validateIntOrPercent(maxUnavailable, `${path}.maxUnavailable`),
    ...validateIntOrPercent(maxSurge, `${path}.maxSurge`),
    ...validateAtMost100Percent(maxUnavailable, `${path}.maxUnavailable`),
    ...validateAtMost100Percent(maxSurge, `${path}.maxSurge`),
  ];
  const takes = amountOf(maxUnavailable) !== 0;
  const adds = amountOf(maxSurge) !== 0;
  if (takes && adds) {
    const why = 'may not be set when maxUnavailable is non-zero';
    errors.push(invalid(`${path}.maxSurge`, maxSurge, why));
  }
  if (!takes && !adds) {
    errors.push(required(`${path}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'));
  }
  return errors;
}

export function statefulSetRollingErrors(update: RollingUpdate, path: string): FieldError[] {
  const { maxUnavailable, partition } = update;
  const errors = nonNegativeNumber(partition, `${path}.partition`);
  if (maxUnavailable === undefined || maxUnavailable === null) return errors;
  const field = `${path}.maxUnavailable`;
  errors.push(...validateIntOrPercent(maxUnavailable, field));
  if (amountOf(maxUnavailable) === 0) errors.push(invalid(field, maxUnavailable, 'cannot be 0'));
  return [...errors, ...validateAtMost100Percent(maxUnavailable, field)];
}
