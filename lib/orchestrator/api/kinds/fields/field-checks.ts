/**
 * Checks and printed forms that only the workload kinds need, in the words of apimachinery's
 * validation: values too large to show, and maps and selectors as Go prints them.
 */
import type { FieldError } from '../../field-error';
import { invalid } from '../../field-error';
import type { LabelSelector } from '../../label-selector';
import type { StringMap } from '../../object';

export const positiveNumber = (value: number | undefined, field: string): FieldError[] =>
  (value ?? 0) <= 0 ? [invalid(field, value ?? 0, 'must be greater than zero')] : [];

/** An invalid value that is too large to be shown. */
export const invalidOmitted = (field: string, why: string): FieldError => ({
  type: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${why}`,
});

/** A map with its keys in order, as Go prints maps; undefined is Go's null. */
export function printableMap(map: StringMap | undefined): StringMap | null {
  if (map === undefined || map === null) return null;
  const sorted: Record<string, string> = {};
  for (const key of Object.keys(map).sort()) sorted[key] = map[key] as string;
  return sorted;
}

/** A label selector in the order of its Go type. */
export function printableSelector(selector: LabelSelector | undefined): unknown {
  if (selector === undefined || selector === null) return null;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return {
    ...(Object.keys(matchLabels).length > 0 ? { matchLabels: printableMap(matchLabels) } : {}),
    ...(matchExpressions.length > 0
      ? {
          matchExpressions: matchExpressions.map(({ key, operator, values }) => ({
            key,
            operator,
            ...(values && values.length > 0 ? { values } : {}),
          })),
        }
      : {}),
  };
}
