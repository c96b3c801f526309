/** CronJobs (batch/v1): defaulting, validation and the row in tables. */
import type { FieldError } from '../field-error';
import { invalid, notSupported, required } from '../field-error';
import type { Draft, KindDefinition } from '../kind';
import { formatSelectorCell } from '../label-selector';
import { isDns1123Subdomain } from '../name-formats';
import type { KubeObject } from '../object';
import { validateObjectMeta } from '../object-meta';
import type { PodTemplateSpec } from '../objects';
import { ageCell, kind } from './define';
import { printableSelector } from './fields/field-checks';
import { invalidFor, nonNegativeNumber, notSupportedInOrder } from './fields/field-validation';
import { withFields } from './fields/structural-sharing';
import { defaultedFailurePolicy } from './job';
import { scheduleError } from './jobs/cron-schedule';
import type { DraftJobSpec } from './jobs/job-spec-draft';
import { jobSpecErrors } from './jobs/job-validation';
import { timeZoneMessages } from './jobs/time-zones';
import { defaultedTemplate } from './pods/pod-spec-defaults';
import { podTemplateWarnings, workloadNameWarnings } from './pods/pod-warnings';
import { templateCells } from './workloads/workload-cells';
import { metadataUpdateErrors, statusOf } from './workloads/workload-metadata';
import { changedTemplateWarnings } from './workloads/workload-warnings';

interface Spec {
  readonly schedule?: string;
  readonly timeZone?: string;
  readonly startingDeadlineSeconds?: number;
  readonly concurrencyPolicy?: string;
  readonly suspend?: boolean;
  readonly jobTemplate?: {
    readonly metadata?: Readonly<Record<string, unknown>>;
    readonly spec?: DraftJobSpec;
  };
  readonly successfulJobsHistoryLimit?: number;
  readonly failedJobsHistoryLimit?: number;
}

const POLICIES = ['Allow', 'Forbid', 'Replace'];
/** Jobs add 11 characters to the name, and have at most 63. */
const NAME_MAX = 52;
const specOf = (object: Draft | KubeObject): Spec => (object as { spec?: Spec }).spec ?? {};

const TEMPLATE = 'spec.jobTemplate.spec.template';

export const cronJobKind: KindDefinition = kind({
  apiVersion: 'batch/v1',
  plural: 'cronjobs',
  generation: 'spec',
  applyDefaults(draft) {
    draft.spec = defaultedSpec(specOf(draft));
    draft.status ??= {};
  },
  prepareForCreate(draft) {
    draft.status = {};
  },
  validate(draft) {
    const name = String(draft.metadata.name ?? '');
    return [
      ...validateObjectMeta(draft.metadata, true, isDns1123Subdomain),
      ...specErrors(specOf(draft), undefined),
      ...(name.length > NAME_MAX
        ? [invalid('metadata.name', name, `must be no more than ${NAME_MAX} characters`)]
        : []),
    ];
  },
  validateWholeUpdate: (draft, old) => [
    ...metadataUpdateErrors(draft, old),
    ...specErrors(specOf(draft), specOf(old)),
  ],
  warnings(draft) {
    const { jobTemplate, schedule } = specOf(draft);
    return [
      ...workloadNameWarnings(draft),
      ...podTemplateWarnings(jobTemplate?.spec?.template ?? {}, TEMPLATE),
      ...scheduleWarnings(schedule),
    ];
  },
  updateWarnings(draft, old) {
    const { jobTemplate, schedule } = specOf(draft);
    return [
      ...changedTemplateWarnings(draft, old, jobTemplate?.spec?.template, TEMPLATE),
      ...scheduleWarnings(schedule),
    ];
  },
  cells(object, context) {
    const { schedule = '', timeZone, suspend, jobTemplate } = specOf(object);
    const { active, lastScheduleTime } = statusOf(object);
    const template = jobTemplate?.spec?.template as PodTemplateSpec | undefined;
    return [
      object.metadata.name,
      schedule,
      timeZone ?? '<none>',
      suspend === undefined ? '<unset>' : suspend ? 'True' : 'False',
      Array.isArray(active) ? active.length : 0,
      typeof lastScheduleTime === 'string' ? ageCell(lastScheduleTime, context) : '<none>',
      ageCell(object.metadata.creationTimestamp, context),
      ...templateCells(template),
      formatSelectorCell(jobTemplate?.spec?.selector),
    ];
  },
});

/** Of the Job's own fields only the pod template's get defaults: the rest come with each Job. */
function scheduleWarnings(schedule = ''): string[] {
  if (!schedule.includes('TZ')) return [];
  const more =
    'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details';
  return [`cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see ${more}`];
}

function defaultedSpec(spec: Spec): Spec {
  const jobTemplate = spec.jobTemplate ?? {};
  const job = jobTemplate.spec ?? {};
  return withFields(spec, {
    concurrencyPolicy: spec.concurrencyPolicy || 'Allow',
    suspend: spec.suspend ?? false,
    successfulJobsHistoryLimit: spec.successfulJobsHistoryLimit ?? 3,
    failedJobsHistoryLimit: spec.failedJobsHistoryLimit ?? 1,
    jobTemplate: withFields(jobTemplate, {
      metadata: jobTemplate.metadata ?? {},
      spec: withFields(job, {
        podFailurePolicy: defaultedFailurePolicy(job.podFailurePolicy),
        template: defaultedTemplate(job.template),
      }),
    }),
  });
}

function specErrors(spec: Spec, old: Spec | undefined): FieldError[] {
  const { schedule = '', timeZone, concurrencyPolicy: policy = '' } = spec;
  const errors: FieldError[] = [];
  if (schedule === '') errors.push(required('spec.schedule'));
  else errors.push(...scheduleErrors(schedule, timeZone, old));
  errors.push(...nonNegativeNumber(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds'));
  if (typeof timeZone === 'string' && (old === undefined || old.timeZone !== timeZone)) {
    errors.push(...invalidFor('spec.timeZone', timeZone, timeZoneMessages(timeZone)));
  }
  if (policy === '') errors.push(required('spec.concurrencyPolicy'));
  else if (!POLICIES.includes(policy)) {
    errors.push(notSupported('spec.concurrencyPolicy', policy, POLICIES));
  }
  return [
    ...errors,
    ...jobTemplateErrors(spec.jobTemplate?.spec ?? {}),
    ...nonNegativeNumber(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit'),
    ...nonNegativeNumber(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit'),
  ];
}

function scheduleErrors(
  schedule: string,
  timeZone: string | undefined,
  old: Spec | undefined,
): FieldError[] {
  const field = 'spec.schedule';
  const why = scheduleError(schedule);
  const errors = why === undefined ? [] : [invalid(field, schedule, why)];
  if (!schedule.includes('TZ')) return errors;
  const hadZone = (old?.schedule ?? '').includes('TZ');
  if (!hadZone) {
    const use = 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead';
    errors.push(invalid(field, schedule, use));
  } else if (timeZone !== undefined) {
    const both = 'cannot use both timeZone field and TZ or CRON_TZ in schedule';
    errors.push(invalid(field, schedule, both));
  }
  return errors;
}

function jobTemplateErrors(spec: DraftJobSpec): FieldError[] {
  const path = 'spec.jobTemplate.spec';
  const errors = jobSpecErrors(spec, path);
  if (spec.selector) {
    const shown = printableSelector(spec.selector);
    errors.push(invalid(`${path}.selector`, shown, '`selector` will be auto-generated'));
  }
  if (spec.manualSelector === true) {
    errors.push(notSupportedInOrder(`${path}.manualSelector`, true, ['nil', 'false']));
  }
  return errors;
}
