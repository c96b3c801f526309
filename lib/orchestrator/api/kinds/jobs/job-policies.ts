/** Validation of a Job's policies: which failures of pods count, and when the Job has succeeded. */
import type { FieldError } from '../../field-error';
import { duplicate, invalid, notSupported, required, tooLong, tooMany } from '../../field-error';
import { invalidOmitted } from '../fields/field-checks';
import { nonNegativeNumber, qualifiedNameErrors } from '../fields/field-validation';
import { parseIndexes } from './job-indexes';
import type { DraftFailureRule, DraftJobSpec, DraftSuccessRule } from './job-spec-draft';

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const STATUSES = ['False', 'True', 'Unknown'];
const FAILURE_RULES_MAX = 20;
const EXIT_CODES_MAX = 255;
const PATTERNS_MAX = 20;
const SUCCESS_RULES_MAX = 20;
const INDEXES_TEXT_MAX = 64 * 1024;

const validValues = (values: readonly string[]): string =>
  `valid values: [${values.map((value) => JSON.stringify(value)).join(' ')}]`;

export function failurePolicyErrors(spec: DraftJobSpec, path: string): FieldError[] {
  const rules = spec.podFailurePolicy?.rules ?? [];
  const field = `${path}.rules`;
  const errors: FieldError[] = [];
  if (rules.length > FAILURE_RULES_MAX)
    errors.push(tooMany(field, rules.length, FAILURE_RULES_MAX));
  const { containers = [], initContainers = [] } = spec.template?.spec ?? {};
  const names = new Set([...containers, ...initContainers].map(({ name = '' }) => name));
  rules.forEach((rule, index) => {
    errors.push(...failureRuleErrors(spec, rule, names, `${field}[${index}]`));
  });
  return errors;
}

function failureRuleErrors(
  spec: DraftJobSpec,
  rule: DraftFailureRule,
  containers: ReadonlySet<string>,
  path: string,
): FieldError[] {
  const { action = '', onExitCodes, onPodConditions = [] } = rule;
  const field = `${path}.action`;
  const errors: FieldError[] = [];
  if (action === '') errors.push(required(field, validValues(ACTIONS)));
  else if (action === 'FailIndex') {
    if (spec.backoffLimitPerIndex === undefined) {
      errors.push(invalid(field, action, 'requires the backoffLimitPerIndex to be set'));
    }
  } else if (!ACTIONS.includes(action)) errors.push(notSupported(field, action, ACTIONS));
  if (onExitCodes) errors.push(...exitCodeErrors(onExitCodes, containers, `${path}.onExitCodes`));
  if (onPodConditions.length > 0) {
    errors.push(...patternErrors(onPodConditions, `${path}.onPodConditions`));
  }
  if (onExitCodes && onPodConditions.length > 0) {
    const why = 'specifying both OnExitCodes and OnPodConditions is not supported';
    errors.push(invalidOmitted(path, why));
  }
  if (!onExitCodes && onPodConditions.length === 0) {
    const why = 'specifying one of OnExitCodes and OnPodConditions is required';
    errors.push(invalidOmitted(path, why));
  }
  return errors;
}

function exitCodeErrors(
  requirement: NonNullable<DraftFailureRule['onExitCodes']>,
  containers: ReadonlySet<string>,
  path: string,
): FieldError[] {
  const { operator = '', containerName, values = [] } = requirement;
  const errors: FieldError[] = [];
  if (operator === '') errors.push(required(`${path}.operator`, validValues(OPERATORS)));
  else if (!OPERATORS.includes(operator)) {
    errors.push(notSupported(`${path}.operator`, operator, OPERATORS));
  }
  if (containerName !== undefined && containerName !== null && !containers.has(containerName)) {
    const why = 'must be one of the container or initContainer names in the pod template';
    errors.push(invalid(`${path}.containerName`, containerName, why));
  }
  const field = `${path}.values`;
  if (values.length === 0) {
    errors.push(invalid(field, requirement.values ?? null, 'at least one value is required'));
  } else if (values.length > EXIT_CODES_MAX) {
    errors.push(tooMany(field, values.length, EXIT_CODES_MAX));
  }
  const seen = new Set<number>();
  values.forEach((value, index) => {
    if (operator === 'In' && value === 0) {
      errors.push(invalid(`${field}[${index}]`, value, 'must not be 0 for the In operator'));
    }
    if (seen.has(value)) errors.push(duplicate(`${field}[${index}]`, value));
    seen.add(value);
  });
  if (values.some((value, index) => index > 0 && (values[index - 1] ?? 0) > value)) {
    errors.push(invalid(field, values, 'must be ordered'));
  }
  return errors;
}

function patternErrors(
  patterns: NonNullable<DraftFailureRule['onPodConditions']>,
  path: string,
): FieldError[] {
  const errors =
    patterns.length > PATTERNS_MAX ? [tooMany(path, patterns.length, PATTERNS_MAX)] : [];
  patterns.forEach(({ type = '', status = '' }, index) => {
    const field = `${path}[${index}]`;
    errors.push(...qualifiedNameErrors(type, `${field}.type`));
    if (status === '') errors.push(required(`${field}.status`, validValues(STATUSES)));
    else if (!STATUSES.includes(status)) {
      errors.push(notSupported(`${field}.status`, status, STATUSES));
    }
  });
  return errors;
}

export function successPolicyErrors(spec: DraftJobSpec, path: string): FieldError[] {
  const rules = spec.successPolicy?.rules ?? [];
  const field = `${path}.rules`;
  const errors: FieldError[] = [];
  if (rules.length === 0) {
    const why = 'at least one rules must be specified when the successPolicy is specified';
    errors.push(required(field, why));
  }
  if (rules.length > SUCCESS_RULES_MAX)
    errors.push(tooMany(field, rules.length, SUCCESS_RULES_MAX));
  rules.forEach((rule, index) => {
    errors.push(...successRuleErrors(spec.completions ?? 0, rule, `${field}[${index}]`));
  });
  return errors;
}

function successRuleErrors(
  completions: number,
  rule: DraftSuccessRule,
  path: string,
): FieldError[] {
  const { succeededIndexes: indexes, succeededCount: count } = rule;
  const errors: FieldError[] = [];
  if (indexes === undefined && count === undefined) {
    const why = 'at least one of succeededCount or succeededIndexes must be specified';
    errors.push(required(path, why));
  }
  let total = 0;
  if (indexes !== undefined) {
    const field = `${path}.succeededIndexes`;
    if (indexes.length > INDEXES_TEXT_MAX) errors.push(tooLong(field, INDEXES_TEXT_MAX));
    const parsed = parseIndexes(indexes, completions);
    if (typeof parsed === 'string') {
      errors.push(invalid(field, indexes, `error parsing succeededIndexes: ${parsed}`));
    } else total = parsed;
  }
  if (count === undefined) return errors;
  const field = `${path}.succeededCount`;
  errors.push(...nonNegativeNumber(count, field));
  if (count > completions) {
    const why = `must be less than or equal to ${completions} (the number of specified completions)`;
    errors.push(invalid(field, count, why));
  }
  if (indexes !== undefined && count > total) {
    const what = 'the number of indexes in the specified succeededIndexes field';
    errors.push(invalid(field, count, `must be less than or equal to ${total} (${what})`));
  }
  return errors;
}
