/**
 * How close a projection comes to what real recordings of the same scenario have. Lines that only
 * some of the real recordings have are a matter of timing: neither asked for nor held against us.
 */
import type { Projection } from './projection';

/** The lines of real recordings: those that every one has, and those that only some have. */
export interface Golden {
  readonly always: readonly string[];
  readonly sometimes: readonly string[];
}

export interface Comparison {
  readonly missing: readonly string[];
  readonly extra: readonly string[];
  /** Lines that agree. */
  readonly same: number;
  /** Lines that agree, are missing or are too many. */
  readonly union: number;
  /** `same` over `union`; 1 if all agree. */
  readonly score: number;
}

/** One `path = value` line for each value. */
export function linesOf(value: unknown, path = ''): string[] {
  if (value === null || typeof value !== 'object') return [`${path} = ${JSON.stringify(value)}`];
  if (Array.isArray(value)) {
    if (value.length === 0) return [`${path} = []`];
    return value.flatMap((item, i) => linesOf(item, `${path}[${i}]`));
  }
  const map = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(map).sort();
  if (keys.length === 0) return [`${path} = {}`];
  return keys.flatMap((key) => linesOf(map[key], path === '' ? key : `${path} › ${key}`));
}

export function goldenOf(projections: readonly Projection[]): Golden {
  const sets = projections.map((projection) => new Set(linesOf(projection)));
  const all = [...new Set(sets.flatMap((set) => [...set]))];
  const isEverywhere = (line: string): boolean => sets.every((set) => set.has(line));
  return {
    always: all.filter(isEverywhere),
    sometimes: all.filter((line) => !isEverywhere(line)),
  };
}

export function compare({ always, sometimes }: Golden, projection: Projection): Comparison {
  const actual = new Set(linesOf(projection));
  const known = new Set([...always, ...sometimes]);
  // A path whose value varies in reality may have any value.
  const loose = new Set(sometimes.map(pathOf));
  const missing = always.filter((line) => !actual.has(line));
  const extra = [...actual].filter((line) => !known.has(line) && !loose.has(pathOf(line)));
  const same = always.length - missing.length;
  const union = same + missing.length + extra.length;
  return { missing, extra, same, union, score: union === 0 ? 1 : same / union };
}

const pathOf = (line: string): string => line.split(' = ')[0]!;

/** The differences, as a reader wants them. */
export function differencesOf({ missing, extra }: Comparison, limit = 60): string[] {
  return [
    ...missing.slice(0, limit).map((line) => `- real: ${line}`),
    ...extra.slice(0, limit).map((line) => `+ here: ${line}`),
  ];
}
