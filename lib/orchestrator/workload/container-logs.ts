/**
 * What containers write to their standard output, as the container runtime keeps it on a node: of
 * each container in a pod, that of the newest instance and of the one before.
 * FIDELITY: programs write when they start and never again.
 */

export interface ContainerLog {
  readonly containerId: string;
  readonly containerName: string;
  /** In ms since the Unix epoch. */
  readonly writtenAtMs: number;
  readonly lines: readonly string[];
}

const KEPT = 2;

export class ContainerLogs {
  /** By the pod's uid; the oldest first. */
  private readonly byPod = new Map<string, readonly ContainerLog[]>();

  write(podUid: string, log: ContainerLog): void {
    const known = this.byPod.get(podUid) ?? [];
    const same = known.filter(({ containerName }) => containerName === log.containerName);
    const dropped = same.length < KEPT ? undefined : same[0];
    this.byPod.set(podUid, [...known.filter((each) => each !== dropped), log]);
  }

  of(podUid: string, containerId: string): ContainerLog | undefined {
    return this.byPod.get(podUid)?.find((log) => log.containerId === containerId);
  }

  removePod(podUid: string): void {
    this.byPod.delete(podUid);
  }
}
