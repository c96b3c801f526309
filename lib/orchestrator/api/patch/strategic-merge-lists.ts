/**
 * The order of merged lists, and the clean-up of values that a strategic merge patch adds.
 * The patch's items come in the patch's order, the server's own in theirs, the two interleaved by
 * where the server's list had them.
 */

import { isMap } from '../json-map';

/** What tells an element from the others: its merge key, or itself if it is a scalar. */
const identityOf = (element: unknown, mergeKey: string): unknown =>
  mergeKey !== '' && isMap(element) ? element[mergeKey] : element;

/** Splits a list into the elements that `reference` has and the others. */
export function partitionByPresence(
  list: readonly unknown[],
  reference: readonly unknown[],
  mergeKey: string,
): { present: unknown[]; absent: unknown[] } {
  const known = new Set(reference.map((element) => identityOf(element, mergeKey)));
  const present: unknown[] = [];
  const absent: unknown[] = [];
  for (const element of list) {
    (known.has(identityOf(element, mergeKey)) ? present : absent).push(element);
  }
  return { present, absent };
}

/** Orders what the patch names by the patch, the rest by the server, and interleaves the two. */
export function mergedOrder(
  patchItems: readonly unknown[],
  serverItems: readonly unknown[],
  patchOrder: readonly unknown[],
  serverOrder: readonly unknown[],
  mergeKey: string,
): unknown[] {
  const patchPlaces = placesOf(patchOrder, mergeKey);
  const serverPlaces = placesOf(serverOrder, mergeKey);
  const left = sortedBy(serverItems, serverPlaces, mergeKey);
  const right = sortedBy(patchItems, patchPlaces, mergeKey);
  const result: unknown[] = [];
  let l = 0;
  let r = 0;
  while (l < left.length && r < right.length) {
    const leftPlace = serverPlaces.get(identityOf(left[l], mergeKey));
    const rightPlace = serverPlaces.get(identityOf(right[r], mergeKey));
    const leftFirst = leftPlace !== undefined && rightPlace !== undefined && leftPlace < rightPlace;
    if (leftFirst) result.push(left[l++]);
    else result.push(right[r++]);
  }
  return [...result, ...left.slice(l), ...right.slice(r)];
}

function placesOf(list: readonly unknown[], mergeKey: string): Map<unknown, number> {
  const places = new Map<unknown, number>();
  list.forEach((element, index) => {
    const identity = identityOf(element, mergeKey);
    if (!places.has(identity)) places.set(identity, index);
  });
  return places;
}

const sortedBy = (
  list: readonly unknown[],
  places: ReadonlyMap<unknown, number>,
  mergeKey: string,
): unknown[] => {
  const place = (element: unknown): number => places.get(identityOf(element, mergeKey)) ?? -1;
  return [...list].sort((a, b) => place(a) - place(b));
};

/** A new value without the maps in it that are directives; undefined if it is one itself. */
export function withoutDirectives(value: unknown): { value: unknown } | undefined {
  if (Array.isArray(value)) {
    const kept: unknown[] = [];
    for (const element of value) {
      const clean = withoutDirectives(element);
      if (clean !== undefined) kept.push(clean.value);
    }
    return { value: kept };
  }
  if (!isMap(value)) return { value };
  if ('$patch' in value) return undefined;
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const clean = withoutDirectives(value[key]);
    if (clean !== undefined) result[key] = clean.value;
  }
  return { value: result };
}

/** A new value without the null fields in its maps. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isMap(value)) return value;
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (value[key] !== null) result[key] = withoutNulls(value[key]);
  }
  return result;
}
