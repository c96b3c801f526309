/** ConfigMap (core/v1): texts and bytes that pods mount or read as environment. */
import { deepEqual } from '../deep-equal';
import type { FieldError } from '../field-error';
import { forbidden, invalid, tooLong } from '../field-error';
import type { Draft } from '../kind';
import { isConfigMapKey, isDns1123Subdomain, validateObjectMeta } from '../names';
import type { KubeObject, StringMap } from '../object';
import { ageCell, kind } from './define';
import { invalidFor } from './fields/field-validation';

export const MAX_DATA_BYTES = 1_048_576;
const IMMUTABLE = 'field is immutable when `immutable` is set';

interface Data {
  readonly data?: StringMap;
  readonly binaryData?: StringMap;
  readonly immutable?: boolean;
}

export const configMapKind = kind({
  apiVersion: 'v1',
  plural: 'configmaps',
  updateOrder: ['metadata', 'changes', 'whole'],
  validate(draft) {
    const { data = {}, binaryData = {} } = draft as Data;
    const errors = validateObjectMeta(draft.metadata, true, isDns1123Subdomain);
    let size = 0;
    for (const key of Object.keys(data).sort()) {
      errors.push(...invalidFor(`data[${key}]`, key, isConfigMapKey(key)));
      if (key in binaryData) {
        errors.push(invalid(`data[${key}]`, key, 'duplicate of key present in binaryData'));
      }
      size += Buffer.byteLength(data[key] ?? '');
    }
    for (const key of Object.keys(binaryData).sort()) {
      errors.push(...invalidFor(`binaryData[${key}]`, key, isConfigMapKey(key)));
      size += decodedLength(binaryData[key] ?? '');
    }
    if (size > MAX_DATA_BYTES) errors.push(tooLong('[]', MAX_DATA_BYTES));
    return errors;
  },
  validateUpdate: (draft, old) => immutableDataErrors(draft, old, ['data', 'binaryData']),
  cells(object, context) {
    const { data = {}, binaryData = {} } = object as KubeObject & Data;
    const count = Object.keys(data).length + Object.keys(binaryData).length;
    return [object.metadata.name, count, ageCell(object.metadata.creationTimestamp, context)];
  },
});

/** What may not change once an object says that it is immutable; Secrets are alike. */
export function immutableDataErrors(
  draft: Draft,
  old: KubeObject,
  fields: readonly string[],
): FieldError[] {
  const before = old as unknown as Record<string, unknown>;
  if (before['immutable'] !== true) return [];
  const errors: FieldError[] = [];
  if (draft['immutable'] !== true) errors.push(forbidden('immutable', IMMUTABLE));
  for (const field of fields) {
    if (!deepEqual(draft[field], before[field])) errors.push(forbidden(field, IMMUTABLE));
  }
  return errors;
}

/** How many bytes a base64 text stands for. */
export function decodedLength(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return Math.floor((base64.length * 3) / 4) - padding;
}
