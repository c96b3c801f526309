/** How many pods a rolling update may take away and add: defaults, and validation per kind. */
import type { FieldError } from '../../field-error';
import { invalid, required } from '../../field-error';
import type { IntOrString } from '../../int-or-string';
import { percentOf, validateAtMost100Percent, validateIntOrPercent } from '../../int-or-string';
import { nonNegativeNumber, notSupportedInOrder } from '../fields/field-validation';
import { withFields } from '../fields/structural-sharing';

export interface RollingUpdate {
  readonly maxSurge?: IntOrString;
  readonly maxUnavailable?: IntOrString;
  readonly partition?: number;
}

/** How the pods of a Deployment or DaemonSet are replaced. */
export interface UpdateStrategy {
  readonly type?: string;
  readonly rollingUpdate?: RollingUpdate;
}

/** Rolling, unless it is said otherwise, with the kind's own limits. */
export function defaultedStrategy(
  strategy: UpdateStrategy,
  limits: { readonly maxUnavailable: IntOrString; readonly maxSurge: IntOrString },
): UpdateStrategy {
  const type = strategy.type || 'RollingUpdate';
  if (type !== 'RollingUpdate') return withFields(strategy, { type });
  const update = strategy.rollingUpdate ?? {};
  return withFields(strategy, {
    type,
    rollingUpdate: withFields(update, {
      maxUnavailable: update.maxUnavailable ?? limits.maxUnavailable,
      maxSurge: update.maxSurge ?? limits.maxSurge,
    }),
  });
}

/** The type is none of the known ones; the whole strategy is shown. */
export function unknownStrategy(
  field: string,
  { type = '', rollingUpdate }: UpdateStrategy,
  known: readonly string[],
): FieldError {
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate ?? {};
  const update = rollingUpdate ? { MaxUnavailable: maxUnavailable, MaxSurge: maxSurge } : null;
  return notSupportedInOrder(field, { Type: type, RollingUpdate: update }, known);
}

/** The number, or the number of percents; 0 for anything else. */
const amountOf = (value: IntOrString | undefined): number =>
  typeof value === 'number' ? value : (percentOf(value) ?? wholeNumber(value ?? ''));

const wholeNumber = (text: string): number => (/^[+-]?\d+$/.test(text) ? Number(text) : 0);

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
