/** Validation of tolerations, topology spread constraints, readiness and scheduling gates. */
import type { FieldError } from '../../field-error';
import { duplicate, invalid, notSupported, required } from '../../field-error';
import { validateLabelSelector } from '../../label-selector';
import { isLabelValue } from '../../name-formats';
import { positiveNumber } from '../fields/field-checks';
import { notSupportedInOrder, qualifiedNameErrors } from '../fields/field-validation';
import { labelKeysErrors } from './affinity-validation';
import type { DraftSpreadConstraint, DraftToleration } from './pod-spec-draft';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const ACTIONS = ['DoNotSchedule', 'ScheduleAnyway'];

export function tolerationsErrors(
  tolerations: readonly DraftToleration[],
  path: string,
): FieldError[] {
  return tolerations.flatMap((one, index) => tolerationErrors(one, `${path}[${index}]`));
}

function tolerationErrors(toleration: DraftToleration, path: string): FieldError[] {
  const { key = '', operator = '', value = '', effect = '', tolerationSeconds } = toleration;
  const field = `${path}.operator`;
  const errors = key === '' ? [] : qualifiedNameErrors(key, `${path}.key`);
  if (key === '' && operator !== 'Exists') {
    const why =
      'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    errors.push(invalid(field, operator, why));
  }
  if (typeof tolerationSeconds === 'number' && effect !== 'NoExecute') {
    const why = "effect must be 'NoExecute' when `tolerationSeconds` is set";
    errors.push(invalid(`${path}.effect`, effect, why));
  }
  if (operator === 'Equal' || operator === '') {
    const messages = isLabelValue(value);
    if (messages.length > 0) errors.push(invalid(field, value, messages.join(';')));
  } else if (operator === 'Exists') {
    if (value !== '') {
      errors.push(invalid(field, value, "value must be empty when `operator` is 'Exists'"));
    }
  } else if (operator === 'Lt' || operator === 'Gt') {
    // These are behind a gate that is off, yet the refusal names them.
    errors.push(notSupportedInOrder(field, operator, ['Equal', 'Exists', 'Lt', 'Gt']));
  } else errors.push(notSupportedInOrder(field, operator, ['Equal', 'Exists']));
  if (effect !== '' && !EFFECTS.includes(effect)) {
    errors.push(notSupportedInOrder(`${path}.effect`, effect, EFFECTS));
  }
  return errors;
}

export function spreadConstraintsErrors(
  constraints: readonly DraftSpreadConstraint[],
  path: string,
): FieldError[] {
  return constraints.flatMap((constraint, index) => [
    ...spreadErrors(constraint, constraints.slice(index + 1), `${path}[${index}]`),
  ]);
}

function spreadErrors(
  constraint: DraftSpreadConstraint,
  rest: readonly DraftSpreadConstraint[],
  path: string,
): FieldError[] {
  const { topologyKey = '', whenUnsatisfiable = '', minDomains, labelSelector } = constraint;
  const errors = positiveNumber(constraint.maxSkew, `${path}.maxSkew`);
  if (topologyKey === '') errors.push(required(`${path}.topologyKey`, 'can not be empty'));
  if (!ACTIONS.includes(whenUnsatisfiable)) {
    errors.push(notSupported(`${path}.whenUnsatisfiable`, whenUnsatisfiable, ACTIONS));
  }
  const repeated = rest.some(
    (other) =>
      (other.topologyKey ?? '') === topologyKey &&
      (other.whenUnsatisfiable ?? '') === whenUnsatisfiable,
  );
  if (repeated) {
    const pair = `{${topologyKey}, ${whenUnsatisfiable}}`;
    errors.push(duplicate(`${path}.{topologyKey, whenUnsatisfiable}`, pair));
  }
  if (typeof minDomains === 'number') {
    const field = `${path}.minDomains`;
    errors.push(...positiveNumber(minDomains, field));
    if (whenUnsatisfiable !== 'DoNotSchedule') {
      const why = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
      errors.push(invalid(field, minDomains, why));
    }
  }
  for (const policy of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
    const value = constraint[policy];
    if (value === undefined || value === null || value === 'Honor' || value === 'Ignore') continue;
    errors.push(notSupported(`${path}.${policy}`, value, ['Honor', 'Ignore']));
  }
  return [
    ...errors,
    ...labelKeysErrors(constraint.matchLabelKeys ?? [], [], labelSelector, path),
    ...validateLabelSelector(labelSelector, `${path}.labelSelector`),
  ];
}

export function readinessGatesErrors(
  gates: readonly { readonly conditionType?: string }[],
  path: string,
): FieldError[] {
  return gates.flatMap(({ conditionType = '' }, index) =>
    qualifiedNameErrors(conditionType, `${path}[${index}].conditionType`),
  );
}

export function schedulingGatesErrors(
  gates: readonly { readonly name?: string }[],
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  gates.forEach(({ name = '' }, index) => {
    const field = `${path}[${index}]`;
    errors.push(...qualifiedNameErrors(name, field));
    if (seen.has(name)) errors.push(duplicate(field, name));
    seen.add(name);
  });
  return errors;
}
