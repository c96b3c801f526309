/**
 * The scheduling queue: pods to place now, pods that back off after a failed attempt, and pods
 * that wait for something to change. Stands for kube-scheduler's priority queue with queueing
 * hints and popping from the backoff queue while nothing else is to do.
 */
import { deepEqual } from '../../api/deep-equal';
import type { Pod } from '../../api/objects';
import { type Clock, cancel, type ScheduledEvent, type Timer } from '../../sim';
import type { AnyPlugin } from '../framework/plugin';
import { type ClusterEvent, EVENT } from './cluster-event';
import { Heap } from './heap';
import { byPriority, type QueuedPod, queuedPod } from './queued-pod';

const INITIAL_BACKOFF_MS = 1000;
const MAX_BACKOFF_MS = 10_000;
const WINDOW_MS = 1000;
const FLUSH_CHECK_MS = 30_000;
const FLUSH_AFTER_MS = 300_000;

export class SchedulingQueue {
  private readonly pods = new Map<string, QueuedPod>();
  private readonly active = new Heap<QueuedPod>(byPriority);
  private readonly backoff: Heap<QueuedPod>;
  private readonly errorBackoff: Heap<QueuedPod>;
  private readonly waiting = new Map<string, QueuedPod>();
  private readonly plugins = new Map<string, AnyPlugin>();
  private readonly backoffTimer: Timer<undefined>;
  private readonly flushTimer: Timer<undefined>;
  private backoffEvent: ScheduledEvent | undefined;
  private flushEvent: ScheduledEvent | undefined;
  private sequence = 0;

  /**
   * @param component for the names of its timers
   * @param ready called when there is a pod to place
   */
  constructor(
    private readonly clock: Clock,
    component: string,
    plugins: readonly AnyPlugin[],
    private readonly ready: () => void,
  ) {
    for (const plugin of plugins) this.plugins.set(plugin.name, plugin);
    const before = (a: QueuedPod, b: QueuedPod): boolean => {
      const difference = this.window(a.backoffUntil) - this.window(b.backoffUntil);
      return difference === 0 ? byPriority(a, b) : difference < 0;
    };
    this.backoff = new Heap(before);
    this.errorBackoff = new Heap(before);
    this.backoffTimer = clock.timer(`${component}: flush backoff queue`, () => this.endBackoff());
    this.flushTimer = clock.timer(`${component}: flush unschedulable pods`, () => this.flush());
  }

  /** Pods that wait for an event. */
  get unschedulable(): number {
    return this.waiting.size;
  }

  get hasReady(): boolean {
    return this.active.size > 0 || this.backoff.size > 0;
  }

  /** A pod to be scheduled has appeared. */
  add(pod: Pod): void {
    if (this.pods.has(pod.metadata.uid)) return;
    const queued = queuedPod(pod, this.clock.cause);
    this.pods.set(queued.uid, queued);
    this.stamp(queued);
    this.activate(queued);
  }

  /** The pod changed while it waits; the events are what changed in it. */
  update(pod: Pod, previous: Pod, kinds: readonly number[]): void {
    const queued = this.pods.get(pod.metadata.uid);
    if (queued === undefined) {
      this.add(pod);
      return;
    }
    const { where } = queued;
    this.takeOut(queued);
    queued.pod = pod;
    queued.priority = pod.spec.priority ?? 0;
    this.putBack(queued, where);
    if (where === 'gated') {
      if (this.mayEnter(pod)) this.activate(queued);
    } else if (where === 'waiting') {
      for (const kind of kinds) {
        if (this.isWorthIt(queued, { kind, object: pod, previous })) {
          this.requeue(queued);
          break;
        }
      }
    }
  }

  delete(uid: string): void {
    const queued = this.pods.get(uid);
    if (queued === undefined) return;
    this.takeOut(queued);
    this.pods.delete(uid);
  }

  /** The next pod to place; the caller hands it back by `fail` or ends it by `delete`. */
  pop(): QueuedPod | undefined {
    const queued = this.active.pop() ?? this.backoff.pop();
    if (queued === undefined) return undefined;
    queued.where = 'none';
    return queued;
  }

  /** A popped pod could not be placed: by these plugins, or (none named) because of an error. */
  fail(queued: QueuedPod, rejectedBy: readonly string[]): void {
    if (!this.pods.has(queued.uid)) return;
    this.stamp(queued);
    queued.rejectedBy = rejectedBy;
    queued.interest = 0;
    for (const name of rejectedBy) queued.interest |= this.plugins.get(name)?.events ?? 0;
    if (rejectedBy.length === 0) {
      queued.errors++;
      queued.unschedulable = 0;
      this.backOff(queued, 'error-backoff', queued.errors);
      return;
    }
    queued.unschedulable++;
    queued.errors = 0;
    queued.backoffUntil = this.clock.now + backoffMs(queued.unschedulable);
    this.putBack(queued, 'waiting');
    this.scheduleFlush();
  }

  /** Something happened: pods that it may help are tried again. */
  moveOn(event: ClusterEvent): void {
    if (this.waiting.size === 0) return;
    for (const queued of [...this.waiting.values()]) {
      if ((queued.interest & event.kind) === 0) continue;
      if (!this.isWorthIt(queued, event)) continue;
      queued.cause = this.clock.cause;
      this.requeue(queued);
    }
  }

