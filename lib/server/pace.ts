/**
 * Lets virtual time follow the wall clock: at its pace, faster, or not at all. Requests find the
 * cluster as it is at their instant.
 */
import type { Clock } from '../orchestrator/sim';

export interface PaceOptions {
  /** Virtual seconds a real second. @default 1 */
  readonly speed?: number;
  /** Whether to stand still until `resume`. @default false */
  readonly paused?: boolean;
}

/** A busy simulation lets requests in between after this many real milliseconds. */
const SLICE_MS = 20;

export class Pace {
  private speed: number;
  private paused: boolean;
  private anchorWallMs: number;
  private anchorVirtualMs: number;
  private timeout: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly clock: Clock,
    options: PaceOptions = {},
  ) {
    this.speed = options.speed ?? 1;
    this.paused = options.paused ?? false;
    this.anchorWallMs = Date.now();
    this.anchorVirtualMs = clock.now;
  }

  get isPaused(): boolean {
    return this.paused;
  }

  start(): void {
    this.tick();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timeout);
  }

  pause(): void {
    this.catchUp();
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.anchor();
  }

  setSpeed(speed: number): void {
    this.catchUp();
    this.speed = speed;
    this.anchor();
  }

  /** Brings virtual time to where the wall clock says it should be; true if it got there. */
  catchUp(): boolean {
    if (this.paused) return true;
    const target = Math.floor(this.anchorVirtualMs + (Date.now() - this.anchorWallMs) * this.speed);
    if (target <= this.clock.now) return true;
    const deadline = Date.now() + SLICE_MS;
    for (;;) {
      const next = this.clock.nextAt();
      if (next === undefined || next > target) break;
      this.clock.step();
      if (Date.now() > deadline) return false;
    }
    this.clock.runUntil(target);
    return true;
  }

  /** Lets virtual milliseconds pass, if time passes at all. */
  pass(virtualMs: number): Promise<void> {
    if (this.paused) return Promise.resolve();
    return new Promise((resolve) => setTimeout(resolve, virtualMs / this.speed));
  }

  private anchor(): void {
    this.anchorWallMs = Date.now();
    this.anchorVirtualMs = this.clock.now;
  }

  /** What a request brought about comes at its time, not when the next look was due anyway. */
  rearm(): void {
    clearTimeout(this.timeout);
    if (!this.stopped) this.timeout = setTimeout(() => this.tick(), this.untilNext());
  }

  private tick(): void {
    if (this.stopped) return;
    const caughtUp = this.catchUp();
    this.timeout = setTimeout(() => this.tick(), caughtUp ? this.untilNext() : 0);
  }

  private untilNext(): number {
    if (this.paused) return 50;
    const next = this.clock.nextAt();
    if (next === undefined) return 50;
    return Math.min(50, Math.max(1, (next - this.clock.now) / this.speed));
  }
}
