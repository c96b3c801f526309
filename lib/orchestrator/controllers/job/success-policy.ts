/** What spec.successPolicy says: the first rule that the succeeded indexes meet ends the Job. */
import type { Job } from '../../api/objects';
import { parseIndexes } from './completion-index';
import type { FinishReason } from './finish-condition';

export function successOf(job: Job, succeeded: ReadonlySet<number>): FinishReason | undefined {
  const rules = job.spec.successPolicy?.rules ?? [];
  if (succeeded.size === 0) return undefined;
  const met = rules.findIndex(({ succeededIndexes, succeededCount }) => {
    if (succeededIndexes === undefined) return succeeded.size >= (succeededCount ?? Infinity);
    const wanted = [...parseIndexes(succeededIndexes)];
    const reached = wanted.filter((index) => succeeded.has(index)).length;
    return reached >= (succeededCount ?? wanted.length);
  });
  if (met < 0) return undefined;
  const message = `Matched rules at index ${met}`;
  return { type: 'SuccessCriteriaMet', reason: 'SuccessPolicy', message };
}
