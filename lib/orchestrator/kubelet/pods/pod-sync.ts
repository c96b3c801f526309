/**
 * The pod worker: one sync of a pod after another, each a run through status, volumes, sandbox
 * and containers. Stands for Kubelet.syncPod and kuberuntime's SyncPod. A sync that has to wait
 * (mount, pull, start, hook, kill) leaves a stage behind that a timer takes up again.
 */
import { formatTime } from '../../api/timestamps';
import { cancel, type Timer } from '../../sim';
import type { ContainerKiller } from '../containers/container-killer';
import type { ContainerStarter, NextStep } from '../containers/container-starter';
import type { KubeletContext } from '../kubelet-context';
import type { Prober } from '../probes/prober';
import { containersToKill, containersToStart, onlySidecarsLeft } from './pod-actions';
import type { ContainerRecord, PodRecord } from './pod-record';
import { phaseOf } from './pod-status';
import type { PodTerminator } from './pod-terminator';
import type { PodVolumes } from './pod-volumes';
import type { StatusWriter } from './status-writer';
import type { SyncSchedule } from './sync-schedule';

/** The mount of a pod's volumes is looked at every 300 ms, and the first look comes too early. */
const MOUNT_POLL_MS = 300;
const ERROR_RETRY_MS = 10_000;
const LONGEST_BACK_OFF_WAIT_MS = 60_000;
const DEADLINE = 'Pod was active on the node longer than the specified deadline';

export interface PodSyncParts {
  readonly status: StatusWriter;
  readonly prober: Prober;
  readonly killer: ContainerKiller;
  readonly starter: ContainerStarter;
  readonly volumes: PodVolumes;
  readonly terminator: PodTerminator;
  readonly schedule: SyncSchedule;
}

export class PodSync {
  private readonly stages: Timer<string>;

  constructor(
    private readonly context: KubeletContext,
    private readonly parts: PodSyncParts,
  ) {
    const name = `kubelet/${context.nodeName}: pod worker`;
    this.stages = context.clock.timer<string>(name, (uid) => this.goOn(uid));
  }

  /** A pod has been taken: its first sync comes when its worker has started. */
  begin(record: PodRecord): void {
    this.enter(record, 'admitting', this.context.random.int(6, 22));
  }

  /** Syncs the pod now, or once the sync that is running has ended. */
  sync(record: PodRecord): void {
    if (record.lifecycle !== 'running') return;
    if (record.stage !== 'idle') {
      record.syncWanted = true;
      return;
    }
    const { schedule, status, prober, terminator } = this.parts;
    schedule.clear(record);
    record.syncWanted = false;
    record.changed = false;
    record.failed = false;
    record.backOffMs = Infinity;
    this.observe(record);
    this.checkDeadline(record);
    if (!status.write(record) && this.context.client.isConnected) return;
    const phase = phaseOf(record);
    if (phase === 'Succeeded' || phase === 'Failed' || onlySidecarsLeft(record)) {
      terminator.end(record);
      return;
    }
    prober.statusComputed(record);
    this.prepare(record);
  }

  /** All that the running sync was killing has ended. */
  killed(record: PodRecord): void {
    if (record.lifecycle !== 'running') return;
    if (record.stage === 'killing') this.startMissing(record);
    else if (record.stage === 'dropping') this.startNext(record);
  }

  /** Whatever the pod's worker was waiting for is off. */
  abandon(record: PodRecord): void {
    cancel(record.stageEvent);
    record.stageEvent = undefined;
    record.todo = [];
    record.stage = 'idle';
    this.parts.schedule.clear(record);
  }

  /** Takes a pod up again that was known before the kubelet stopped. */
  resume(record: PodRecord): void {
    record.lastSyncAt = -1;
    if (record.startTime === '') this.begin(record);
    else this.parts.schedule.soon(record, this.context.random.int(200, 900));
  }

  /** Brings flags up to what the kubelet has noticed by now. */
  observe(record: PodRecord): void {
    if (record.sandboxReady) record.ipShown = true;
    const { prober } = this.parts;
    let changed = false;
    for (const container of record.containers) {
      const wasSeen = container.endSeen;
      if (container.ended !== undefined) container.endSeen = true;
      changed ||= container.endSeen !== wasSeen || container.status === undefined;
      refresh(record, container, prober);
    }
    if (changed) prober.containersChanged(record);
  }

  private goOn(uid: string): void {
    const record = this.context.records.get(uid);
    if (record === undefined || record.lifecycle !== 'running' || !this.context.up) return;
    record.stageEvent = undefined;
    const container = record.containers[record.todo[0] ?? 0]!;
    const { starter } = this.parts;
    switch (record.stage) {
      case 'admitting':
        return this.firstSync(record);
      case 'mounting':
        return this.mount(record);
      case 'sandbox':
        return this.sandboxUp(record);
      case 'pulling':
        return this.follow(record, starter.pulled(record, container));
      case 'starting':
        return this.follow(record, starter.create(record, container));
      case 'hook':
        return this.follow(record, starter.hookDone(record, container));
      default:
    }
  }

  private firstSync(record: PodRecord): void {
    const { clock } = this.context;
    record.startTime = formatTime(clock.wallMs);
    record.startTimeMs = Math.floor(clock.wallMs / 1000) * 1000;
    const deadline = record.pod.spec.activeDeadlineSeconds;
    if (deadline !== undefined) {
      const at = record.startTimeMs - clock.epochMs + deadline * 1000;
      this.parts.schedule.queueAt(record.uid, at);
    }
    record.stage = 'idle';
    this.sync(record);
  }

