/**
 * What an object of a type has that was given nothing: the structs that Go's types always hold
 * (`spec: {}`, `template: {metadata: {}, spec: {…}}`). Creating an object is an update of that,
 * so those structs belong to nobody.
 */
import type { Schema } from '../schema/schema';
import { resolveSchema } from '../schema/schema';

const zeros = new WeakMap<Schema, unknown>();
const known = new WeakSet<object>();

/** The empty object of a schema: frozen, the same one each time. */
export function zeroObject(declared: Schema | undefined): unknown {
  const schema = resolveSchema(declared);
  if (schema === undefined) return NOTHING;
  const cached = zeros.get(schema);
  if (cached !== undefined) return cached;
  const zero = buildZero(schema);
  zeros.set(schema, zero);
  return zero;
}

/** Whether a value is such an empty object. */
export const isZeroObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && known.has(value);

const NOTHING: Readonly<Record<string, never>> = Object.freeze({});

function buildZero(schema: Schema): unknown {
  const result: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    if (field === undefined || field['x-go-always'] !== true) continue;
    result[name] = field.type === undefined ? zeroObject(field) : null;
  }
  const zero = Object.freeze(result);
  known.add(zero);
  return zero;
}
