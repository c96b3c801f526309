/**
 * Virtual time. Nothing in the core waits: a component says what should happen after how many
 * milliseconds, and the clock jumps from one such event to the next.
 */
import { EventQueue, type ScheduledEvent } from './event-queue';
import { InvariantError } from './invariant-error';

/** A kind of event that a component registered once; `argument` must be a plain value. */
export interface Timer<A> {
  readonly name: string;
  /** Schedules the timer `delayMs` (>= 0, whole milliseconds) from now. */
  after(delayMs: number, argument: A): ScheduledEvent;
  /** Schedules the timer at an instant; one that is past counts as now. */
  at(atMs: number, argument: A): ScheduledEvent;
}

/** Cancels a scheduled event; harmless if it already happened. */
export function cancel(event: ScheduledEvent | undefined): void {
  if (event !== undefined) event.cancelled = true;
}

const SAME_INSTANT_LIMIT = 2_000_000;

/**
 * A timer as the clock knows it. A class, for V8 makes literals of which many lived long among its
 * old objects, from where each would keep its whole dead cluster alive.
 */
class ClockTimer<A> implements Timer<A> {
  constructor(
    private readonly clock: Clock,
    readonly name: string,
    readonly run: (argument: A) => void,
    private readonly id: number,
    private readonly priority: number,
  ) {}

  after(delayMs: number, argument: A): ScheduledEvent {
    const { clock, id, priority } = this;
    return clock.schedule(clock.now + delayMs, id, priority, argument);
  }

  at(atMs: number, argument: A): ScheduledEvent {
    const { clock, id, priority } = this;
    return clock.schedule(Math.max(atMs, clock.now), id, priority, argument);
  }
}

export class Clock {
  private readonly queue = new EventQueue();
  private readonly timers: ClockTimer<never>[] = [];
  private sequence = 0;
  private nowMs = 0;
  private sameInstant = 0;
  private processed = 0;

  /** Id of the trace entry that led to what happens now, -1 if none. */
  cause = -1;

  /** @param epochMs the instant of virtual time 0, in ms since the Unix epoch. */
  constructor(readonly epochMs: number) {}

  /** Milliseconds of virtual time since the cluster's start. */
  get now(): number {
    return this.nowMs;
  }

  /** The virtual instant as milliseconds since the Unix epoch, for timestamps in objects. */
  get wallMs(): number {
    return this.epochMs + this.nowMs;
  }

  /** How many events have happened. */
  get events(): number {
    return this.processed;
  }

  /** How many events are waiting. */
  get pending(): number {
    return this.queue.size;
  }

  /**
   * Registers a kind of event. Among events of one instant those of lower priority number come
   * first, then those scheduled earlier.
   */
  timer<A>(name: string, run: (argument: A) => void, priority = 0): Timer<A> {
    const timer = new ClockTimer<A>(this, name, run, this.timers.length, priority);
    this.timers.push(timer as unknown as ClockTimer<never>);
    return timer;
  }

  /** The instant of the next event, or undefined if nothing will ever happen. */
  nextAt(): number | undefined {
    return this.queue.peek()?.at;
  }

  /** Lets the next event happen; false if there is none. */
  step(): boolean {
    const event = this.queue.pop();
    if (event === undefined) return false;
    if (event.at > this.nowMs) {
      this.nowMs = event.at;
      this.sameInstant = 0;
    } else if (++this.sameInstant > SAME_INSTANT_LIMIT) {
      throw new InvariantError(
        `${SAME_INSTANT_LIMIT} events happened at +${this.nowMs}ms without time moving; ` +
          `the last one is ${this.timers[event.timer]!.name}`,
      );
    }
    this.processed++;
    this.cause = event.cause;
    this.timers[event.timer]!.run(event.argument as never);
    this.cause = -1;
    return true;
  }

  /** Lets everything happen up to and including `atMs`, then stands at `atMs`. */
  runUntil(atMs: number): void {
    for (;;) {
      const next = this.queue.peek();
      if (next === undefined || next.at > atMs) break;
      this.step();
    }
    if (atMs > this.nowMs) {
      this.nowMs = atMs;
      this.sameInstant = 0;
    }
  }

  /** What timers are for: use one of those. */
  schedule(at: number, timer: number, priority: number, argument: unknown): ScheduledEvent {
    if (!Number.isInteger(at) || at < this.nowMs) {
      throw new InvariantError(
        `${this.timers[timer]!.name} was scheduled at +${at}ms; it is +${this.nowMs}ms, and ` +
          'instants must be whole milliseconds that are not past',
      );
    }
    const event: ScheduledEvent = {
      at,
      priority,
      sequence: this.sequence++,
      timer,
      argument,
      cause: this.cause,
      cancelled: false,
    };
    this.queue.push(event);
    return event;
  }
}
