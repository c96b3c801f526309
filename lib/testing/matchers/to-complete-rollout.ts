/** `expect(web).toCompleteRollout({ within: '3m' })`: drives time until the rollout is done. */
import { durationMs } from '../../orchestrator/sim';
import { formatInstant } from '../../report/instants';
import type { Duration } from '../duration';
import type { WorkloadHandle } from '../handles/workload-handle';
import { matcher, requireHandle } from './matcher';
import { evidenceOf, isWorkload, whyIncomplete } from './workloads';

export const toCompleteRollout = matcher(
  'toCompleteRollout',
  (received: WorkloadHandle, { within = '10m' }: { within?: Duration } = {}) => {
    const handle = requireHandle(received, 'toCompleteRollout', 'a workload', isWorkload);
    const { cluster } = handle;
    const since = cluster.lastChangeAt;
    const isDone = (): boolean => whyIncomplete(handle.get()) === undefined;
    const pass = cluster.core.runUntil(isDone, durationMs(within));
    const why = whyIncomplete(handle.get());
    return {
      pass,
      expected: `the rollout to complete within ${within}`,
      received:
        why === undefined
          ? `it completed at ${formatInstant(cluster.now)}`
          : `${why}, after ${formatInstant(cluster.now - since).slice(1)}`,
      evidence: evidenceOf(handle),
    };
  },
  { drivesTime: () => true, insteadOfNot: 'toStallRollout' },
);
