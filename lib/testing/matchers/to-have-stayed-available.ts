/**
 * `expect(web).toHaveStayedAvailable({ atLeast: 3 })`: reads the trace since the last change, so
 * that nothing between two looks is missed.
 */
import { formatInstant } from '../../report/instants';
import type { WorkloadHandle } from '../handles/workload-handle';
import { matcher, requireHandle } from './matcher';
import { evidenceOf, isWorkload, readyOver } from './workloads';

export const toHaveStayedAvailable = matcher(
  'toHaveStayedAvailable',
  (received: WorkloadHandle, { atLeast }: { atLeast?: number } = {}) => {
    const handle = requireHandle(received, 'toHaveStayedAvailable', 'a workload', isWorkload);
    const since = handle.cluster.lastChangeAt;
    const floor = atLeast ?? handle.replicas;
    const over = readyOver(handle, since);
    const least = over.reduce((low, step) => (step.count < low.count ? step : low));
    return {
      pass: least.count >= floor,
      expected: `at least ${floor} ready replicas at every instant since ${formatInstant(since)}`,
      received: `${least.count} at ${formatInstant(least.at)}`,
      evidence: evidenceOf(handle),
    };
  },
);
