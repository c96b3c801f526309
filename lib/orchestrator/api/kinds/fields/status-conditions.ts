/** Validation of conditions in the form that all kinds may share (metav1.Condition). */
import type { FieldError } from '../../field-error';
import { duplicate, invalid, notSupported, required, tooLong } from '../../field-error';
import { qualifiedNameErrors } from './field-validation';

export interface StatusCondition {
  readonly type?: string;
  readonly status?: string;
  readonly observedGeneration?: number;
  readonly lastTransitionTime?: string | null;
  readonly reason?: string;
  readonly message?: string;
}

const STATUSES = ['False', 'True', 'Unknown'];
const REASON = /^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/;
const REASON_MAX = 1024;
const MESSAGE_MAX = 32 * 1024;
const BAD_REASON =
  'a condition reason must start with alphabetic character, optionally followed by a string of ' +
  "alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g. " +
  "'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex " +
  `used for validation is '${REASON.source.slice(1, -1)}')`;

export function conditionsErrors(
  conditions: readonly StatusCondition[] | undefined | null,
  field: string,
): FieldError[] {
  const seen = new Set<string>();
  return (conditions ?? []).flatMap((condition, index) => {
    const { type = '' } = condition;
    const path = `${field}[${index}]`;
    const errors = seen.has(type) ? [duplicate(`${path}.type`, type)] : [];
    seen.add(type);
    return [...errors, ...conditionErrors(condition, path)];
  });
}

function conditionErrors(condition: StatusCondition, path: string): FieldError[] {
  const { type = '', status = '', reason = '', message = '', observedGeneration = 0 } = condition;
  const errors = qualifiedNameErrors(type, `${path}.type`);
  if (!STATUSES.includes(status)) {
    errors.push(notSupported(`${path}.status`, status, STATUSES));
  }
  if (observedGeneration < 0) {
    const why = 'must be greater than or equal to zero';
    errors.push(invalid(`${path}.observedGeneration`, observedGeneration, why));
  }
  if (!condition.lastTransitionTime) errors.push(required(`${path}.lastTransitionTime`));
  if (reason === '') errors.push(required(`${path}.reason`));
  else if (!REASON.test(reason)) errors.push(invalid(`${path}.reason`, reason, BAD_REASON));
  if (reason.length > REASON_MAX) errors.push(tooLong(`${path}.reason`, REASON_MAX));
  if (message.length > MESSAGE_MAX) errors.push(tooLong(`${path}.message`, MESSAGE_MAX));
  return errors;
}
