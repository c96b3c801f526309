/**
 * Strategic merge patch: a merge patch that knows from the schema which lists merge and by which
 * key, with the directives $patch, $retainKeys, $deleteFromPrimitiveList and $setElementOrder.
 * Stands for apimachinery's strategicpatch package, for the built-in types.
 */
import type { Schema } from '../schema/schema';
import { declaredField, schemaOf } from '../schema/schema';
import { badRequestError, failure } from '../status-error';
import type { JsonMap } from '../json-map';
import { goText, isMap } from '../json-map';
import {
  mergedOrder,
  partitionByPresence,
  withoutDirectives,
  withoutNulls,
} from './strategic-merge-lists';

const PATCH = '$patch';
const RETAIN_KEYS = '$retainKeys';
const DELETE_FROM_LIST = '$deleteFromPrimitiveList/';
const SET_ORDER = '$setElementOrder/';

const BAD_RETAIN_KEYS = 'invalid patch format of retainKeys';

/** A new object with the patch merged in; throws ApiStatusError. Neither argument is changed. */
export function applyStrategicMergePatch(
  target: object,
  patch: object,
  schemaKey: string,
): Record<string, unknown> {
  return mergeMaps(target as JsonMap, patch as JsonMap, schemaOf(schemaKey));
}

/** A patch that is wrong in a way for which the server has no status of its own. */
const unspecific = (message: string): Error => failure(500, undefined, message);

function mergeMaps(
  original: JsonMap | undefined,
  patch: JsonMap,
  schema: Schema | undefined,
): Record<string, unknown> {
  if (PATCH in patch) return mapByDirective(patch);
  const result = retainedKeys(original ?? {}, patch);
  const done = applyElementOrders(result, patch, schema);
  for (const key of Object.keys(patch)) {
    if (done.has(key) || key === RETAIN_KEYS || key.startsWith(SET_ORDER)) continue;
    if (key.startsWith(DELETE_FROM_LIST)) {
      deleteFromList(result, key.slice(DELETE_FROM_LIST.length), patch[key]);
    } else {
      mergeField(result, key, patch[key], schema);
    }
  }
  return result;
}

function mapByDirective(patch: JsonMap): Record<string, unknown> {
  const { [PATCH]: directive, ...rest } = patch;
  if (directive === 'replace') return rest;
  if (directive === 'delete') return {};
  throw unspecific(`unknown patch type: ${goText(directive)} in map: ${goText(patch)}`);
}

/** A copy of the original, cut to $retainKeys if the patch has them. */
function retainedKeys(original: JsonMap, patch: JsonMap): Record<string, unknown> {
  if (!(RETAIN_KEYS in patch)) return { ...original };
  const list = patch[RETAIN_KEYS];
  if (!Array.isArray(list)) throw badRequestError(BAD_RETAIN_KEYS);
  const retained = new Set<unknown>(list);
  for (const key of Object.keys(patch)) {
    if (key === RETAIN_KEYS || patch[key] === null) continue;
    if (key.startsWith(DELETE_FROM_LIST) || key.startsWith(SET_ORDER)) continue;
    if (!retained.has(key)) throw badRequestError(BAD_RETAIN_KEYS);
  }
  return Object.fromEntries(Object.entries(original).filter(([key]) => retained.has(key)));
}

function mergeField(
  result: Record<string, unknown>,
  key: string,
  value: unknown,
  schema: Schema | undefined,
): void {
  if (value === null || value === undefined) {
    delete result[key];
    return;
  }
  const current = result[key];
  const declared = declaredField(schema, key);
  if (isMap(current) && isMap(value)) {
    const merged = strategyOf(declared) === 'replace' ? value : mergeMaps(current, value, declared);
    result[key] = merged;
  } else if (Array.isArray(current) && Array.isArray(value)) {
    result[key] = mergeListField(current, value, declared);
  } else {
    const kept = withoutDirectives(withoutNulls(value));
    if (kept === undefined) delete result[key];
    else result[key] = kept.value;
  }
}

/** The strategy besides retainKeys, which speaks of a map's keys and not of how it merges. */
function strategyOf(declared: Schema | undefined): string {
  const strategies = (declared?.['x-kubernetes-patch-strategy'] ?? '').split(',');
  return strategies.filter((strategy) => strategy !== 'retainKeys')[0] ?? '';
}

function mergeListField(
  current: readonly unknown[],
  patch: readonly unknown[],
  declared: Schema | undefined,
): unknown[] {
  if (strategyOf(declared) !== 'merge') return [...patch];
  return mergeLists(current, patch, declared);
}

function mergeLists(
  original: readonly unknown[],
  patch: readonly unknown[],
  declared: Schema | undefined,
): unknown[] {
  if (original.length === 0 && patch.length === 0) return [];
  if (!elementsAreMaps(original, patch)) {
    const merged = [...new Set([...original, ...patch])];
    return inOrder(merged, patch, original, '');
  }
  const mergeKey = declared?.['x-kubernetes-patch-merge-key'] ?? '';
  if (mergeKey === '') throw unspecific('cannot merge lists without merge key for ');
  const { base, additions } = applyItemDirectives(
    original as readonly JsonMap[],
    patch as readonly JsonMap[],
    mergeKey,
  );
  const merged = mergeItems(base, additions, mergeKey, declared?.items);
  return inOrder(merged, additions, base, mergeKey);
}

function inOrder(
  merged: readonly unknown[],
  patchOrder: readonly unknown[],
  serverOrder: readonly unknown[],
  mergeKey: string,
): unknown[] {
  const { present, absent } = partitionByPresence(merged, patchOrder, mergeKey);
  return mergedOrder(present, absent, patchOrder, serverOrder, mergeKey);
}

