/** `expect(web).toScaleTo({ atLeast: 8, within: '5m' })`: the number of replicas comes to be. */
import { durationMs } from '../../orchestrator/sim';
import { formatInstant } from '../../report/instants';
import type { Duration } from '../duration';
import type { WorkloadHandle } from '../handles/workload-handle';
import { matcher, requireHandle } from './matcher';
import { evidenceOf, isWorkload } from './workloads';

/** How many replicas, and by when. */
export interface ScaleProps {
  /** That number and no other. @default - any that the bounds allow */
  readonly exactly?: number;
  /** The fewest. @default - no bound */
  readonly atLeast?: number;
  /** The most. @default - no bound */
  readonly atMost?: number;
  /** Lets so much time pass at most. @default '10m' */
  readonly within?: Duration;
}

export const toScaleTo = matcher(
  'toScaleTo',
  (received: WorkloadHandle, goal: number | ScaleProps) => {
    const handle = requireHandle(received, 'toScaleTo', 'a workload', isWorkload);
    const props: ScaleProps = typeof goal === 'number' ? { exactly: goal } : goal;
    const { exactly, atLeast = exactly ?? 0, atMost = exactly ?? Infinity, within = '10m' } = props;
    const seen: number[] = [];
    const holds = (): boolean => {
      const { replicas } = handle;
      if (seen.at(-1) !== replicas) seen.push(replicas);
      return replicas >= atLeast && replicas <= atMost;
    };
    const pass = handle.cluster.core.runUntil(holds, durationMs(within));
    const range =
      exactly !== undefined
        ? `${exactly}`
        : [
            props.atLeast !== undefined && `at least ${atLeast}`,
            props.atMost !== undefined && `at most ${atMost}`,
          ]
            .filter(Boolean)
            .join(' and ');
    return {
      pass,
      expected: `to scale to ${range} replicas within ${within}`,
      received: `${seen.join(' → ')} replicas by ${formatInstant(handle.cluster.now)}`,
      evidence: evidenceOf(handle),
    };
  },
  { drivesTime: () => true },
);
