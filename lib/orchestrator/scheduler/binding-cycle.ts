/**
 * From a decision to the bound pod: volumes first, if it has any that must be bound, then the
 * node. Runs beside the placing of further pods, as kube-scheduler's binding goroutines do.
 */
import type { Pod } from '../api/objects';
import { ApiStatusError } from '../api/status-error';
import { type Client, ConnectionError } from '../client';
import { cancel, type ScheduledEvent, type Timer } from '../sim';
import type { SchedulerCache } from './cache/scheduler-cache';
import type { FailureHandler } from './failure-handler';
import type { Framework } from './framework/framework';
import type { PreBindResult } from './framework/plugin';
import type { PodStatusWriter } from './pod-status-writer';
import { EVENT } from './queue/cluster-event';
import type { Nominator } from './queue/nominator';
import type { QueuedPod } from './queue/queued-pod';
import type { SchedulingQueue } from './queue/scheduling-queue';
import type { SchedulerEventRecorder } from './scheduler-event-recorder';

/** How often it is looked whether volumes are bound, and how long they may take. */
const VOLUME_POLL_MS = 1000;
const VOLUME_TIMEOUT_MS = 600_000;

interface Binding {
  readonly queued: QueuedPod;
  readonly nodeName: string;
  /** Which of the preBind plugins is asked next, and whether it was asked before. */
  step: number;
  first: boolean;
  /** When its volumes have taken too long. */
  deadline: number;
  next: ScheduledEvent;
}

export interface BindingParts {
  readonly client: Client;
  readonly cache: SchedulerCache;
  readonly queue: SchedulingQueue;
  readonly nominator: Nominator;
  readonly recorder: SchedulerEventRecorder;
  readonly statuses: PodStatusWriter;
  readonly failures: FailureHandler;
  readonly framework: Framework;
}

export class BindingCycle {
  private readonly bindings = new Map<string, Binding>();
  private readonly timer: Timer<string>;

  constructor(
    private readonly parts: BindingParts,
    private readonly bindMs: number,
  ) {
    const { clock, component } = parts.client;
    this.timer = clock.timer(`${component}: bind`, (uid) => this.proceed(uid));
  }

  begin(queued: QueuedPod, nodeName: string): void {
    this.bindings.set(queued.uid, {
      queued,
      nodeName,
      step: 0,
      first: true,
      deadline: this.parts.client.clock.now + VOLUME_TIMEOUT_MS,
      next: this.timer.after(this.bindMs, queued.uid),
    });
  }

  isBinding(uid: string): boolean {
    return this.bindings.has(uid);
  }

  /** The pod is gone or bound by others. */
  drop(uid: string): void {
    const binding = this.bindings.get(uid);
    if (binding === undefined) return;
    this.end(binding);
    for (const plugin of this.parts.framework.reserves) {
      plugin.unreserve(binding.queued.pod, binding.nodeName);
    }
    this.parts.cache.forget(uid);
  }

  stop(): void {
    for (const binding of this.bindings.values()) cancel(binding.next);
    this.bindings.clear();
  }

  private proceed(uid: string): void {
    const binding = this.bindings.get(uid);
    if (binding === undefined) return;
    const { preBinds, binder } = this.parts.framework;
    while (binding.step < preBinds.length) {
      const plugin = preBinds[binding.step]!;
      const where = `running PreBind plugin "${plugin.name}"`;
      const state = this.attempt(binding, where, () =>
        plugin.preBind(binding.queued.pod, binding.nodeName, binding.first),
      );
      if (state === undefined) return;
      if (state === 'wait') {
        this.wait(binding, where);
        return;
      }
      binding.step++;
      binding.first = true;
    }
    this.attempt(binding, `running Bind plugin "${binder.name}"`, () => this.bind(binding));
  }

  /** Does a step; undefined if it failed, which has been seen to then. */
  private attempt(
    binding: Binding,
    where: string,
    step: () => PreBindResult,
  ): 'done' | 'wait' | undefined {
    try {
      const result = step();
      if (result === 'done' || result === 'wait') return result;
      this.fail(binding, `${where}: ${result.failure}`);
    } catch (error) {
      if (!(error instanceof ApiStatusError || error instanceof ConnectionError)) throw error;
      this.fail(binding, `${where}: ${error.message}`);
    }
    return undefined;
  }

  private wait(binding: Binding, where: string): void {
    const { queued, nodeName } = binding;
    if (this.parts.client.clock.now >= binding.deadline) {
      this.fail(binding, `${where}: binding volumes: context deadline exceeded`);
      return;
    }
    binding.next = this.timer.after(VOLUME_POLL_MS, queued.uid);
    if (!binding.first) return;
    binding.first = false;
    // Others can see where the pod is to run while its volumes are made.
    this.parts.statuses.nominate(queued.pod, nodeName);
  }

  private bind(binding: Binding): 'done' {
    const { framework, recorder, queue, nominator } = this.parts;
    const { queued, nodeName } = binding;
    const { pod } = queued;
    framework.binder.bind(pod, nodeName);
    this.end(binding);
    queue.delete(queued.uid);
    nominator.delete(queued.uid);
    const { namespace, name } = pod.metadata;
    const message = `Successfully assigned ${namespace}/${name} to ${nodeName}`;
    recorder.event(pod, 'Normal', 'Scheduled', 'Binding', message);
    return 'done';
  }

  private fail(binding: Binding, message: string): void {
    const { queued } = binding;
    const { queue, failures } = this.parts;
    this.drop(queued.uid);
    const pod: Pod = queued.pod;
    queue.moveOn({ kind: EVENT.assignedPodDelete, object: pod, previous: undefined });
    failures.handle(queued, { message, rejectedBy: [], reason: 'SchedulerError' });
  }

  private end(binding: Binding): void {
    cancel(binding.next);
    this.bindings.delete(binding.queued.uid);
  }
}
