/**
 * Validation of what is written to a Job's status: counts that are sane, and ends that are final.
 * Rules about fields that a write leaves alone do not apply to it.
 */
import { semanticEqual } from '../../deep-equal';
import type { FieldError } from '../../field-error';
import { duplicate, invalid, required } from '../../field-error';
import { parseTime } from '../../timestamps';
import { invalidOmitted } from '../fields/field-checks';
import type { Counts } from '../workloads/workload-metadata';
import { countErrors } from '../workloads/workload-metadata';
import { parseIndexes } from './job-indexes';
import type { DraftJobSpec } from './job-spec-draft';

interface Condition {
  readonly type: string;
  readonly status: string;
}

const has = (status: Counts, type: string): boolean =>
  ((status.conditions ?? []) as readonly Condition[]).some(
    (condition) => condition.type === type && condition.status === 'True',
  );
const isFinished = (status: Counts): boolean => has(status, 'Complete') || has(status, 'Failed');
const conditions = (why: string): FieldError => invalidOmitted('status.conditions', why);

export function jobStatusErrors(spec: DraftJobSpec, status: Counts, old: Counts): FieldError[] {
  return [
    ...countErrors(status, ['active', 'succeeded', 'failed', 'ready', 'terminating']),
    ...uncountedErrors(status),
    ...conditionErrors(status, old),
    ...timeErrors(status, old),
    ...finishedErrors(spec, status, old),
    ...indexErrors(spec, status, old),
    ...contradictionErrors(status),
    ...regressionErrors(spec, status, old),
  ];
}

function uncountedErrors(status: Counts): FieldError[] {
  const uncounted = (status.uncountedTerminatedPods ?? {}) as Counts;
  const seen = new Set<unknown>();
  return ['succeeded', 'failed'].flatMap((name) =>
    ((uncounted[name] ?? []) as readonly string[]).flatMap((uid, index) => {
      const field = `status.uncountedTerminatedPods.${name}[${index}]`;
      if (uid === '') return [invalid(field, uid, 'must not be empty')];
      if (seen.has(uid)) return [duplicate(field, uid)];
      seen.add(uid);
      return [];
    }),
  );
}

function conditionErrors(status: Counts, old: Counts): FieldError[] {
  const changed = (...types: string[]): boolean =>
    types.some((type) => has(status, type) !== has(old, type));
  const complete = has(status, 'Complete');
  const errors: FieldError[] = [];
  if (changed('Complete', 'Failed') && complete && has(status, 'Failed')) {
    errors.push(conditions('cannot set Complete=True and Failed=true conditions'));
  }
  if (changed('Complete', 'FailureTarget') && complete && has(status, 'FailureTarget')) {
    errors.push(conditions('cannot set Complete=True and FailureTarget=true conditions'));
  }
  return errors;
}

function timeErrors(status: Counts, old: Counts): FieldError[] {
  const { startTime: start, completionTime: end } = status;
  const complete = has(status, 'Complete');
  const field = 'status.completionTime';
  const changed = end !== old.completionTime || complete !== has(old, 'Complete');
  const errors: FieldError[] = [];
  if (changed && end !== undefined && !complete) {
    const why = 'cannot set completionTime when there is no Complete=True condition';
    errors.push(invalid(field, end, why));
  }
  if (changed && end === undefined && complete) {
    errors.push(required(field, 'completionTime is required for Complete jobs'));
  }
  const moved = start !== old.startTime || end !== old.completionTime;
  const both = typeof start === 'string' && typeof end === 'string';
  if (moved && both && parseTime(end) < parseTime(start)) {
    errors.push(invalid(field, end, 'must be equal to or after `startTime`'));
  }
  if (has(status, 'Failed') && !has(status, 'FailureTarget') && !has(old, 'Failed')) {
    const why = 'cannot set Failed=True condition without the FailureTarget=true condition';
    errors.push(conditions(why));
  }
  if (complete && !has(status, 'SuccessCriteriaMet') && !has(old, 'Complete')) {
    const why = 'cannot set Complete=True condition without the SuccessCriteriaMet=true condition';
    errors.push(conditions(why));
  }
  return errors;
}

