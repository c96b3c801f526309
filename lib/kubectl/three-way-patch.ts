/**
 * The patch of client-side apply: what the configuration says differently from the live object, and
 * the removal of what the last configuration said and this one does not.
 * Stands for strategicpatch.CreateThreeWayMergePatch.
 */
import { isMap, type JsonMap } from '../orchestrator/api/json-map';
import { deepEqual } from '../orchestrator/api/deep-equal';
import {
  declaredField,
  resolveSchema,
  schemaOf,
  type Schema,
} from '../orchestrator/api/schema/schema';

/** A strategic merge patch from `live` to `wanted`; undefined if there is nothing to change. */
export function threeWayPatch(
  last: JsonMap,
  wanted: JsonMap,
  live: JsonMap,
  schemaKey: string | undefined,
): JsonMap | undefined {
  const patch = mapPatch(last, wanted, live, schemaOf(schemaKey));
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function mapPatch(
  last: JsonMap,
  wanted: JsonMap,
  live: JsonMap,
  schema: Schema | undefined,
): Record<string, unknown> {
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(wanted)) {
    const value = wanted[key];
    if (value === null || value === undefined) {
      if (live[key] !== undefined) patch[key] = null;
      continue;
    }
    const change = fieldPatch(last[key], value, live[key], declaredField(schema, key));
    if (change === undefined) continue;
    patch[key] = change;
    const order = elementOrder(value, declaredField(schema, key));
    if (order !== undefined) patch[`$setElementOrder/${key}`] = order;
  }
  for (const key of Object.keys(last)) {
    if (wanted[key] === undefined && live[key] !== undefined) patch[key] = null;
  }
  return patch;
}

/** The order in which the configuration has the items of a list that merges by key. */
function elementOrder(wanted: unknown, schema: Schema | undefined): JsonMap[] | undefined {
  const mergeKey = mergeKeyOf(schema);
  if (mergeKey === undefined || !Array.isArray(wanted)) return undefined;
  return wanted.filter(isMap).map((item) => ({ [mergeKey]: item[mergeKey] }));
}

function mergeKeyOf(schema: Schema | undefined): string | undefined {
  const merges = schema?.['x-kubernetes-patch-strategy']?.split(',').includes('merge') === true;
  return merges ? schema['x-kubernetes-patch-merge-key'] : undefined;
}

function fieldPatch(
  last: unknown,
  wanted: unknown,
  live: unknown,
  schema: Schema | undefined,
): unknown {
  if (live === undefined) return wanted;
  if (isMap(wanted) && isMap(live)) {
    const patch = mapPatch(isMap(last) ? last : {}, wanted, live, resolveSchema(schema));
    return Object.keys(patch).length === 0 ? undefined : patch;
  }
  if (Array.isArray(wanted) && Array.isArray(live)) {
    return listPatch(Array.isArray(last) ? last : [], wanted, live, schema);
  }
  return deepEqual(wanted, live) ? undefined : wanted;
}

function listPatch(
  last: readonly unknown[],
  wanted: readonly unknown[],
  live: readonly unknown[],
  schema: Schema | undefined,
): unknown {
  const mergeKey = mergeKeyOf(schema);
  // FIDELITY: merging lists of plain values (finalizers) are replaced whole.
  if (mergeKey === undefined) return deepEqual(wanted, live) ? undefined : wanted;
  const items = resolveSchema(schema?.items);
  const byKey = (list: readonly unknown[]): Map<unknown, JsonMap> =>
    new Map(list.filter(isMap).map((item) => [item[mergeKey], item]));
  const [lasts, lives, wanteds] = [byKey(last), byKey(live), byKey(wanted)];
  const changes: JsonMap[] = [];
  for (const [key, item] of wanteds) {
    const present = lives.get(key);
    if (present === undefined) changes.push(item);
    else {
      const change = mapPatch(lasts.get(key) ?? {}, item, present, items);
      if (Object.keys(change).length > 0) changes.push({ ...change, [mergeKey]: key });
    }
  }
  for (const key of lasts.keys()) {
    if (!wanteds.has(key) && lives.has(key)) changes.push({ $patch: 'delete', [mergeKey]: key });
  }
  return changes.length === 0 ? undefined : changes;
}
