/** Jobs (batch/v1): defaulting, generated selectors, validation and the row in tables. */
import { semanticEqual } from '../deep-equal';
import type { FieldError } from '../field-error';
import { invalid, required } from '../field-error';
import type { Draft, KindDefinition } from '../kind';
import { compileSelector, formatSelectorCell, validateLabelSelector } from '../label-selector';
import { isDns1123Label, isDns1123Subdomain } from '../name-formats';
import type { KubeObject, StringMap } from '../object';
import { validateObjectMeta } from '../object-meta';
import type { PodTemplateSpec } from '../objects';
import { formatAge, parseTime } from '../timestamps';
import { ageCell, kind } from './define';
import { printableMap, printableSelector } from './fields/field-checks';
import { immutableField } from './fields/field-validation';
import { mapSame, withFields } from './fields/structural-sharing';
import type { DraftJobSpec } from './jobs/job-spec-draft';
import { jobStatusErrors } from './jobs/job-status-validation';
import { templateUpdateErrors } from './jobs/job-template-update';
import { jobSpecErrors } from './jobs/job-validation';
import { printableFailurePolicy, printableSuccessPolicy } from './jobs/policy-print';
import { defaultedTemplate } from './pods/pod-spec-defaults';
import { selectorMatchErrors } from './pods/pod-template-validation';
import { templateCells, statusCount } from './workloads/workload-cells';
import {
  kindMetadataErrors,
  metadataUpdateErrors,
  registryMetadataErrors,
  statusOf,
} from './workloads/workload-metadata';
import { workloadWarnings } from './workloads/workload-warnings';

const MAX_INT32 = 2_147_483_647;
const NAME_LABELS = ['job-name', 'batch.kubernetes.io/job-name'];
const UID_LABELS = ['controller-uid', 'batch.kubernetes.io/controller-uid'];
const UID_LABEL = 'batch.kubernetes.io/controller-uid';

const specOf = (object: Draft | KubeObject): DraftJobSpec =>
  (object as { spec?: DraftJobSpec }).spec ?? {};
const labelsOf = (object: Draft): StringMap => (object.metadata.labels ?? {}) as StringMap;

export const jobKind: KindDefinition = kind({
  apiVersion: 'batch/v1',
  plural: 'jobs',
  generation: 'spec',
  defaultPropagation: 'Orphan',
  applyDefaults(draft) {
    draft.spec = defaultedSpec(specOf(draft));
    const labels = specOf(draft).template?.metadata?.labels;
    if (labels && Object.keys(labelsOf(draft)).length === 0) draft.metadata.labels = labels;
    draft.status ??= {};
  },
  prepareForCreate(draft) {
    const given = specOf(draft).template?.metadata?.labels;
    const own = labelsOf(draft);
    if (specOf(draft).manualSelector !== true) draft.spec = withGeneratedSelector(draft);
    // The server defaults what it has stored once more: labels then come with the generated ones.
    const labels = specOf(draft).template?.metadata?.labels;
    if (labels && (Object.keys(own).length === 0 || own === given)) draft.metadata.labels = labels;
    draft.status = {};
  },
  validate: (draft) => jobErrors(draft),
  validateWholeUpdate: (draft, old) => jobUpdateErrors(draft, old),
  validateStatusUpdate: (draft, old) => [
    ...metadataUpdateErrors(draft, old),
    ...jobStatusErrors(specOf(draft), statusOf(draft), statusOf(old)),
  ],
  ...workloadWarnings,
  selectableFields: { 'status.successful': (object) => String(statusCount(object, 'succeeded')) },
  cells(object, context) {
    const spec = specOf(object);
    const { name, creationTimestamp } = object.metadata;
    return [
      name,
      statusCell(object),
      completionsCell(spec, statusCount(object, 'succeeded')),
      durationCell(object, context.nowMs),
      ageCell(creationTimestamp, context),
      ...templateCells(spec.template as PodTemplateSpec | undefined),
      formatSelectorCell(spec.selector),
    ];
  },
});

