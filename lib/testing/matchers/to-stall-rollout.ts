/** `expect(web).toStallRollout({ within: '11m' })`: the rollout misses its progress deadline. */
import { durationMs } from '../../orchestrator/sim';
import { conditionOf, type Deployment } from '../../orchestrator/api/objects';
import type { Duration } from '../duration';
import type { WorkloadHandle } from '../handles/workload-handle';
import { matcher, requireHandle } from './matcher';
import { evidenceOf, isWorkload } from './workloads';

export interface StallProps {
  /** Reason of the Progressing condition. @default 'ProgressDeadlineExceeded' */
  readonly reason?: string;
  /** @default '11m', the default progress deadline and a minute */
  readonly within?: Duration;
}

export const toStallRollout = matcher(
  'toStallRollout',
  (
    received: WorkloadHandle,
    { reason = 'ProgressDeadlineExceeded', within = '11m' }: StallProps = {},
  ) => {
    const handle = requireHandle(received, 'toStallRollout', 'a deployment', isWorkload);
    const progressing = () => conditionOf(handle.get() as unknown as Deployment, 'Progressing');
    const isStalled = (): boolean => {
      const condition = progressing();
      return condition?.status === 'False' && condition.reason === reason;
    };
    const pass = handle.cluster.core.runUntil(isStalled, durationMs(within));
    const found = progressing();
    return {
      pass,
      expected: `the rollout to stall with ${reason} within ${within}`,
      received: `Progressing=${found?.status ?? 'missing'} ${found?.reason ?? ''}: ${found?.message ?? ''}`,
      evidence: evidenceOf(handle),
    };
  },
  { drivesTime: () => true, insteadOfNot: 'toCompleteRollout' },
);
