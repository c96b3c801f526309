/** The options of creates, updates and patches, as their URLs say them and as they may be. */
import {
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
  type FieldError,
} from '../../orchestrator/api/field-error';
import { invalidError } from '../../orchestrator/api/status-error';
import { dryRunErrors } from './delete-options';

export type OptionsKind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions';

const MANAGER_MAX = 128;
const VALIDATIONS = ['', 'Ignore', 'Strict', 'Warn'];

/** Throws ApiStatusError for options that the server does not take. */
export function checkWriteOptions(
  kind: OptionsKind,
  query: URLSearchParams,
  isApply = false,
): void {
  const manager = query.get('fieldManager') ?? '';
  const validation = query.get('fieldValidation') ?? '';
  const errors: FieldError[] = [
    ...(kind === 'PatchOptions' ? patchErrors(query, manager, isApply) : []),
    ...managerErrors(manager),
    ...dryRunErrors(query.getAll('dryRun')),
    ...(VALIDATIONS.includes(validation)
      ? []
      : [notSupported('fieldValidation', validation, VALIDATIONS)]),
  ];
  if (errors.length > 0) throw invalidError('meta.k8s.io', kind, '', errors);
}

function patchErrors(query: URLSearchParams, manager: string, isApply: boolean): FieldError[] {
  if (isApply) {
    return manager === '' ? [required('fieldManager', 'is required for apply patch')] : [];
  }
  return query.has('force') ? [forbidden('force', 'may not be specified for non-apply patch')] : [];
}

function managerErrors(manager: string): FieldError[] {
  const errors =
    Buffer.byteLength(manager) > MANAGER_MAX ? [tooLong('fieldManager', MANAGER_MAX)] : [];
  const characters = [...manager];
  const odd = characters.findIndex((one) => /[\p{C}\p{Zl}\p{Zp}]/u.test(one));
  if (odd < 0) return errors;
  const code = characters[odd]!.codePointAt(0)!;
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  const value = `Invalid value: ${goQuoted(manager)}`;
  const message = `${value}: invalid character ${name} (at position ${odd})`;
  return [...errors, { ...invalid('fieldManager', manager, ''), message }];
}

/** A text as Go quotes it. */
const goQuoted = (text: string): string =>
  JSON.stringify(text).replace(/\\u00([0-9a-f]{2})/g, '\\x$1');