function finishedErrors(spec: DraftJobSpec, status: Counts, old: Counts): FieldError[] {
  const errors: FieldError[] = [];
  const finished = isFinished(status);
  const turned = finished !== isFinished(old);
  const touched = (name: string): boolean => turned || !semanticEqual(status[name], old[name]);
  const count = (name: string): number => Number(status[name] ?? 0);
  if (touched('active') && count('active') > 0 && finished) {
    const why = 'active>0 is invalid for finished job';
    errors.push(invalid('status.active', count('active'), why));
  }
  const nothingToDo = spec.suspend === true && spec.completions === 0;
  if (touched('startTime') && !nothingToDo && finished && status.startTime === undefined) {
    errors.push(required('status.startTime', 'startTime is required for finished job'));
  }
  const more = count('ready') > count('active') && status.ready !== undefined;
  const counted = ['ready', 'active'].some((name) => status[name] !== old[name]);
  if (counted && more) {
    const why = 'cannot set more ready pods than active';
    errors.push(invalid('status.ready', count('ready'), why));
  }
  if (touched('terminating') && count('terminating') > 0 && finished) {
    const why = 'terminating>0 is invalid for finished job';
    errors.push(invalid('status.terminating', count('terminating'), why));
  }
  const uncounted = (status.uncountedTerminatedPods ?? {}) as Readonly<Record<string, unknown[]>>;
  const left = (uncounted.failed ?? []).length + (uncounted.succeeded ?? []).length;
  if (touched('uncountedTerminatedPods') && finished && left > 0) {
    const shown = { Succeeded: uncounted.succeeded ?? null, Failed: uncounted.failed ?? null };
    const field = 'status.uncountedTerminatedPods';
    errors.push(invalid(field, shown, 'must be empty for finished job'));
  }
  return errors;
}

function indexErrors(spec: DraftJobSpec, status: Counts, old: Counts): FieldError[] {
  const errors: FieldError[] = [];
  const completed = String(status.completedIndexes ?? '');
  const failed = status.failedIndexes;
  const check = (name: string, text: string): void => {
    const parsed = parseIndexes(text, spec.completions ?? 0);
    if (typeof parsed !== 'string' || spec.completions === undefined) return;
    errors.push(invalid(`status.${name}`, text, `error parsing ${name}: ${parsed}`));
  };
  const completedChanged = completed !== String(old.completedIndexes ?? '');
  const failedChanged = failed !== old.failedIndexes;
  if (completedChanged) check('completedIndexes', completed);
  if (failedChanged && typeof failed === 'string' && spec.backoffLimitPerIndex !== undefined) {
    check('failedIndexes', failed);
  }
  if (completedChanged && completed !== '' && spec.completionMode !== 'Indexed') {
    const why = 'cannot set non-empty completedIndexes when non-indexed completion mode';
    errors.push(invalid('status.completedIndexes', completed, why));
  }
  if (failedChanged && typeof failed === 'string' && spec.backoffLimitPerIndex === undefined) {
    const why = 'cannot set non-null failedIndexes when backoffLimitPerIndex is null';
    errors.push(invalid('status.failedIndexes', failed, why));
  }
  return errors;
}

function contradictionErrors(status: Counts): FieldError[] {
  if (!has(status, 'SuccessCriteriaMet')) return [];
  return ['Failed', 'FailureTarget']
    .filter((type) => has(status, type))
    .map((type) => conditions(`cannot set SuccessCriteriaMet=True and ${type}=true conditions`));
}

/** What was counted or reached before stays. */
function regressionErrors(spec: DraftJobSpec, status: Counts, old: Counts): FieldError[] {
  const errors: FieldError[] = [];
  for (const type of ['Failed', 'Complete', 'FailureTarget']) {
    if (!has(old, type) || has(status, type)) continue;
    errors.push(conditions(`cannot disable the terminal ${type}=True condition`));
  }
  const elastic = spec.completionMode === 'Indexed' && spec.completions === spec.parallelism;
  for (const name of elastic ? ['failed'] : ['failed', 'succeeded']) {
    const now = Number(status[name] ?? 0);
    if (now >= Number(old[name] ?? 0)) continue;
    errors.push(invalid(`status.${name}`, now, `cannot decrease the ${name} counter`));
  }
  const { completionTime: end, startTime: start } = status;
  if (end !== undefined && old.completionTime !== undefined && end !== old.completionTime) {
    errors.push(invalid('status.completionTime', end, 'field is immutable'));
  }
  const resuming = has(old, 'Suspended') && !has(status, 'Suspended');
  const moved = old.startTime !== undefined && start !== old.startTime;
  if (moved && spec.suspend !== true && !resuming) {
    const why = 'field is immutable for unsuspended job once set';
    errors.push(invalid('status.startTime', start ?? null, why));
  }
  if (has(old, 'SuccessCriteriaMet') && !has(status, 'SuccessCriteriaMet')) {
    errors.push(conditions('cannot disable the SuccessCriteriaMet=True condition'));
  }
  return errors;
}
