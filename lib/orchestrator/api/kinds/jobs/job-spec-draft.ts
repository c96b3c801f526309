/** Job specs as clients send them, alone or in the template of a CronJob. */
import type { LabelSelector } from '../../label-selector';
import type { DraftPodTemplate } from '../pods/pod-spec-draft';

export interface DraftFailureRule {
  readonly action?: string;
  readonly onExitCodes?: {
    readonly containerName?: string;
    readonly operator?: string;
    readonly values?: readonly number[];
  };
  readonly onPodConditions?: readonly { readonly type?: string; readonly status?: string }[];
}

export interface DraftSuccessRule {
  readonly succeededIndexes?: string;
  readonly succeededCount?: number;
}

export interface DraftJobSpec {
  readonly parallelism?: number;
  readonly completions?: number;
  readonly activeDeadlineSeconds?: number;
  readonly backoffLimit?: number;
  readonly backoffLimitPerIndex?: number;
  readonly maxFailedIndexes?: number;
  readonly ttlSecondsAfterFinished?: number;
  readonly completionMode?: string;
  readonly suspend?: boolean;
  readonly manualSelector?: boolean;
  readonly managedBy?: string;
  readonly podReplacementPolicy?: string;
  readonly podFailurePolicy?: { readonly rules?: readonly DraftFailureRule[] };
  readonly successPolicy?: { readonly rules?: readonly DraftSuccessRule[] };
  readonly selector?: LabelSelector;
  readonly template?: DraftPodTemplate;
}
