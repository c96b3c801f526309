/**
 * Brings containers to their end: preStop hook, SIGTERM, and SIGKILL when the grace is used up.
 * Stands for kuberuntime's killContainer and, for whole pods, its termination order of sidecars.
 */
import { cancel, type Timer } from '../../sim';
import { containerReference, type KubeletContext } from '../kubelet-context';
import type { ContainerRecord, PodRecord } from '../pods/pod-record';

/** However long a hook took, a process has this long between SIGTERM and SIGKILL. */
const MINIMUM_GRACE_MS = 2000;

interface KillStep {
  readonly uid: string;
  readonly index: number;
}

export class ContainerKiller {
  private readonly steps: Timer<KillStep>;

  constructor(private readonly context: KubeletContext) {
    this.steps = context.clock.timer<KillStep>(`kubelet/${context.nodeName}: kill`, (step) =>
      this.goOn(step),
    );
  }

  /** Begins to end a running container; `message` is that of the Killing event. */
  kill(record: PodRecord, container: ContainerRecord, graceMs: number, message: string): void {
    if (container.kill !== undefined || !container.running) return;
    const { recorder, clock, runtime } = this.context;
    recorder.event(containerReference(record, container), 'Normal', 'Killing', message);
    const preStop = container.spec.lifecycle?.preStop;
    container.kill = {
      startedAt: clock.now,
      graceMs,
      hook: 'none',
      hookFailed: false,
      signalled: false,
      event: undefined,
    };
    if (preStop === undefined || graceMs === 0) return this.terminate(record, container);
    const answer = runtime.runHook(container.id, preStop);
    const outlasts = answer.afterMs > graceMs;
    container.kill.hook = outlasts ? 'outlasts' : 'running';
    container.kill.hookFailed = answer.error !== undefined;
    this.after(record, container, outlasts ? graceMs : answer.afterMs);
  }

  /** A container has ended; others of its pod may have waited for that. */
  exited(record: PodRecord, container: ContainerRecord): void {
    const { kill } = container;
    container.kill = undefined;
    if (kill !== undefined) {
      cancel(kill.event);
      if (kill.hook === 'outlasts') this.hookFailed(record, container);
    }
    for (const other of record.containers) {
      if (other.role === 'sidecar' && other.kill !== undefined && !other.kill.signalled) {
        const { hook } = other.kill;
        if (hook === 'none' || hook === 'done') this.terminate(record, other);
      }
    }
  }

  /** Whether some container of the pod is on its way out. */
  isKilling(record: PodRecord): boolean {
    for (const { kill } of record.containers) if (kill !== undefined) return true;
    return false;
  }

  /** Forgets all that was to come; the kubelet has stopped. */
  drop(record: PodRecord): void {
    for (const container of record.containers) {
      cancel(container.kill?.event);
      container.kill = undefined;
    }
  }

  private goOn({ uid, index }: KillStep): void {
    const record = this.context.records.get(uid);
    const container = record?.containers[index];
    const kill = container?.kill;
    if (record === undefined || container === undefined || kill === undefined) return;
    if (!this.context.up) return;
    kill.event = undefined;
    if (kill.signalled) {
      this.context.runtime.signal(container.id, 'SIGKILL');
      return;
    }
    if (kill.hook === 'running') {
      kill.hook = 'done';
      if (kill.hookFailed) this.hookFailed(record, container);
    }
    this.terminate(record, container);
  }

  private hookFailed(record: PodRecord, container: ContainerRecord): void {
    const about = containerReference(record, container);
    this.context.recorder.event(about, 'Warning', 'FailedPreStopHook', 'PreStopHook failed');
  }

  /** Sends SIGTERM, or waits for those that have to end before. */
  private terminate(record: PodRecord, container: ContainerRecord): void {
    const kill = container.kill!;
    const { clock, random, runtime } = this.context;
    const left = kill.graceMs - (clock.now - kill.startedAt);
    if (left > 0 && mustWait(record, container)) {
      if (kill.event === undefined || kill.event.cancelled) this.after(record, container, left);
      return;
    }
    cancel(kill.event);
    kill.signalled = true;
    runtime.signal(container.id, 'SIGTERM');
    this.after(record, container, Math.max(MINIMUM_GRACE_MS, left) + random.int(2, 40));
  }

  private after(record: PodRecord, container: ContainerRecord, ms: number): void {
    container.kill!.event = this.steps.after(ms, { uid: record.uid, index: container.index });
  }
}

/** When a whole pod ends, a sidecar's SIGTERM comes after all that were started after it. */
function mustWait(record: PodRecord, container: ContainerRecord): boolean {
  if (container.role !== 'sidecar' || record.lifecycle === 'running') return false;
  for (const other of record.containers) {
    if (other.index > container.index && other.running) return true;
  }
  return false;
}
