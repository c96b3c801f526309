/** Jobs and CronJobs as they are stored (batch/v1), with their status. */
import type { LabelSelector } from '../label-selector';
import type { KubeObject, ObjectMeta, StringMap } from '../object';
import type { Condition } from './condition';
import type { ObjectReference } from './event';
import type { PodTemplateSpec } from './pod';

type Namespaced = ObjectMeta & { readonly namespace: string };

export interface PodFailurePolicyRule {
  readonly action: 'FailJob' | 'FailIndex' | 'Ignore' | 'Count';
  readonly onExitCodes?: {
    readonly containerName?: string;
    readonly operator: 'In' | 'NotIn';
    readonly values: readonly number[];
  };
  readonly onPodConditions?: readonly { readonly type: string; readonly status: string }[];
}

export interface JobSpec {
  /** Absent for a work queue, whose pods know themselves when the work is done. */
  readonly completions?: number;
  readonly parallelism: number;
  readonly backoffLimit: number;
  /** How many pods of one index may fail; only for Indexed Jobs. */
  readonly backoffLimitPerIndex?: number;
  readonly maxFailedIndexes?: number;
  readonly activeDeadlineSeconds?: number;
  readonly completionMode: 'NonIndexed' | 'Indexed';
  readonly suspend?: boolean;
  readonly podReplacementPolicy?: 'TerminatingOrFailed' | 'Failed';
  readonly podFailurePolicy?: { readonly rules: readonly PodFailurePolicyRule[] };
  readonly successPolicy?: {
    readonly rules: readonly {
      readonly succeededIndexes?: string;
      readonly succeededCount?: number;
    }[];
  };
  readonly ttlSecondsAfterFinished?: number;
  readonly selector: LabelSelector;
  readonly template: PodTemplateSpec;
}

export interface JobStatus {
  readonly conditions?: readonly Condition[];
  readonly startTime?: string;
  readonly completionTime?: string;
  readonly active?: number;
  readonly ready?: number;
  readonly terminating?: number;
  readonly succeeded?: number;
  readonly failed?: number;
  /** `1,3-5` */
  readonly completedIndexes?: string;
  /** As `completedIndexes`; there, if empty, as soon as indexes have a limit of their own. */
  readonly failedIndexes?: string;
  readonly uncountedTerminatedPods?: {
    readonly succeeded?: readonly string[];
    readonly failed?: readonly string[];
  };
}

export interface Job extends KubeObject {
  readonly kind: 'Job';
  readonly metadata: Namespaced;
  readonly spec: JobSpec;
  readonly status: JobStatus;
}

export interface CronJob extends KubeObject {
  readonly kind: 'CronJob';
  readonly metadata: Namespaced;
  readonly spec: {
    readonly schedule: string;
    readonly timeZone?: string;
    readonly startingDeadlineSeconds?: number;
    readonly concurrencyPolicy: 'Allow' | 'Forbid' | 'Replace';
    readonly suspend?: boolean;
    readonly successfulJobsHistoryLimit?: number;
    readonly failedJobsHistoryLimit?: number;
    readonly jobTemplate: {
      readonly metadata?: { readonly labels?: StringMap; readonly annotations?: StringMap };
      readonly spec: JobSpec;
    };
  };
  readonly status: {
    readonly active?: readonly ObjectReference[];
    readonly lastScheduleTime?: string;
    readonly lastSuccessfulTime?: string;
  };
}
