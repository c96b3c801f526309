/**
 * Tells the API server what the kubelet knows of a pod. Stands for the kubelet's status manager:
 * it reads the pod as it is stored, so that what others wrote stays, and writes only changes.
 */
import type { Pod } from '../../api/objects';
import { isApiStatusError } from '../../api/status-error';
import { formatTime } from '../../api/timestamps';
import { ConnectionError } from '../../client';
import type { KubeletContext } from '../kubelet-context';
import type { PodRecord } from './pod-record';
import { computeStatus } from './pod-status';

export class StatusWriter {
  constructor(private readonly context: KubeletContext) {}

  /**
   * Writes the pod's status if it changed; a terminal phase is held back while `holdPhase`.
   * @returns whether the pod still exists and could be reached
   */
  write(record: PodRecord, holdPhase = true): boolean {
    const { client, clock, hostIP, runtime } = this.context;
    const current = this.stored(record);
    if (current === undefined) return false;
    record.pod = current;
    const status = computeStatus(record, {
      current,
      now: formatTime(clock.wallMs),
      hostIP,
      runtime,
      holdPhase,
    });
    return this.send(record, { ...current, status }, client);
  }

  /** Writes that the kubelet does not take the pod. */
  reject(record: PodRecord, reason: string, message: string): void {
    const current = this.stored(record);
    if (current === undefined) return;
    const { qosClass } = current.status;
    const status: Pod['status'] = {
      observedGeneration: current.metadata.generation ?? 1,
      phase: 'Failed',
      message: `Pod was rejected: ${message}`,
      reason,
      startTime: formatTime(this.context.clock.wallMs),
      ...(qosClass === undefined ? {} : { qosClass }),
    };
    this.send(record, { ...current, status }, this.context.client);
  }

  /** The pod as it is stored, if it is still the same one. */
  stored(record: PodRecord): Pod | undefined {
    const { client } = this.context;
    if (!client.isConnected) {
      this.context.unsaid = true;
      return undefined;
    }
    const { name, namespace } = record.pod.metadata;
    const current = client.tryGet<Pod>('pods', namespace, name);
    return current?.metadata.uid === record.uid ? current : undefined;
  }

  private send(record: PodRecord, pod: Pod, client: KubeletContext['client']): boolean {
    try {
      const written = client.updateStatus<Pod>('pods', pod);
      record.pod = written;
      record.status = written.status;
      return true;
    } catch (error) {
      if (error instanceof ConnectionError || isApiStatusError(error)) return false;
      throw error;
    }
  }
}
