/**
 * A controller's work queue: keys to reconcile, each once however often it is added, retried with
 * back-off, by a number of workers whose requests take time. Stands for client-go's workqueue.
 */
import { cancel, type Clock, type ScheduledEvent, type Timer } from '../sim';
import { ApiStatusError } from '../api/status-error';
import type { Client } from './client';
import { ConnectionError } from './connection-error';

const BASE_DELAY_MS = 5;
const MAX_DELAY_MS = 1_000_000;

export interface WorkQueueOptions {
  readonly name: string;
  readonly client: Client;
  /** Reconciles one key. An ApiStatusError or ConnectionError that it throws means: try again later. */
  readonly reconcile: (key: string) => void;
  /** @default 5, as most controllers of kube-controller-manager */
  readonly workers?: number;
  /** Milliseconds that a worker is busy for each request it wrote. @default 2 */
  readonly writeMs?: number;
  /** How often a failing key is tried again before it waits for its next change. @default no limit */
  readonly maxRetries?: number;
  /** Told of errors that lead to a retry or, past maxRetries, to giving up. */
  readonly onError?: (key: string, error: Error, gaveUp: boolean) => void;
}

/** A batch of parallel requests does not keep its worker longer than this. */
const MAX_BUSY_MS = 50;

export class WorkQueue {
  private readonly clock: Clock;
  private readonly drain: Timer<undefined>;
  private readonly delayed: Timer<string>;
  /** Keys waiting, with the trace entry that asked for them. */
  private waiting = new Map<string, number>();
  private readonly later = new Map<string, ScheduledEvent>();
  private readonly failures = new Map<string, number>();
  /** Keys in the hands of a worker, until when. */
  private readonly busy = new Map<string, number>();
  private readonly freeAt: number[];
  private readonly writeMs: number;
  private draining: ScheduledEvent | undefined;
  private stopped = false;

  constructor(private readonly options: WorkQueueOptions) {
    this.clock = options.client.clock;
    this.freeAt = new Array<number>(options.workers ?? 5).fill(0);
    this.writeMs = options.writeMs ?? 2;
    this.drain = this.clock.timer(`${options.name}: reconcile`, () => this.work());
    this.delayed = this.clock.timer(`${options.name}: requeue`, (key) => {
      this.later.delete(key);
      this.add(key);
    });
  }

  /** How many keys wait to be reconciled now. */
  get length(): number {
    return this.waiting.size;
  }

  add(key: string): void {
    if (this.stopped) return;
    this.waiting.set(key, this.clock.cause);
    this.schedule(this.clock.now);
  }

  /** Adds the key after a delay; if it is already to come earlier, that stands. */
  addAfter(key: string, delayMs: number): void {
    const at = this.clock.now + Math.max(0, Math.ceil(delayMs));
    const existing = this.later.get(key);
    if (existing !== undefined) {
      if (existing.at <= at) return;
      cancel(existing);
    }
    this.later.set(key, this.delayed.at(at, key));
  }

  /** Adds the key after its back-off: 5 ms, doubled with each failure, at most 1000 s. */
  addRateLimited(key: string): void {
    const failures = this.failures.get(key) ?? 0;
    this.failures.set(key, failures + 1);
    this.addAfter(key, Math.min(BASE_DELAY_MS * 2 ** failures, MAX_DELAY_MS));
  }

  forget(key: string): void {
    this.failures.delete(key);
  }

  /** Empties the queue and takes no more; the process has ended. */
  stop(): void {
    this.stopped = true;
    this.waiting.clear();
    for (const event of this.later.values()) cancel(event);
    this.later.clear();
  }

  private schedule(at: number): void {
    if (this.draining !== undefined) {
      if (this.draining.at <= at) return;
      cancel(this.draining);
    }
    this.draining = this.drain.at(at, undefined);
  }

  private work(): void {
    this.draining = undefined;
    const now = this.clock.now;
    for (const [key, cause] of this.waiting) {
      const worker = this.freeWorker(now);
      if (worker < 0) break;
      const busyUntil = this.busy.get(key);
      if (busyUntil !== undefined && busyUntil > now) continue;
      this.waiting.delete(key);
      this.clock.cause = cause;
      const busyMs = this.process(key);
      this.freeAt[worker] = now + busyMs;
      if (busyMs > 0) this.busy.set(key, now + busyMs);
      else this.busy.delete(key);
    }
    if (this.waiting.size > 0) this.schedule(this.nextChance(now));
  }

  private freeWorker(now: number): number {
    for (let i = 0; i < this.freeAt.length; i++) if (this.freeAt[i]! <= now) return i;
    return -1;
  }

  /** When a waiting key can next be taken: a worker is free, and not busy with that key. */
  private nextChance(now: number): number {
    let worker = Infinity;
    for (const at of this.freeAt) worker = Math.min(worker, at);
    let key = Infinity;
    for (const waiting of this.waiting.keys()) {
      key = Math.min(key, this.busy.get(waiting) ?? now);
      if (key <= now) break;
    }
    return Math.max(worker, key, now);
  }

  /** Reconciles a key; returns for how many milliseconds its worker is busy with it. */
  private process(key: string): number {
    const { client, reconcile, maxRetries, onError } = this.options;
    const before = client.writes;
    try {
      reconcile(key);
      this.failures.delete(key);
    } catch (error) {
      if (!(error instanceof ApiStatusError || error instanceof ConnectionError)) throw error;
      const gaveUp = maxRetries !== undefined && (this.failures.get(key) ?? 0) >= maxRetries;
      onError?.(key, error, gaveUp);
      if (gaveUp) this.forget(key);
      else this.addRateLimited(key);
    }
    return Math.min((client.writes - before) * this.writeMs, MAX_BUSY_MS);
  }
}
