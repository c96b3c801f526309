/**
 * Changes of frozen values that share what stays: a function that changes nothing gives back the
 * very value it got, so that defaulting an already defaulted spec costs no memory and keeps
 * identities by which results are remembered.
 */

/** The list with `change` applied to its items; the same list if no item changed. */
export function mapSame<T>(
  list: readonly T[] | undefined,
  change: (item: T) => T,
): readonly T[] | undefined {
  if (list === undefined || list === null) return list;
  let changed: T[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const item = list[i] as T;
    const next = change(item);
    if (next !== item && changed === undefined) changed = list.slice(0, i);
    if (changed !== undefined) changed.push(next);
  }
  return changed ?? list;
}

/** The map with `change` applied to its values; the same map if no value changed. */
export function mapValuesSame<T>(
  map: Readonly<Record<string, T>>,
  change: (value: T) => T,
): Readonly<Record<string, T>> {
  let changed: Record<string, T> | undefined;
  for (const key in map) {
    const value = map[key] as T;
    const next = change(value);
    if (next === value) continue;
    changed ??= { ...map };
    changed[key] = next;
  }
  return changed ?? map;
}

/** The object with these fields; the same object if it has them all already. Undefined is no field. */
export function withFields<T extends object>(object: T, fields: Partial<T>): T {
  let differs = false;
  for (const key in fields) {
    if (fields[key] !== undefined && fields[key] !== object[key]) differs = true;
  }
  if (!differs) return object;
  const next = { ...object };
  for (const key in fields) if (fields[key] !== undefined) next[key] = fields[key] as T[typeof key];
  return next;
}
