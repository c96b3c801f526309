/** How a container's end is kept until the status shows it. */
import { formatTime } from '../../api/timestamps';
import type { ContainerExit } from '../container-runtime';
import type { ContainerRecord } from '../pods/pod-record';

/** What a runtime says of containers that were running when the machine went down. */
export const LOST_POWER: ContainerExit = { exitCode: 255, reason: 'Unknown' };

/** Notes the end of a container's present instance; the kubelet has yet to notice it. */
export function endInstance(container: ContainerRecord, exit: ContainerExit, wallMs: number): void {
  container.running = false;
  container.ended = {
    finishedAtMs: Math.floor(wallMs / 1000) * 1000,
    terminated: {
      exitCode: exit.exitCode,
      reason: exit.reason,
      ...(exit.message === undefined ? {} : { message: exit.message }),
      startedAt: container.startedAt,
      finishedAt: formatTime(wallMs),
      containerID: `containerd://${container.id}`,
    },
  };
  container.endSeen = false;
}
