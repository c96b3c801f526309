/** Which of the nodes where preemption helps is the one where it hurts least. */
import { type Candidate, startOf } from './victims';

/** Lifts all priorities above 0, so that a sum of few victims is less than one of many. */
const PRIORITY_SHIFT = 2 ** 31;

/** Each is asked of the candidates that the ones before left; the lowest values stay. */
const CRITERIA: readonly ((candidate: Candidate) => number)[] = [
  ({ budgetViolations }) => budgetViolations,
  ({ victims }) => victims[0]!.priority,
  ({ victims }) => victims.reduce((sum, { priority }) => sum + priority + PRIORITY_SHIFT, 0),
  ({ victims }) => victims.length,
  (candidate) => -earliestStart(candidate),
];

/** The best of some candidates; the first among equals. */
export function chooseCandidate(candidates: readonly Candidate[]): Candidate {
  let left = candidates;
  for (const cost of CRITERIA) {
    if (left.length === 1) break;
    const costs = left.map(cost);
    const lowest = Math.min(...costs);
    left = left.filter((_candidate, i) => costs[i] === lowest);
  }
  return left[0]!;
}

/** When the first of the most important victims started. */
function earliestStart({ victims }: Candidate): number {
  const highest = victims[0]!.priority;
  let earliest = Infinity;
  for (const info of victims) {
    if (info.priority === highest) earliest = Math.min(earliest, startOf(info));
  }
  return earliest;
}
