/** Turns a configuration to apply into an object of a kind, or refuses it as the API server does. */
import type { KindDefinition } from '../api/kind';
import { decodeStrict, DecodeError } from '../api/schema/decode';
import { badRequestError } from '../api/status-error';

/** The object as it is stored, if it is written in a version of the kind that is not. */
export function storedForm(
  kind: KindDefinition,
  input: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return kind.conversion?.toStored(decodeInto(kind, input, 'Strict')) ?? input;
}

/** The object without what the schema of a custom resource does not name, and what that was. */
export function pruned(
  kind: KindDefinition,
  object: Record<string, unknown>,
): { object: Record<string, unknown>; unknown: string[] } {
  if (kind.prune === undefined) return { object, unknown: [] };
  const { value, unknown } = kind.prune(object);
  return {
    object: value as Record<string, unknown>,
    unknown: unknown.map((path) => `unknown field ${JSON.stringify(path)}`),
  };
}

/** The decoded object. Unknown fields are refused when strict, else dropped. */
export function decodeInto(
  kind: KindDefinition,
  input: unknown,
  fieldValidation: 'Ignore' | 'Strict' = 'Ignore',
): Record<string, unknown> {
  const refuse = (why: string): Error =>
    badRequestError(
      `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${why}`,
    );
  try {
    const decoded = decodeStrict(input, kind.schema);
    const { object: value, unknown } = pruned(kind, decoded.value);
    const strictErrors = [...decoded.strictErrors, ...unknown];
    if (strictErrors.length > 0 && fieldValidation === 'Strict') {
      throw refuse(`strict decoding error: ${strictErrors.join(', ')}`);
    }
    return value;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw refuse(error.message);
  }
}
