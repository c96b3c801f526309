/** `expect(db).toHaveNeverHad({ readyReplicas: below(2) })`: over the whole trace since the last change. */
import { countOver, podHistories, type PodState } from '../../report/pod-history';
import { formatInstant } from '../../report/instants';
import type { WorkloadHandle } from '../handles/workload-handle';
import { matcher, requireHandle } from './matcher';
import { evidenceOf, isWorkload, podsOf } from './workloads';

/** A condition on a number, with words for messages. */
export interface NumberCondition {
  /** `below 2` */
  readonly words: string;
  /** Whether it is so of a number. */
  holds(value: number): boolean;
}

/** Less than the limit. */
export const below = (limit: number): NumberCondition => ({
  words: `below ${limit}`,
  holds: (value) => value < limit,
});
/** More than the limit. */
export const above = (limit: number): NumberCondition => ({
  words: `above ${limit}`,
  holds: (value) => value > limit,
});
/** That number and no other. */
export const exactly = (number: number): NumberCondition => ({
  words: `exactly ${number}`,
  holds: (value) => value === number,
});

/** Numbers of pods that a workload must never have had. */
export interface NeverProps {
  /** Pods that are Ready and not terminating. @default - not looked at */
  readonly readyReplicas?: NumberCondition;
  /** Pods that are neither ended nor terminating. @default - not looked at */
  readonly replicas?: NumberCondition;
}

const LIVE: ReadonlySet<PodState> = new Set(['pending', 'starting', 'unready', 'ready']);

export const toHaveNeverHad = matcher(
  'toHaveNeverHad',
  (received: WorkloadHandle, props: NeverProps) => {
    const handle = requireHandle(received, 'toHaveNeverHad', 'a workload', isWorkload);
    const since = handle.cluster.lastChangeAt;
    const histories = podHistories(handle.cluster.core.trace, podsOf(handle));
    const checks = [
      ['ready replicas', props.readyReplicas, (state: PodState) => state === 'ready'],
      ['replicas', props.replicas, (state: PodState) => LIVE.has(state)],
    ] as const;
    const expected: string[] = [];
    for (const [what, condition, counts] of checks) {
      if (condition === undefined) continue;
      expected.push(`never ${condition.words} ${what} since ${formatInstant(since)}`);
      const broken = countOver(histories, since, counts).find(({ count }) =>
        condition.holds(count),
      );
      if (broken === undefined) continue;
      return {
        pass: false,
        expected: expected.join(', '),
        received: `${broken.count} ${what} at ${formatInstant(broken.at)}`,
        evidence: evidenceOf(handle),
      };
    }
    return {
      pass: true,
      expected: expected.join(', '),
      received: 'none',
      evidence: evidenceOf(handle),
    };
  },
);
