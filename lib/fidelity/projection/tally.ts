/** Counting and condensing, as projections do it. */
import type { RecordedCondition, RecordedObject } from '../watch-record';

export type Counts = Readonly<Record<string, number>>;

export function countOf(values: readonly (string | undefined)[]): Counts {
  const counts: Record<string, number> = {};
  for (const value of values) counts[String(value)] = (counts[String(value)] ?? 0) + 1;
  return counts;
}

/** How often each value occurs, most frequent first, without saying which value it is. */
export const histogramOf = (values: readonly (string | undefined)[]): number[] =>
  Object.values(countOf(values)).sort((a, b) => b - a);

/** The values without immediate repetitions. */
export const withoutRepeats = <T>(values: readonly T[]): T[] =>
  values.filter((value, i) => i === 0 || value !== values[i - 1]);

/** `Ready=False ContainersNotReady` */
export const conditionLine = ({ type, status, reason }: RecordedCondition): string =>
  `${type}=${status}${reason ? ` ${reason}` : ''}`;

export const conditionLines = ({ status }: RecordedObject): string[] =>
  (status?.conditions ?? []).map(conditionLine).sort();

/** Numbers of a status that count as 0 where they are missing. */
export function numbersOf(
  status: Readonly<Record<string, unknown>> | undefined,
  fields: readonly string[],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(fields.map((field) => [field, status?.[field] ?? 0]));
}
