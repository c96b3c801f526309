/**
 * How a value merges, read off its schema: scalars and atomic values are owned as a whole, structs
 * and maps by field, keyed lists by item, sets by value. Values without a schema (custom
 * resources) merge as their JSON looks: maps by field, lists as a whole.
 */
import type { Schema } from '../schema/schema';
import { INT_OR_STRING, QUANTITY, resolveSchema } from '../schema/schema';
import type { PathElement } from './field-set';

export type FieldShape =
  | { readonly kind: 'leaf'; readonly type: 'scalar' | 'map' | 'list' }
  | {
      readonly kind: 'map';
      /** Schema of a field, and whether the type declares it. */
      readonly field: (name: string) => { readonly schema?: Schema; readonly declared: boolean };
      /** Whether fields that are not declared may be there. */
      readonly open: boolean;
    }
  | { readonly kind: 'list'; readonly keys: readonly string[]; readonly items: Schema | undefined };

export type ListShape = Extract<FieldShape, { kind: 'list' }>;
export type MapShape = Extract<FieldShape, { kind: 'map' }>;

const SCALAR: FieldShape = { kind: 'leaf', type: 'scalar' };
const ATOMIC_MAP: FieldShape = { kind: 'leaf', type: 'map' };
const ATOMIC_LIST: FieldShape = { kind: 'leaf', type: 'list' };
const UNKNOWN_FIELD = { declared: false } as const;
const OPEN_MAP: FieldShape = { kind: 'map', field: () => UNKNOWN_FIELD, open: true };

const shapes = new WeakMap<Schema, FieldShape | null>();

/** The shape of values of a schema; without one, of the value at hand. */
export function shapeOf(schema: Schema | undefined, value: unknown): FieldShape {
  if (schema === undefined) return shapeOfValue(value);
  let shape = shapes.get(schema);
  if (shape === undefined) {
    shape = shapeOfSchema(schema);
    shapes.set(schema, shape);
  }
  return shape ?? shapeOfValue(value);
}

function shapeOfValue(value: unknown): FieldShape {
  if (Array.isArray(value)) return ATOMIC_LIST;
  return typeof value === 'object' && value !== null ? OPEN_MAP : SCALAR;
}

/** null: the schema says nothing, the value decides. */
function shapeOfSchema(declared: Schema): FieldShape | null {
  if (declared.$ref === QUANTITY || declared.$ref === INT_OR_STRING) return SCALAR;
  const schema = resolveSchema(declared);
  if (schema === undefined) return null;
  switch (schema.type) {
    case 'array':
      return listShape(schema);
    case 'object':
      if (
        schema['x-kubernetes-map-type'] === 'atomic' ||
        declared['x-kubernetes-map-type'] === 'atomic'
      ) {
        return ATOMIC_MAP;
      }
      return mapShape(schema);
    case undefined:
      return schema['x-kubernetes-int-or-string'] ? SCALAR : null;
    default:
      return SCALAR;
  }
}

function listShape(schema: Schema): FieldShape {
  switch (schema['x-kubernetes-list-type']) {
    case 'map':
      return {
        kind: 'list',
        keys: schema['x-kubernetes-list-map-keys'] ?? [],
        items: schema.items,
      };
    case 'set':
      return { kind: 'list', keys: [], items: schema.items };
    default:
      return ATOMIC_LIST;
  }
}

function mapShape(schema: Schema): FieldShape | null {
  const { properties, additionalProperties } = schema;
  if (properties === undefined && additionalProperties === undefined) return null;
  return {
    kind: 'map',
    field: (name) => {
      if (properties !== undefined && Object.hasOwn(properties, name)) {
        return { schema: properties[name], declared: true };
      }
      return { schema: additionalProperties, declared: false };
    },
    open:
      additionalProperties !== undefined || schema['x-kubernetes-preserve-unknown-fields'] === true,
  };
}

/** An item that cannot be told from the others. */
export class ItemKeyError extends Error {}

/** What tells an item of a keyed list or set from the others. */
export function itemStep(shape: ListShape, item: unknown): PathElement {
  if (shape.keys.length === 0) return `v:${JSON.stringify(item)}`;
  if (item === null) {
    throw new ItemKeyError('associative list with keys may not have a null element');
  }
  if (typeof item !== 'object' || Array.isArray(item)) {
    throw new ItemKeyError('associative list with keys may not have non-map elements');
  }
  const fields = item as Readonly<Record<string, unknown>>;
  const key: Record<string, unknown> = {};
  let found = false;
  for (const name of [...shape.keys].sort()) {
    const value = fields[name] ?? keyDefault(shape.items, name);
    if (value === undefined) continue;
    key[name] = value;
    found = true;
  }
  if (!found) {
    const names = shape.keys.map((name) => JSON.stringify(name)).join(' ');
    throw new ItemKeyError(
      `associative list with keys has an element that omits all key fields [${names}] ` +
        "(and doesn't have default values for any key fields)",
    );
  }
  return `k:${JSON.stringify(key)}`;
}

/** Keys that an item leaves out have the schema's default, or are zero if they are required. */
function keyDefault(items: Schema | undefined, name: string): unknown {
  const schema = resolveSchema(items);
  const field = schema?.properties?.[name];
  if (field?.default !== undefined) return field.default;
  if (!schema?.required?.includes(name)) return undefined;
  if (field?.type === 'string') return '';
  return field?.type === 'integer' ? 0 : undefined;
}
