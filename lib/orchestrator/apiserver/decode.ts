/** Turns what a user sent into an object of a kind, or refuses it as the API server's decoder does. */
import type { KindDefinition } from '../api/kind';
import { decodeStrict, DecodeError } from '../api/schema/decode';
import { badRequestError } from '../api/status-error';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

/** The decoded object. Unknown fields are refused when strict, else dropped. */
export function decodeInto(
  kind: KindDefinition,
  input: unknown,
  fieldValidation: FieldValidation = 'Ignore',
  warn: (warning: string) => void = () => undefined,
  duplicates?: WeakMap<object, ReadonlySet<string>>,
): Record<string, unknown> {
  try {
    const { value, strictErrors } = decodeStrict(input, kind.schema, duplicates);
    if (strictErrors.length > 0 && fieldValidation === 'Strict') {
      throw badRequestError(
        `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ` +
          `strict decoding error: ${strictErrors.join(', ')}`,
      );
    }
    if (fieldValidation === 'Warn') strictErrors.forEach(warn);
    return value;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw badRequestError(
      `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${error.message}`,
    );
  }
}