  private checkDeadline(record: PodRecord): void {
    const seconds = record.pod.spec.activeDeadlineSeconds;
    if (seconds === undefined || record.outcome !== undefined) return;
    if (this.context.clock.wallMs - record.startTimeMs < seconds * 1000) return;
    record.outcome = { reason: 'DeadlineExceeded', message: DEADLINE };
    this.context.recorder.event(record.pod, 'Normal', 'DeadlineExceeded', DEADLINE);
  }

  /** Volumes, then the sandbox, then the containers: whatever is missing first. */
  private prepare(record: PodRecord): void {
    if (!record.mounted) this.enter(record, 'mounting', this.mountDelay(record));
    else if (!record.sandboxReady) this.makeSandbox(record);
    else this.act(record);
  }

  /** A volume that cannot be set up is noticed soon, a mounted one at the second look. */
  private mountDelay(record: PodRecord): number {
    const { volumes } = this.parts;
    return volumes.hasAny(record) && volumes.isMissing(record)
      ? this.context.random.int(80, 120)
      : MOUNT_POLL_MS;
  }

  private mount(record: PodRecord): void {
    const retryMs = this.parts.volumes.mount(record);
    if (retryMs !== undefined) {
      this.enter(record, 'mounting', retryMs);
      return;
    }
    record.mounted = true;
    this.parts.prober.addPod(record);
    this.makeSandbox(record);
  }

  private makeSandbox(record: PodRecord): void {
    if (record.containers.some(({ instances }) => instances > 0)) {
      const message = 'Pod sandbox changed, it will be killed and re-created.';
      this.context.recorder.event(record.pod, 'Normal', 'SandboxChanged', message);
    }
    this.enter(record, 'sandbox', this.context.random.int(70, 190));
  }

  private sandboxUp(record: PodRecord): void {
    const { context, parts } = this;
    record.ip =
      record.pod.spec.hostNetwork === true ? context.hostIP : context.addresses.allocate();
    record.sandboxReady = true;
    record.changed = true;
    parts.status.write(record);
    this.act(record);
  }

  private act(record: PodRecord): void {
    const doomed = containersToKill(record);
    if (doomed === undefined) return this.startMissing(record);
    record.changed = true;
    record.stage = 'killing';
    for (const container of doomed) {
      const seconds = container.killGraceSeconds ?? record.pod.spec.terminationGracePeriodSeconds;
      container.killGraceSeconds = undefined;
      this.parts.killer.kill(record, container, seconds * 1000, container.killBecause!);
    }
  }

  private startMissing(record: PodRecord): void {
    record.todo = containersToStart(record);
    this.startNext(record);
  }

  private startNext(record: PodRecord): void {
    while (record.todo.length > 0) {
      const container = record.containers[record.todo[0]!]!;
      const next = this.parts.starter.begin(record, container);
      if (next !== undefined) return this.follow(record, next);
      record.todo.shift();
    }
    this.finish(record);
  }

  /** Goes to the step that a container's start needs next, or to the next container. */
  private follow(record: PodRecord, next: NextStep): void {
    if (next === undefined) {
      record.todo.shift();
      this.startNext(record);
    } else if (next.stage === 'killing') {
      record.todo.shift();
      record.stage = 'dropping';
    } else {
      this.enter(record, next.stage, next.afterMs);
    }
  }

  /** The sync is over: when is the next? */
  private finish(record: PodRecord): void {
    const { schedule, prober } = this.parts;
    const { random, clock } = this.context;
    record.stage = 'idle';
    record.lastSyncAt = clock.now;
    if (record.failed || record.backOffMs !== Infinity) {
      if (record.changed) schedule.atRelist(record.uid);
      const wait = record.failed
        ? ERROR_RETRY_MS
        : Math.min(record.backOffMs, LONGEST_BACK_OFF_WAIT_MS);
      schedule.queue(record, Math.ceil(wait * (1 + random.float() * 0.5)));
    } else if (record.changed) {
      schedule.soon(record, random.int(4, 12));
      record.relistAfter = true;
    } else if (record.relistAfter) {
      // The relist sees the new containers too; a sync for it probes those that are not ready.
      record.relistAfter = false;
      if (prober.awaitsReadiness(record)) schedule.atRelist(record.uid);
    }
    if (record.syncWanted) schedule.request(record);
  }

  private enter(record: PodRecord, stage: PodRecord['stage'], afterMs: number): void {
    record.stage = stage;
    record.stageEvent = this.stages.after(afterMs, record.uid);
  }
}

/** Sets `started` and `ready` by the container's state and its probes; forgets a stale status. */
export function refresh(record: PodRecord, container: ContainerRecord, prober: Prober): void {
  const up = container.running || (container.id !== '' && !container.endSeen);
  let started = up;
  let ready = up;
  if (container.hasProbes && up) {
    started = prober.hasStarted(container, record.uid);
    ready = started && prober.isReady(container, record.uid);
  }
  if (container.role === 'init') {
    ready = container.endSeen && container.ended?.terminated.exitCode === 0;
  }
  if (container.started !== started || container.ready !== ready) container.status = undefined;
  if (container.ended !== undefined) container.status = undefined;
  container.started = started;
  container.ready = ready;
}
