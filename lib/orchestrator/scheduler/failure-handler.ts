/** What follows when a pod could not be placed: it waits, and says why in an event and its status. */
import type { Nominator } from './queue/nominator';
import type { QueuedPod } from './queue/queued-pod';
import type { SchedulingQueue } from './queue/scheduling-queue';
import type { PodStatusWriter } from './pod-status-writer';
import type { SchedulerEventRecorder } from './scheduler-event-recorder';

export interface Failure {
  readonly message: string;
  /** The plugins that rejected the pod; none for an error. */
  readonly rejectedBy: readonly string[];
  readonly reason: 'Unschedulable' | 'SchedulerError';
  /** The node on which preemption makes room; '' if there is none. */
  readonly nominate?: string;
}

export class FailureHandler {
  constructor(
    private readonly parts: {
      readonly queue: SchedulingQueue;
      readonly nominator: Nominator;
      readonly recorder: SchedulerEventRecorder;
      readonly statuses: PodStatusWriter;
    },
  ) {}

  handle(queued: QueuedPod, { message, rejectedBy, reason, nominate }: Failure): void {
    const { queue, nominator, recorder, statuses } = this.parts;
    const { pod } = queued;
    queue.fail(queued, rejectedBy);
    if (nominate !== undefined) nominator.set(pod, nominate);
    recorder.event(pod, 'Warning', 'FailedScheduling', 'Scheduling', message);
    statuses.unschedulable(pod, reason, message, nominate);
  }
}
