/** `expect(pod).toBeUnschedulable({ reason: 'Insufficient cpu' })`: the scheduler found no node. */
import { conditionOf, type Pod } from '../../orchestrator/api/objects';
import { durationMs } from '../../orchestrator/sim';
import type { Duration } from '../duration';
import type { PodHandle } from '../handles/pod-handle';
import type { WorkloadHandle } from '../handles/workload-handle';
import { matcher } from './matcher';
import { podsEvidence, podsHandle, podsIn } from './to-be-scheduled';

/** Why, and by when. */
export interface UnschedulableProps {
  /** Text that the scheduler's message must contain. @default any */
  readonly reason?: string;
  /** Lets so much time pass at most. @default none: as it is now */
  readonly within?: Duration;
}

const messageOf = (pod: Pod): string | undefined => {
  const condition = conditionOf(pod, 'PodScheduled');
  return condition?.reason === 'Unschedulable' ? (condition.message ?? '') : undefined;
};

export const toBeUnschedulable = matcher(
  'toBeUnschedulable',
  (received: PodHandle | WorkloadHandle, { reason, within }: UnschedulableProps = {}) => {
    const handle = podsHandle(received, 'toBeUnschedulable');
    const holds = (): boolean =>
      podsIn(handle).some((pod) => {
        const message = messageOf(pod);
        return message !== undefined && (reason === undefined || message.includes(reason));
      });
    const { cluster } = handle;
    const pass = within === undefined ? holds() : cluster.core.runUntil(holds, durationMs(within));
    const found = podsIn(handle)
      .map(messageOf)
      .find((message) => message !== undefined);
    return {
      pass,
      expected:
        reason === undefined ? 'to be unschedulable' : `to be unschedulable because of '${reason}'`,
      received: found ?? 'every pod has a node',
      evidence: podsEvidence(handle),
    };
  },
  { drivesTime: (props?) => props?.within !== undefined, insteadOfNot: 'toBeScheduled' },
);
