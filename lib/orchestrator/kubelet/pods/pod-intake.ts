/**
 * The pods of a node as its kubelet hears of them: taken in if there is room, followed when they
 * change, and let go of when they are gone. Stands for the kubelet's handlers of pod updates and
 * for its admission of pods.
 */
import { keyOf } from '../../api/object';
import { isTerminal, type Node, type Pod } from '../../api/objects';
import type { KubeletContext } from '../kubelet-context';
import { NodeUsage, refusalOf } from './pod-admission';
import { newPodRecord, takeSpec, type PodRecord } from './pod-record';
import type { PodSync, PodSyncParts } from './pod-sync';

const DEFAULT_MAX_PODS = 110;

/** The parts of the kubelet that a pod meets on its way in and out. */
export interface PodIntakeParts extends PodSyncParts {
  readonly pods: PodSync;
}

export class PodIntake {
  private readonly usage = new NodeUsage();

  constructor(
    private readonly context: KubeletContext,
    private readonly parts: PodIntakeParts,
  ) {}

  added(pod: Pod): void {
    const { records, client, nodeName, config, recorder } = this.context;
    if (records.has(pod.metadata.uid) || isTerminal(pod)) return;
    const record = newPodRecord(keyOf(pod), pod);
    records.set(record.uid, record);
    const node = client.tryGet<Node>('nodes', undefined, nodeName);
    const refusal = refusalOf(pod, node, this.usage, config.maxPods ?? DEFAULT_MAX_PODS);
    if (refusal !== undefined) {
      record.lifecycle = 'finished';
      recorder.event(pod, 'Warning', refusal.reason, refusal.message);
      this.parts.status.reject(record, refusal.reason, refusal.message);
      return;
    }
    this.usage.add(pod);
    if (pod.metadata.deletionTimestamp !== undefined) this.parts.terminator.delete(record, false);
    else this.parts.pods.begin(record);
  }

  updated(pod: Pod): void {
    const record = this.context.records.get(pod.metadata.uid);
    if (record === undefined) return this.added(pod);
    record.pod = pod;
    if (pod.metadata.deletionTimestamp !== undefined) {
      if (record.lifecycle !== 'finished' || pod.metadata.finalizers === undefined) {
        this.parts.terminator.delete(record, false);
      }
      return;
    }
    const gated = pod.spec.readinessGates !== undefined && pod.status !== record.status;
    if (takeSpec(record) || gated) {
      this.parts.schedule.soon(record, this.context.random.int(4, 14));
    }
  }

  deleted(pod: Pod): void {
    const { records, runtime } = this.context;
    const record = records.get(pod.metadata.uid);
    if (record === undefined) return;
    if (record.containers.some(({ running }) => running)) {
      record.pod = pod;
      this.parts.terminator.delete(record, true);
      return;
    }
    this.parts.pods.abandon(record);
    this.parts.prober.removePod(record.uid);
    this.release(record);
    runtime.removePod(record.uid);
    records.delete(record.uid);
  }

  /** Gives back what the pod held of the node. */
  release(record: PodRecord): void {
    if (record.released) return;
    record.released = true;
    this.parts.starter.forgetPod(record.uid);
    this.usage.remove(record.pod);
    this.parts.volumes.release(record);
    if (record.ip !== '' && record.pod.spec.hostNetwork !== true) {
      this.context.addresses.release(record.ip);
    }
  }
}