function defaultedSpec(spec: DraftJobSpec): DraftJobSpec {
  const neither = spec.completions === undefined && spec.parallelism === undefined;
  const perIndex = spec.backoffLimitPerIndex !== undefined;
  return withFields(spec, {
    completions: neither ? 1 : spec.completions,
    parallelism: spec.parallelism ?? 1,
    backoffLimit: spec.backoffLimit ?? (perIndex ? MAX_INT32 : 6),
    completionMode: spec.completionMode ?? 'NonIndexed',
    suspend: spec.suspend ?? false,
    podReplacementPolicy:
      spec.podReplacementPolicy ?? (spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed'),
    manualSelector: spec.manualSelector ?? false,
    podFailurePolicy: defaultedFailurePolicy(spec.podFailurePolicy),
    template: defaultedTemplate(spec.template),
  });
}

/** Conditions of failed pods are looked for with the status True; also used by CronJobs. */
export function defaultedFailurePolicy(
  policy: DraftJobSpec['podFailurePolicy'],
): DraftJobSpec['podFailurePolicy'] {
  return (
    policy &&
    withFields(policy, {
      rules: mapSame(policy.rules, (rule) =>
        withFields(rule, {
          onPodConditions: mapSame(rule.onPodConditions, (pattern) =>
            withFields(pattern, { status: pattern.status || 'True' }),
          ),
        }),
      ),
    })
  );
}

/** Labels by which the Job finds its pods; labels that the user has set stay, and are refused. */
function withGeneratedSelector(draft: Draft): DraftJobSpec {
  const spec = specOf(draft);
  const uid = String(draft.metadata.uid ?? '');
  const generated: Record<string, string> = {};
  for (const label of NAME_LABELS) generated[label] = String(draft.metadata.name ?? '');
  for (const label of UID_LABELS) generated[label] = uid;
  const template = spec.template ?? {};
  const selector = spec.selector ?? {};
  return {
    ...spec,
    selector: { ...selector, matchLabels: { [UID_LABEL]: uid, ...selector.matchLabels } },
    template: {
      ...template,
      metadata: { ...template.metadata, labels: { ...generated, ...template.metadata?.labels } },
    },
  };
}

/** Generated labels come to the Job by its template only, where they are looked at. */
function givenMetadata(draft: Draft): Draft['metadata'] {
  const labels = labelsOf(draft);
  if (labels !== specOf(draft).template?.metadata?.labels) return draft.metadata;
  const generated: readonly string[] = [...NAME_LABELS, ...UID_LABELS];
  const given = Object.entries(labels).filter(([name]) => !generated.includes(name));
  return { ...draft.metadata, labels: Object.fromEntries(given) };
}

function jobErrors(draft: Draft): FieldError[] {
  const spec = specOf(draft);
  const name = String(draft.metadata.name ?? '');
  const errors = [
    ...validateObjectMeta(givenMetadata(draft), true, isDns1123Subdomain),
    ...generatedSelectorErrors(draft),
    ...selectedSpecErrors(spec),
  ];
  if (spec.completionMode !== 'Indexed' || (spec.completions ?? 0) <= 0) return errors;
  const last = `${name}-${(spec.completions ?? 0) - 1}`;
  if (isDns1123Label(last).length > 0) {
    const why = `will not able to create pod with invalid DNS label: ${last}`;
    errors.push(invalid('metadata.name', name, why));
  }
  return errors;
}

function selectedSpecErrors(spec: DraftJobSpec): FieldError[] {
  const errors = jobSpecErrors(spec, 'spec');
  if (!spec.selector) errors.push(required('spec.selector'));
  const selectorErrors = validateLabelSelector(spec.selector, 'spec.selector');
  errors.push(...selectorErrors);
  if (selectorErrors.length > 0) return errors;
  return [...errors, ...selectorMatchErrors(spec.selector, spec.template ?? {}, 'spec.template')];
}

function generatedSelectorErrors(draft: Draft): FieldError[] {
  const { manualSelector, selector, template } = specOf(draft);
  if (manualSelector === true || !selector) return [];
  const uid = String(draft.metadata.uid ?? '');
  const name = String(draft.metadata.name ?? '');
  const errors = uid === '' ? [required('metadata.uid')] : [];
  const labels = template?.metadata?.labels;
  const expected: Record<string, string> = {};
  const expect = (label: string, value: string): void => {
    const field = `spec.template.metadata.labels[${label}]`;
    const found = labels?.[label];
    expected[label] = value;
    if (found === undefined) errors.push(required(field, `must be '${value}'`));
    else if (found !== value) {
      errors.push(invalid(field, printableMap(labels), `must be '${value}'`));
    }
  };
  expect('controller-uid', uid);
  expect('job-name', name);
  expect(UID_LABEL, uid);
  expect('batch.kubernetes.io/job-name', name);
  const convertible = validateLabelSelector(selector, '').length === 0;
  if (convertible && !compileSelector(selector)(expected)) {
    const why = '`selector` not auto-generated';
    errors.push(invalid('spec.selector', printableSelector(selector), why));
  }
  return errors;
}

/** The checks of a new Job and then those of an update: the real server says much twice. */
function jobUpdateErrors(draft: Draft, old: KubeObject): FieldError[] {
  const spec = specOf(draft);
  const before = specOf(old);
  const fixed = (name: keyof DraftJobSpec): FieldError[] =>
    immutableField(spec[name] ?? null, before[name] ?? null, `spec.${name}`);
  const fixedPolicy = (
    name: 'podFailurePolicy' | 'successPolicy',
    shown: (policy: DraftJobSpec) => unknown,
  ): FieldError[] => immutableField(shown(spec), shown(before), `spec.${name}`);
  return [
    ...registryMetadataErrors(draft, old),
    ...jobErrors(draft),
    ...kindMetadataErrors(draft, old),
    ...selectedSpecErrors(spec),
    ...completionsErrors(spec, before),
    ...immutableField(
      printableSelector(spec.selector),
      printableSelector(before.selector),
      'spec.selector',
    ),
    ...templateUpdateErrors(spec, before, statusOf(old)),
    ...fixed('completionMode'),
    ...fixedPolicy('podFailurePolicy', printableFailurePolicy),
    ...fixed('backoffLimitPerIndex'),
    ...fixed('managedBy'),
    ...fixedPolicy('successPolicy', printableSuccessPolicy),
  ];
}

/** Only Indexed Jobs can change how many completions they need, together with the parallelism. */
function completionsErrors(spec: DraftJobSpec, old: DraftJobSpec): FieldError[] {
  const field = 'spec.completions';
  if (spec.completionMode !== 'Indexed') {
    return immutableField(spec.completions ?? null, old.completions ?? null, field);
  }
  if (semanticEqual(spec.completions, old.completions)) return [];
  if (spec.completions === undefined || spec.completions === spec.parallelism) return [];
  const why = 'can only be modified in tandem with spec.parallelism';
  return [invalid(field, spec.completions, why)];
}

interface JobCondition {
  readonly type: string;
  readonly status: string;
}

function statusCell(job: KubeObject): string {
  const conditions = (statusOf(job).conditions ?? []) as readonly JobCondition[];
  const has = (type: string): boolean =>
    conditions.find((condition) => condition.type === type)?.status === 'True';
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (job.metadata.deletionTimestamp !== undefined) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(has) ?? 'Running';
}

function completionsCell(spec: DraftJobSpec, succeeded: number): string {
  if (typeof spec.completions === 'number') return `${succeeded}/${spec.completions}`;
  const parallelism = spec.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function durationCell(job: KubeObject, nowMs: number): string {
  const { startTime, completionTime } = statusOf(job);
  if (typeof startTime !== 'string') return '';
  const end = typeof completionTime === 'string' ? parseTime(completionTime) : nowMs;
  return formatAge(end - parseTime(startTime));
}
