/**
 * The end of a pod, whether it is deleted or done: containers are killed in order, the final
 * status is written, and a deleted pod's object is removed. Stands for Kubelet.syncTerminatingPod
 * and syncTerminatedPod.
 */
import { isApiStatusError } from '../../api/status-error';
import { ConnectionError } from '../../client';
import { cancel, type Timer } from '../../sim';
import type { ContainerKiller } from '../containers/container-killer';
import type { KubeletContext } from '../kubelet-context';
import type { Prober } from '../probes/prober';
import type { PodRecord } from './pod-record';
import { phaseOf } from './pod-status';
import type { StatusWriter } from './status-writer';
import type { SyncSchedule } from './sync-schedule';

/** How long the kubelet waits before it tries anew to reach the API server. */
const REMOVE_RETRY_MS = 1000;

type Step = 'kill' | 'stopped' | 'final' | 'remove';

interface TerminationStep {
  readonly uid: string;
  readonly step: Step;
}

export interface TerminatorParts {
  readonly status: StatusWriter;
  readonly prober: Prober;
  readonly killer: ContainerKiller;
  readonly schedule: () => SyncSchedule;
  /** The pod no longer uses the node: its resources, ports, address and volumes are free. */
  readonly released: (record: PodRecord) => void;
}

export class PodTerminator {
  private readonly steps: Timer<TerminationStep>;

  constructor(
    private readonly context: KubeletContext,
    private readonly parts: TerminatorParts,
  ) {
    const name = `kubelet/${context.nodeName}: termination`;
    this.steps = context.clock.timer<TerminationStep>(name, (step) => this.goOn(step));
  }

  /** All regular containers are done, or the pod's time is up. */
  end(record: PodRecord): void {
    record.lifecycle = 'ending';
    this.abandon(record);
    this.killAll(record);
  }

  /** The pod's object is marked for deletion, or is gone already (forced). */
  delete(record: PodRecord, forced: boolean): void {
    record.forced ||= forced;
    if (record.lifecycle === 'finished') return this.remove(record);
    if (record.lifecycle === 'deleting') return;
    const wasEnding = record.lifecycle === 'ending';
    record.lifecycle = 'deleting';
    if (wasEnding) return;
    this.abandon(record);
    this.after(record, 'kill', this.context.random.int(3, 18));
  }

  /** Begins the end anew after the kubelet was down. */
  resume(record: PodRecord): void {
    if (record.pod.metadata.deletionTimestamp === undefined) return this.end(record);
    record.lifecycle = 'running';
    this.delete(record, false);
  }

  /** A container of an ending pod has stopped; when it was the last, the pod's end goes on. */
  containerStopped(record: PodRecord): void {
    if (record.containers.some(({ running }) => running)) return;
    if (record.stage === 'done') return;
    record.stage = 'done';
    this.after(record, 'stopped', record.killedSome ? this.context.random.int(80, 125) : 0);
  }

  private goOn({ uid, step }: TerminationStep): void {
    const record = this.context.records.get(uid);
    if (record === undefined || !this.context.up) return;
    if (step === 'kill') this.killAll(record);
    else if (step === 'stopped') this.stopped(record);
    else if (step === 'final') this.finalStatus(record);
    else this.remove(record);
  }

  private abandon(record: PodRecord): void {
    cancel(record.stageEvent);
    record.stageEvent = undefined;
    record.todo = [];
    this.parts.schedule().clear(record);
    this.parts.prober.stopRestarts(record.uid);
  }

  private killAll(record: PodRecord): void {
    record.stage = 'killing';
    this.repeatOutcome(record);
    const { metadata, spec } = record.pod;
    const seconds =
      record.lifecycle === 'deleting' && !record.forced
        ? Math.max(1, metadata.deletionGracePeriodSeconds ?? 0)
        : spec.terminationGracePeriodSeconds;
    for (const container of record.containers) {
      if (!container.running) continue;
      record.killedSome = true;
      const message = `Stopping container ${container.spec.name}`;
      this.parts.killer.kill(record, container, seconds * 1000, message);
    }
    // The deletion is a new generation of the pod, which the status says to have been seen.
    if (record.lifecycle === 'deleting' && record.killedSome) this.parts.status.write(record);
    this.containerStopped(record);
  }

  /** Each look at a pod whose time is up says so again. */
  private repeatOutcome(record: PodRecord): void {
    const { outcome, pod } = record;
    if (outcome === undefined || record.lifecycle !== 'ending') return;
    this.context.recorder.event(pod, 'Normal', outcome.reason, outcome.message);
  }

  private stopped(record: PodRecord): void {
    this.repeatOutcome(record);
    record.sandboxReady = false;
    this.parts.prober.removePod(record.uid);
    if (record.lifecycle === 'deleting') {
      this.finalStatus(record);
      const at = this.parts.schedule().nextRelistAt() + this.context.random.int(5, 40);
      record.stageEvent = this.steps.at(at, { uid: record.uid, step: 'remove' });
      return;
    }
    const { random } = this.context;
    let at = this.parts.schedule().nextRelistAt() + random.int(15, 140);
    if (record.killedSome) {
      this.seeEnds(record);
      this.parts.status.write(record);
      at += 1000;
    }
    record.stageEvent = this.steps.at(at, { uid: record.uid, step: 'final' });
  }

  private finalStatus(record: PodRecord): void {
    this.repeatOutcome(record);
    this.seeEnds(record);
    const phase = phaseOf(record);
    record.finalPhase = phase === 'Succeeded' ? 'Succeeded' : 'Failed';
    this.parts.status.write(record, false);
    this.parts.released(record);
    if (record.lifecycle === 'deleting') return;
    record.lifecycle = 'finished';
    if (record.pod.metadata.deletionTimestamp !== undefined) this.remove(record);
  }

  private seeEnds(record: PodRecord): void {
    for (const container of record.containers) {
      container.endSeen = container.ended !== undefined;
      container.ready = container.role === 'init' && container.ended?.terminated.exitCode === 0;
      container.started = false;
      container.status = undefined;
    }
  }

  /** Removes the object of a deleted pod for good. */
  private remove(record: PodRecord): void {
    const { client, records, runtime } = this.context;
    if (!client.isConnected) return this.after(record, 'remove', REMOVE_RETRY_MS);
    const current = this.parts.status.stored(record);
    if (current !== undefined && current.metadata.deletionTimestamp !== undefined) {
      const { namespace, name, uid } = current.metadata;
      try {
        client.delete('pods', namespace, name, { gracePeriodSeconds: 0, preconditions: { uid } });
      } catch (error) {
        if (!(error instanceof ConnectionError) && !isApiStatusError(error)) throw error;
      }
    }
    record.lifecycle = 'finished';
    runtime.removePod(record.uid);
    if (this.parts.status.stored(record) === undefined) records.delete(record.uid);
  }

  private after(record: PodRecord, step: Step, ms: number): void {
    record.stageEvent = this.steps.after(ms, { uid: record.uid, step });
  }
}