  /** A gate that plugins keep may have opened for the pod. */
  reconsider(uid: string): void {
    const queued = this.pods.get(uid);
    if (queued?.where === 'gated' && this.mayEnter(queued.pod)) this.activate(queued);
  }

  stop(): void {
    cancel(this.backoffEvent);
    cancel(this.flushEvent);
    this.pods.clear();
    this.waiting.clear();
    while (this.active.pop() !== undefined);
    while (this.backoff.pop() !== undefined);
    while (this.errorBackoff.pop() !== undefined);
  }

  private isWorthIt(queued: QueuedPod, event: ClusterEvent): boolean {
    for (const name of queued.rejectedBy) {
      const plugin = this.plugins.get(name);
      if (plugin === undefined || ((plugin.events ?? 0) & event.kind) === 0) continue;
      if (plugin.queueAgain === undefined || plugin.queueAgain(queued.pod, event)) return true;
    }
    return false;
  }

  private mayEnter(pod: Pod): boolean {
    for (const plugin of this.plugins.values()) {
      if (plugin.preEnqueue !== undefined && !plugin.preEnqueue(pod)) return false;
    }
    return true;
  }

  private requeue(queued: QueuedPod): void {
    if (this.window(queued.backoffUntil) > this.window(this.clock.now)) {
      if (!this.mayEnter(queued.pod)) this.gate(queued);
      else this.backOff(queued, 'backoff', queued.unschedulable);
    } else {
      this.activate(queued);
    }
  }

  private activate(queued: QueuedPod): void {
    if (!this.mayEnter(queued.pod)) {
      this.gate(queued);
      return;
    }
    this.takeOut(queued);
    this.putBack(queued, 'active');
    this.ready();
  }

  private gate(queued: QueuedPod): void {
    this.takeOut(queued);
    this.putBack(queued, 'gated');
  }

  private backOff(queued: QueuedPod, where: 'backoff' | 'error-backoff', count: number): void {
    this.takeOut(queued);
    queued.backoffUntil = queued.addedAt + backoffMs(count);
    this.putBack(queued, where);
    this.backoffEvent ??= this.backoffTimer.after(this.toNextWindow(), undefined);
    // An idle scheduler does not let pods sit out their back-off.
    if (where === 'backoff') this.ready();
  }

  private endBackoff(): void {
    this.backoffEvent = undefined;
    const now = this.window(this.clock.now);
    for (const heap of [this.backoff, this.errorBackoff]) {
      for (let next = heap.peek(); next !== undefined; next = heap.peek()) {
        if (this.window(next.backoffUntil) > now) break;
        this.activate(next);
      }
    }
    if (this.backoff.size + this.errorBackoff.size > 0) {
      this.backoffEvent = this.backoffTimer.after(this.toNextWindow(), undefined);
    }
  }

  private flush(): void {
    this.flushEvent = undefined;
    for (const queued of [...this.waiting.values()]) {
      if (this.clock.now - queued.addedAt > FLUSH_AFTER_MS) this.requeue(queued);
    }
    if (this.waiting.size > 0) this.scheduleFlush();
  }

  private scheduleFlush(): void {
    if (this.flushEvent !== undefined) return;
    const sinceCheck = this.clock.now % FLUSH_CHECK_MS;
    this.flushEvent = this.flushTimer.after(FLUSH_CHECK_MS - sinceCheck, undefined);
  }

  private stamp(queued: QueuedPod): void {
    queued.addedAt = this.clock.now;
    queued.sequence = this.sequence++;
  }

  private takeOut(queued: QueuedPod): void {
    if (queued.where === 'active') this.active.remove(queued);
    else if (queued.where === 'backoff') this.backoff.remove(queued);
    else if (queued.where === 'error-backoff') this.errorBackoff.remove(queued);
    else if (queued.where === 'waiting') this.waiting.delete(queued.uid);
    queued.where = 'none';
  }

  private putBack(queued: QueuedPod, where: QueuedPod['where']): void {
    queued.where = where;
    if (where === 'active') this.active.push(queued);
    else if (where === 'backoff') this.backoff.push(queued);
    else if (where === 'error-backoff') this.errorBackoff.push(queued);
    else if (where === 'waiting') this.waiting.set(queued.uid, queued);
  }

  /** Back-off ends with the whole second (of the wall clock) in which it would end. */
  private window(at: number): number {
    return Math.floor((this.clock.epochMs + at) / WINDOW_MS);
  }

  private toNextWindow(): number {
    return WINDOW_MS - (this.clock.wallMs % WINDOW_MS);
  }
}

/** 1 s, doubled with each failed attempt after the first, at most 10 s. */
function backoffMs(attempts: number): number {
  return Math.min(INITIAL_BACKOFF_MS * 2 ** Math.max(0, attempts - 1), MAX_BACKOFF_MS);
}

/** The kinds of events that a change of a waiting pod itself stands for. */
export function ownChanges(pod: Pod, previous: Pod): number[] {
  const kinds: number[] = [];
  const changed = (a: unknown, b: unknown, kind: number): void => {
    if (a !== b && !deepEqual(a, b)) kinds.push(kind);
  };
  changed(pod.metadata.labels, previous.metadata.labels, EVENT.podLabel);
  changed(pod.spec.tolerations, previous.spec.tolerations, EVENT.podTolerations);
  changed(pod.spec.schedulingGates, previous.spec.schedulingGates, EVENT.podGates);
  changed(pod.spec.containers, previous.spec.containers, EVENT.podScaleDown);
  return kinds;
}
