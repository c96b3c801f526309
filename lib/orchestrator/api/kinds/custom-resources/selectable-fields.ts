/** Validation of the fields by which lists of custom resources can be selected. */
import type { FieldError } from '../../field-error';
import { duplicate, invalid, required, tooMany } from '../../field-error';
import type { DraftSchema } from './draft-schema';

const FIELDS_MAX = 8;
const TYPES = ['boolean', 'integer', 'string'];

export function selectableFieldErrors(
  fields: readonly { readonly jsonPath?: string }[],
  schema: DraftSchema | undefined,
  path: string,
): FieldError[] {
  const errors = fields.length > FIELDS_MAX ? [tooMany(path, fields.length, FIELDS_MAX)] : [];
  fields.forEach(({ jsonPath = '' }, i) => {
    const field = `${path}[${i}].jsonPath`;
    if (jsonPath === '') errors.push(required(field));
    else errors.push(...pathErrors(jsonPath, schema, field));
    if (fields.findIndex((other) => other.jsonPath === jsonPath) < i) {
      errors.push(duplicate(field, jsonPath));
    }
  });
  return errors;
}

function pathErrors(text: string, schema: DraftSchema | undefined, field: string): FieldError[] {
  if (!/^[.[]/.test(text)) {
    return [invalid(field, text, `is an invalid path: expected [ or . but got: ${text}`)];
  }
  let found = schema;
  for (const name of text.split('.').slice(1)) found = found?.properties?.[name];
  if (found === undefined) {
    return [invalid(field, text, 'is an invalid path: does not refer to a valid field')];
  }
  if (TYPES.includes(found.type ?? '')) return [];
  const why =
    'must point to a field of type string, boolean or integer. ' +
    'Enum string fields and strings with formats are allowed.';
  return [invalid(field, text, why)];
}
