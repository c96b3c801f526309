/**
 * `expect(db).toRecover({ within: '10m' })`: after a fault all wanted replicas are ready again, and
 * none of them is on a machine that is down and only looks so.
 */
import { durationMs } from '../../orchestrator/sim';
import { formatInstant } from '../../report/instants';
import type { Duration } from '../duration';
import type { WorkloadHandle } from '../handles/workload-handle';
import { matcher, requireHandle } from './matcher';
import { evidenceOf, isWorkload, readyOver } from './workloads';

export const toRecover = matcher(
  'toRecover',
  (received: WorkloadHandle, { within = '10m' }: { within?: Duration } = {}) => {
    const handle = requireHandle(received, 'toRecover', 'a workload', isWorkload);
    const { cluster } = handle;
    const ready = (): number => readyOver(handle, cluster.now).at(-1)!.count;
    const status = (): number =>
      (handle.get() as { status?: { readyReplicas?: number } }).status?.readyReplicas ?? 0;
    // Kubernetes takes a while to notice a dead node: until then its pods look ready.
    const { faults } = cluster.core.network;
    const isReallyUp = (): boolean =>
      handle.pods.every(({ nodeName }) => nodeName === undefined || !faults.isDown(nodeName));
    const holds = (): boolean =>
      status() >= handle.replicas && ready() >= handle.replicas && isReallyUp();
    const since = cluster.now;
    const pass = cluster.core.runUntil(holds, durationMs(within));
    return {
      pass,
      expected: `all ${handle.replicas} replicas to be ready again within ${within}`,
      received: `${ready()} ready after ${formatInstant(cluster.now - since).slice(1)}`,
      evidence: evidenceOf(handle),
    };
  },
  { drivesTime: () => true },
);
