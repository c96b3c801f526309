/** JSON as Go writes maps: with the fields of every map in alphabetical order. */

/** The same value with the fields of all its maps in order. */
export function sortedFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedFields);
  if (typeof value !== 'object' || value === null) return value;
  const map = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.keys(map)
      .sort()
      .map((key) => [key, sortedFields(map[key])]),
  );
}

export const sortedJson = (value: unknown): string => JSON.stringify(sortedFields(value));
