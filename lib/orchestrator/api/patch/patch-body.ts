/**
 * The body of a PATCH request from text to result: reads it, applies it by its content type, and
 * decodes what comes out, with the refusals of the API server's patch handler.
 */
import { invalid } from '../field-error';
import { DecodeError, decodeStrict } from '../schema/decode';
import type { FieldValidation } from '../schema/decode-body';
import { JsonTextError, parseJsonText } from '../schema/json-text';
import { schemaOf } from '../schema/schema';
import type { ApiStatusError } from '../status-error';
import { badRequestError, invalidError } from '../status-error';
import { applyJsonPatch } from './json-patch';
import { applyMergePatch } from './merge-patch';
import { goText, isMap } from '../json-map';
import type { JsonMap } from '../json-map';
import { shownObject } from './shown-object';
import { applyStrategicMergePatch } from './strategic-merge-patch';

/** The patch types that change an object in place; apply patches are `applyConfiguration`'s. */
export type PatchType = 'json' | 'merge' | 'strategic';

export interface PatchBody {
  readonly value: unknown;
  /** Fields that the body names twice. */
  readonly strictErrors: readonly string[];
}

export interface PatchedObject {
  readonly object: Record<string, unknown>;
  /** Texts for `Warning:` headers. */
  readonly warnings: readonly string[];
}

/** Reads a patch's text; throws ApiStatusError. */
export function parsePatchBody(type: PatchType, text: string): PatchBody {
  const prefix = type === 'strategic' ? '' : 'error decoding patch: ';
  try {
    const { value, duplicates } = parseJsonText(text);
    if (type === 'json') return { value, strictErrors: [] };
    if (value === null && type === 'merge') throw badRequestError('Invalid JSON Patch');
    if (!isMap(value)) {
      const target = 'Go value of type map[string]interface {}';
      throw badRequestError(`${prefix}json: cannot unmarshal ${jsonKind(value)} into ${target}`);
    }
    return { value, strictErrors: duplicateFields(value, duplicates, '') };
  } catch (error) {
    if (error instanceof JsonTextError) throw badRequestError(`${prefix}${error.message}`);
    throw error;
  }
}

/**
 * The object that a patch makes of `target`, decoded; throws ApiStatusError.
 * @param show the patched object in refusals
 */
export function applyPatchBody(
  type: PatchType,
  target: object,
  body: PatchBody,
  schemaKey: string | undefined,
  validation: FieldValidation = 'Warn',
  show = (object: object): string =>
    type === 'strategic' ? '' : shownObject(type, target, object, schemaOf(schemaKey)),
): PatchedObject {
  const { object, strictErrors } = patched(type, target, body.value, schemaKey);
  const shown = (): string => (type === 'strategic' ? goText(body.value) : show(object));
  try {
    const words = type === 'strategic' ? 'conversion' : 'json';
    const decoded = decodeStrict(object, schemaKey, undefined, words);
    let unknown = decoded.strictErrors;
    if (type !== 'strategic' && unknown.length > 1) {
      // They are told in the order in which the text shows them.
      unknown = decodeStrict(JSON.parse(show(object)), schemaKey, undefined, words).strictErrors;
    }
    const errors = [...body.strictErrors, ...strictErrors, ...unknown];
    if (errors.length > 0 && validation === 'Strict') {
      throw refusedPatch(shown(), `strict decoding error: ${errors.join(', ')}`);
    }
    return { object: decoded.value, warnings: validation === 'Warn' ? errors : [] };
  } catch (error) {
    if (error instanceof DecodeError) throw refusedPatch(shown(), error.message);
    throw error;
  }
}

function patched(
  type: PatchType,
  target: object,
  patch: unknown,
  schemaKey: string | undefined,
): { object: Record<string, unknown>; strictErrors: readonly string[] } {
  switch (type) {
    case 'json':
      return applyJsonPatch(target, patch);
    case 'merge':
      return {
        object: applyMergePatch(target as Record<string, unknown>, patch as object & JsonMap),
        strictErrors: [],
      };
    case 'strategic':
      return {
        object: applyStrategicMergePatch(target, patch as object, schemaKey ?? ''),
        strictErrors: [],
      };
  }
}

/** A patch whose result is no object of the type. */
export const refusedPatch = (shown: string, why: string): ApiStatusError =>
  invalidError('', '', '', [invalid('patch', shown, why)]);

function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function duplicateFields(
  value: unknown,
  duplicates: WeakMap<object, ReadonlySet<string>>,
  path: string,
): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => duplicateFields(item, duplicates, `${path}[${index}]`));
  }
  if (!isMap(value)) return [];
  const twice = duplicates.get(value);
  return Object.keys(value).flatMap((key) => {
    const below = path === '' ? key : `${path}.${key}`;
    const own = twice?.has(key) ? [`duplicate field ${JSON.stringify(below)}`] : [];
    return [...own, ...duplicateFields(value[key], duplicates, below)];
  });
}
