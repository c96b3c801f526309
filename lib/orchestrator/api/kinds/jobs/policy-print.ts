/** The policies of a Job as the server prints them in refusals: with the names of its Go fields. */
import type { DraftJobSpec } from './job-spec-draft';

export function printableFailurePolicy({ podFailurePolicy: policy }: DraftJobSpec): unknown {
  if (!policy) return null;
  return {
    Rules:
      policy.rules?.map(({ action = '', onExitCodes, onPodConditions }) => ({
        Action: action,
        OnExitCodes: onExitCodes
          ? {
              ContainerName: onExitCodes.containerName ?? null,
              Operator: onExitCodes.operator ?? '',
              Values: onExitCodes.values ?? null,
            }
          : null,
        OnPodConditions:
          onPodConditions?.map(({ type = '', status = '' }) => ({ Type: type, Status: status })) ??
          null,
      })) ?? null,
  };
}

export function printableSuccessPolicy({ successPolicy: policy }: DraftJobSpec): unknown {
  if (!policy) return null;
  return {
    Rules:
      policy.rules?.map(({ succeededIndexes, succeededCount }) => ({
        SucceededIndexes: succeededIndexes ?? null,
        SucceededCount: succeededCount ?? null,
      })) ?? null,
  };
}
