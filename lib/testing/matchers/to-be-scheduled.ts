/** `expect(pod).toBeScheduled({ on: 'a-1' })`, for a pod or all pods of a workload. */
import type { Pod } from '../../orchestrator/api/objects';
import { durationMs } from '../../orchestrator/sim';
import { whyPodsFail } from '../../report/why';
import type { Duration } from '../duration';
import { Handle } from '../handles/handle';
import { PodHandle } from '../handles/pod-handle';
import { WorkloadHandle } from '../handles/workload-handle';
import { UsageError } from '../usage-error';
import { matcher } from './matcher';
import type { Evidence } from './verdict';

/** Where, and by when. */
export interface ScheduledProps {
  /** Name of the node. @default any */
  readonly on?: string;
  /** Lets so much time pass at most. @default none: as it is now */
  readonly within?: Duration;
}

export const toBeScheduled = matcher(
  'toBeScheduled',
  (received: PodHandle | WorkloadHandle, { on, within }: ScheduledProps = {}) => {
    const handle = podsHandle(received, 'toBeScheduled');
    const holds = (): boolean => {
      const pods = podsIn(handle);
      return (
        pods.length > 0 &&
        pods.every(({ spec }) => spec.nodeName && (on === undefined || spec.nodeName === on))
      );
    };
    const { cluster } = handle;
    const pass = within === undefined ? holds() : cluster.core.runUntil(holds, durationMs(within));
    const places = podsIn(handle).map(
      (pod) =>
        `${pod.metadata.name} ${pod.spec.nodeName ? `on ${pod.spec.nodeName}` : 'is Pending'}`,
    );
    return {
      pass,
      expected: on === undefined ? 'to be scheduled' : `to be scheduled on ${on}`,
      received: places.slice(0, 6).join(', ') || 'no pods',
      evidence: podsEvidence(handle),
    };
  },
  { drivesTime: (props?) => props?.within !== undefined, insteadOfNot: 'toBeUnschedulable' },
);

export function podsHandle(received: unknown, name: string): PodHandle | WorkloadHandle {
  if (received instanceof PodHandle || received instanceof WorkloadHandle) return received;
  const what = received instanceof Handle ? received.toString() : String(received);
  throw new UsageError(`expect(…).${name}() takes a pod or a workload; ${what} is neither.`);
}

export function podsIn(handle: PodHandle | WorkloadHandle): Pod[] {
  if (handle instanceof PodHandle) {
    const pod = handle.tryGet();
    return pod === undefined ? [] : [pod];
  }
  return handle.podObjects();
}

export function podsEvidence(handle: PodHandle | WorkloadHandle): Evidence {
  const { cluster } = handle;
  const { api, trace } = cluster.core;
  const names = new Set(podsIn(handle).map((pod) => pod.metadata.uid));
  return {
    cluster,
    handle,
    concerns: (pod) => names.has(pod.metadata.uid),
    why: () => whyPodsFail({ api, trace, nowMs: cluster.now }, podsIn(handle)),
  };
}
