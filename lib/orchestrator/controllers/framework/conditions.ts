/** Lists of status conditions that are never changed in place. */
import type { Condition } from '../../api/objects';

export function findCondition(
  conditions: readonly Condition[] | undefined,
  type: string,
): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

export function withoutCondition(
  conditions: readonly Condition[] | undefined,
  type: string,
): readonly Condition[] {
  if (conditions === undefined) return [];
  return conditions.some((condition) => condition.type === type)
    ? conditions.filter((condition) => condition.type !== type)
    : conditions;
}

/**
 * The list with the condition: unchanged if one of the same status and reason is there, otherwise
 * at the end, its transition time kept if the status is the same.
 */
export function withCondition(
  conditions: readonly Condition[] | undefined,
  condition: Condition,
): readonly Condition[] {
  const current = findCondition(conditions, condition.type);
  if (current?.status === condition.status && current.reason === condition.reason) {
    return conditions ?? [];
  }
  const next: Condition =
    current?.status === condition.status && current.lastTransitionTime !== undefined
      ? Object.assign({}, condition, { lastTransitionTime: current.lastTransitionTime })
      : condition;
  return [...withoutCondition(conditions, condition.type), next];
}
