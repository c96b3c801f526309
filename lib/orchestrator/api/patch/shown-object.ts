/**
 * A patched object as refusals show it: what the patch went through has sorted fields, all else is
 * as Go wrote it before the patch.
 */
import { deepEqual } from '../deep-equal';
import { isMap } from '../json-map';
import { inGoOrder } from '../schema/go-order';
import { declaredField, resolveSchema, type Schema } from '../schema/schema';

const HTML: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' };

/** @param type of the patch: JSON patches go into lists, merge patches replace them */
export function shownObject(
  type: 'json' | 'merge',
  target: object,
  patched: unknown,
  schema: Schema | undefined,
): string {
  const text = JSON.stringify(shown(type, target, patched, schema, true));
  return text.replace(/[<>&]/g, (character) => HTML[character] ?? character);
}

function shown(
  type: 'json' | 'merge',
  before: unknown,
  value: unknown,
  declared: Schema | undefined,
  isRoot = false,
): unknown {
  if (!isRoot && deepEqual(before, value)) return inGoOrder(value, declared);
  if (Array.isArray(value)) {
    if (type === 'merge' || !Array.isArray(before)) return value;
    const items = resolveSchema(declared)?.items;
    return value.map((item, i) => shown(type, before[i], item, items));
  }
  if (!isMap(value)) return value;
  const was = isMap(before) ? before : {};
  if (type === 'json' && !isMap(before)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, shown(type, was[name], value[name], declaredField(declared, name))]),
  );
}