/** Whether the elements are maps; mixed lists and lists of lists are refused. */
function elementsAreMaps(...lists: readonly (readonly unknown[])[]): boolean {
  const elements = lists.flat(1);
  if (elements.length === 0) throw unspecific('no elements in any of the given slices');
  if (lists.some((list) => list.some((element) => Array.isArray(element)))) {
    throw failure(
      422,
      'Invalid',
      'the server rejected our request due to an error in our request',
      {},
    );
  }
  const kinds = new Set(elements.map((element) => (isMap(element) ? 'map' : typeof element)));
  if (kinds.size > 1) {
    throw unspecific(`list element types are not identical: ${goText(lists)}`);
  }
  return kinds.has('map');
}

/** Obeys `$patch` in items: what stays of the original, and the items without directive. */
function applyItemDirectives(
  original: readonly JsonMap[],
  patch: readonly JsonMap[],
  mergeKey: string,
): { base: readonly JsonMap[]; additions: readonly JsonMap[] } {
  let base = original;
  let replace = false;
  const additions: JsonMap[] = [];
  for (const item of patch) {
    const directive = item[PATCH];
    if (directive === undefined) {
      additions.push(item);
    } else if (directive === 'delete') {
      if (!(mergeKey in item)) throw noMergeKey(item, mergeKey);
      const gone = item[mergeKey];
      base = base.filter((candidate) => candidate[mergeKey] !== gone);
    } else if (directive === 'replace') {
      replace = true;
    } else if (directive === 'merge') {
      throw unspecific('merging lists cannot yet be specified in the patch');
    } else {
      throw unspecific(`unknown patch type: ${goText(directive)} in map: ${goText(item)}`);
    }
  }
  return replace ? { base: additions, additions: [] } : { base, additions };
}

const noMergeKey = (item: JsonMap, mergeKey: string): Error =>
  unspecific(`map: ${goText(item)} does not contain declared merge key: ${mergeKey}`);

function mergeItems(
  base: readonly JsonMap[],
  additions: readonly JsonMap[],
  mergeKey: string,
  items: Schema | undefined,
): unknown[] {
  const merged: JsonMap[] = [...base];
  for (const item of additions) {
    if (!(mergeKey in item)) throw noMergeKey(item, mergeKey);
    const index = merged.findIndex((candidate) => candidate[mergeKey] === item[mergeKey]);
    if (index < 0) merged.push(item);
    else merged[index] = mergeMaps(merged[index], item, items);
  }
  return merged;
}

function deleteFromList(result: Record<string, unknown>, key: string, value: unknown): void {
  const current = result[key];
  if (!Array.isArray(current) || !Array.isArray(value)) return;
  const gone = new Set<unknown>(value);
  result[key] = current.filter((element) => !gone.has(element));
}

/** Merges and orders the lists that have a `$setElementOrder`; gives the keys that are done. */
function applyElementOrders(
  result: Record<string, unknown>,
  patch: JsonMap,
  schema: Schema | undefined,
): Set<string> {
  const done = new Set<string>();
  for (const directive of Object.keys(patch)) {
    if (!directive.startsWith(SET_ORDER)) continue;
    const order = patch[directive];
    const key = directive.slice(SET_ORDER.length);
    if (!Array.isArray(order)) {
      throw unspecific(`expected a []interface {}, but received a ${goKind(order)}`);
    }
    done.add(key);
    applyElementOrder(result, key, patch[key], order, declaredField(schema, key));
  }
  return done;
}

function applyElementOrder(
  result: Record<string, unknown>,
  key: string,
  patchList: unknown,
  order: readonly unknown[],
  declared: Schema | undefined,
): void {
  const mergeKey = declared?.['x-kubernetes-patch-merge-key'] ?? '';
  const current = result[key];
  const original = Array.isArray(current) ? (current as readonly unknown[]) : undefined;
  const additions = Array.isArray(patchList) ? (patchList as readonly unknown[]) : undefined;
  if (additions !== undefined) checkOrder(additions, order, mergeKey);
  let merged: readonly unknown[];
  if (original !== undefined && additions !== undefined) {
    merged = mergeListField(original, additions, declared);
  } else if (additions !== undefined) {
    const kept = withoutDirectives(additions);
    merged = (kept?.value ?? []) as readonly unknown[];
  } else if (original !== undefined) {
    merged = original;
  } else {
    return;
  }
  const { present, absent } = partitionByPresence(merged, order, mergeKey);
  result[key] = mergedOrder(present, absent, order, original ?? [], mergeKey);
}

/** The items of the patch must appear in the order list, in that order. */
function checkOrder(
  patchList: readonly unknown[],
  order: readonly unknown[],
  mergeKey: string,
): void {
  const identity = (element: unknown): unknown =>
    mergeKey !== '' && isMap(element) ? element[mergeKey] : element;
  const known = order.map(identity);
  let position = 0;
  for (const element of patchList) {
    if (isMap(element) && element[PATCH] !== undefined) continue;
    const found = known.indexOf(identity(element), position);
    if (found < 0) {
      throw unspecific(
        `The order in patch list:\n${goText(patchList)}\n doesn't match ` +
          `$setElementOrder list:\n${goText(order)}\n`,
      );
    }
    position = found + 1;
  }
}

const goKind = (value: unknown): string =>
  isMap(value) ? 'map[string]interface {}' : value === null ? '%!s(<nil>)' : typeof value;
