/** `expect(web).toBeAvailable({ atLeast: 3 })`: so many pods serve now, or within a time. */
import { durationMs } from '../../orchestrator/sim';
import type { Duration } from '../duration';
import type { WorkloadHandle } from '../handles/workload-handle';
import { matcher, requireHandle } from './matcher';
import { availableReplicas, evidenceOf, isWorkload } from './workloads';

/** How many replicas, and by when. */
export interface AvailabilityProps {
  /** Number of available replicas. @default all that are wanted */
  readonly atLeast?: number;
  /** Lets so much time pass at most. @default none: as it is now */
  readonly within?: Duration;
}

export const toBeAvailable = matcher(
  'toBeAvailable',
  (received: WorkloadHandle, { atLeast, within }: AvailabilityProps = {}) => {
    const handle = requireHandle(received, 'toBeAvailable', 'a workload', isWorkload);
    const wanted = (): number => atLeast ?? handle.replicas;
    const holds = (): boolean => availableReplicas(handle) >= wanted();
    const pass =
      within === undefined ? holds() : handle.cluster.core.runUntil(holds, durationMs(within));
    const hint =
      !pass && within === undefined && handle.cluster.now === handle.cluster.lastChangeAt
        ? "; no virtual time has passed since the last change: did you mean { within: '1m' }?"
        : '';
    return {
      pass,
      expected: `at least ${wanted()} available replicas${within === undefined ? '' : ` within ${within}`}`,
      received: `${availableReplicas(handle)} of ${handle.replicas} replicas are available${hint}`,
      evidence: evidenceOf(handle),
    };
  },
  { drivesTime: (props?) => props?.within !== undefined },
);
