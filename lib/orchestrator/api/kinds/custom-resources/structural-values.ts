/**
 * What a structural schema makes of a custom resource before it is validated: fields that it does
 * not name are dropped, nulls where none may be too, and defaults are filled in.
 */
import { isMap, type JsonMap } from '../../json-map';
import type { StructuralSchema } from './structural-schema-type';

export interface Pruned {
  readonly value: unknown;
  /** Paths of the fields that were dropped, sorted. */
  readonly unknown: readonly string[];
}

/** Fields that every object has, whatever its schema says. */
const OF_OBJECTS = ['apiVersion', 'kind', 'metadata'];

/** Drops what the schema does not name from a whole object. */
export function pruneObject(object: JsonMap, schema: StructuralSchema): Pruned {
  const unknown: string[] = [];
  const value = prune(object, schema, '', true, unknown);
  return { value, unknown: unknown.sort() };
}

/** Whether a default has fields that its schema does not name. */
export function hasUnknownFields(value: unknown, schema: StructuralSchema): boolean {
  const unknown: string[] = [];
  prune(value, schema, '', schema['x-kubernetes-embedded-resource'] === true, unknown);
  return unknown.length > 0;
}

function prune(
  value: unknown,
  schema: StructuralSchema | undefined,
  path: string,
  isObject: boolean,
  unknown: string[],
): unknown {
  if (schema === undefined) return value;
  if (Array.isArray(value)) {
    const { items } = schema;
    return value.map((item, i) =>
      prune(
        item,
        items,
        `${path}[${i}]`,
        items?.['x-kubernetes-embedded-resource'] === true,
        unknown,
      ),
    );
  }
  if (!isMap(value)) return value;
  const { properties = {}, additionalProperties } = schema;
  const keeps = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const result: Record<string, unknown> = {};
  for (const [name, child] of Object.entries(value)) {
    const at = path === '' ? name : `${path}.${name}`;
    const declared = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const open = typeof additionalProperties === 'object' ? additionalProperties : undefined;
    const below = declared ?? open;
    if (isObject && OF_OBJECTS.includes(name)) result[name] = child;
    else if (below !== undefined) {
      const embedded = below['x-kubernetes-embedded-resource'] === true;
      result[name] = prune(child, below, at, embedded, unknown);
    } else if (keeps || additionalProperties === true) result[name] = child;
    else unknown.push(at);
  }
  return result;
}

/** The value with what the schema fills in; the value itself if that is nothing. */
export function withDefaults(value: unknown, schema: StructuralSchema | undefined): unknown {
  if (schema === undefined) return value;
  if (Array.isArray(value)) {
    if (schema.items === undefined) return value;
    const items = value.map((item) => withDefaults(item, schema.items));
    return items.some((item, i) => item !== value[i]) ? items : value;
  }
  if (!isMap(value)) return value;
  const { properties = {}, additionalProperties } = schema;
  const result: Record<string, unknown> = { ...value };
  let changed = false;
  for (const [name, below] of Object.entries(properties)) {
    if (below === undefined) continue;
    const given = result[name];
    const isNull = given === null && below.nullable !== true;
    if ((given === undefined || isNull) && below.default !== undefined) {
      result[name] = withDefaults(below.default, below);
      changed = true;
    } else if (isNull) {
      delete result[name];
      changed = true;
    } else if (given !== undefined) {
      const filled = withDefaults(given, below);
      if (filled === given) continue;
      result[name] = filled;
      changed = true;
    }
  }
  if (typeof additionalProperties === 'object') {
    for (const [name, given] of Object.entries(value)) {
      if (Object.hasOwn(properties, name)) continue;
      const filled = withDefaults(given, additionalProperties);
      if (filled === given) continue;
      result[name] = filled;
      changed = true;
    }
  }
  return changed ? result : value;
}
