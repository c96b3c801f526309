/** Validation of Job specs, alone and in CronJobs. Stands for batch's ValidateJobSpec. */
import type { FieldError } from '../../field-error';
import { invalid, notSupported, required, tooLong } from '../../field-error';
import { isDns1123Subdomain } from '../../name-formats';
import { invalidFor, nonNegativeNumber, notSupportedInOrder } from '../fields/field-validation';
import { podTemplateErrors } from '../pods/pod-template-validation';
import { failurePolicyErrors, successPolicyErrors } from './job-policies';
import type { DraftJobSpec } from './job-spec-draft';
import { printableSuccessPolicy } from './policy-print';

const MANAGED_BY_MAX = 63;
const PARALLELISM_MAX = 100_000;
const FAILED_INDEXES_MAX = 100_000;
const MANY_COMPLETIONS = 100_000;
const LIMIT_OF_MANY = 10_000;
const HTTP_PATH = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;

export function jobSpecErrors(spec: DraftJobSpec, path: string): FieldError[] {
  const { completionMode, maxFailedIndexes } = spec;
  const errors: FieldError[] = [];
  for (const name of [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
    'backoffLimitPerIndex',
    'maxFailedIndexes',
  ] as const) {
    errors.push(...nonNegativeNumber(spec[name], `${path}.${name}`));
  }
  if (typeof maxFailedIndexes === 'number' && typeof spec.backoffLimitPerIndex !== 'number') {
    errors.push(required(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'));
  }
  errors.push(...managedByErrors(spec.managedBy, `${path}.managedBy`));
  const modes = ['NonIndexed', 'Indexed'];
  if (typeof completionMode === 'string' && !modes.includes(completionMode)) {
    errors.push(notSupportedInOrder(`${path}.completionMode`, completionMode, modes));
  }
  errors.push(...(completionMode === 'Indexed' ? indexedErrors(spec, path) : []));
  if ((completionMode ?? 'NonIndexed') === 'NonIndexed') {
    for (const name of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) {
      if (typeof spec[name] !== 'number') continue;
      errors.push(invalid(`${path}.${name}`, spec[name], 'requires indexed completion mode'));
    }
  }
  errors.push(
    ...policyErrors(spec, path),
    ...podTemplateErrors(spec.template ?? {}, `${path}.template`),
    ...restartPolicyErrors(spec, `${path}.template.spec.restartPolicy`),
  );
  return errors;
}

function managedByErrors(manager: string | undefined, field: string): FieldError[] {
  if (manager === undefined || manager === null) return [];
  const errors = domainPathErrors(manager, field);
  if (manager.length > MANAGED_BY_MAX) errors.push(tooLong(field, MANAGED_BY_MAX));
  return errors;
}

function domainPathErrors(text: string, field: string): FieldError[] {
  if (text === '') return [required(field)];
  const slash = text.indexOf('/');
  if (slash < 1 || slash === text.length - 1) {
    return [invalid(field, text, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  }
  const host = text.slice(0, slash);
  const path = text.slice(slash + 1);
  const errors = invalidFor(field, host, isDns1123Subdomain(host));
  if (HTTP_PATH.test(path)) return errors;
  const pattern = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
  const why = `Invalid path (regex used for validation is '${pattern}')`;
  return [...errors, invalid(field, path, why)];
}

function indexedErrors(spec: DraftJobSpec, path: string): FieldError[] {
  const { completions, parallelism, maxFailedIndexes } = spec;
  const errors: FieldError[] = [];
  const atMost = (name: 'parallelism' | 'maxFailedIndexes', max: number, when = ''): void => {
    const value = spec[name];
    if (typeof value !== 'number' || value <= max) return;
    errors.push(invalid(`${path}.${name}`, value, `must be less than or equal to ${max}${when}`));
  };
  if (typeof completions !== 'number') {
    errors.push(required(`${path}.completions`, 'when completion mode is Indexed'));
  }
  if (parallelism !== undefined) {
    atMost('parallelism', PARALLELISM_MAX, ' when completion mode is Indexed');
  }
  if (typeof completions === 'number' && (maxFailedIndexes ?? 0) > completions) {
    const why = 'must be less than or equal to completions';
    errors.push(invalid(`${path}.maxFailedIndexes`, maxFailedIndexes, why));
  }
  atMost('maxFailedIndexes', FAILED_INDEXES_MAX);
  const many = (completions ?? 0) > MANY_COMPLETIONS && spec.backoffLimitPerIndex !== undefined;
  if (!many) return errors;
  if (typeof maxFailedIndexes !== 'number') {
    const why = `must be specified when completions is above ${MANY_COMPLETIONS}`;
    errors.push(required(`${path}.maxFailedIndexes`, why));
  }
  const when = ` when completions are above ${MANY_COMPLETIONS} and used with backoff limit per index`;
  atMost('parallelism', LIMIT_OF_MANY, when);
  atMost('maxFailedIndexes', LIMIT_OF_MANY, when);
  return errors;
}

function policyErrors(spec: DraftJobSpec, path: string): FieldError[] {
  const { podFailurePolicy, successPolicy, podReplacementPolicy: replacement } = spec;
  const errors: FieldError[] = [];
  if (podFailurePolicy) errors.push(...failurePolicyErrors(spec, `${path}.podFailurePolicy`));
  if (successPolicy && spec.completionMode !== 'Indexed') {
    const shown = printableSuccessPolicy(spec);
    errors.push(invalid(`${path}.successPolicy`, shown, 'requires indexed completion mode'));
  } else if (successPolicy) errors.push(...successPolicyErrors(spec, `${path}.successPolicy`));
  if (replacement === undefined || replacement === null) return errors;
  const supported = podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  if (!supported.includes(replacement)) {
    errors.push(notSupported(`${path}.podReplacementPolicy`, replacement, supported));
  }
  return errors;
}

function restartPolicyErrors(spec: DraftJobSpec, field: string): FieldError[] {
  const { restartPolicy = '' } = spec.template?.spec ?? {};
  if (restartPolicy === 'Always' || restartPolicy === '') {
    return [required(field, 'valid values: "OnFailure", "Never"')];
  }
  if (restartPolicy !== 'OnFailure' && restartPolicy !== 'Never') {
    return [notSupportedInOrder(field, restartPolicy, ['OnFailure', 'Never'])];
  }
  if (!spec.podFailurePolicy || restartPolicy === 'Never') return [];
  const why = 'only "Never" is supported when podFailurePolicy is specified';
  return [invalid(field, restartPolicy, why)];
}
