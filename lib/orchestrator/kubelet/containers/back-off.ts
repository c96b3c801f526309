/**
 * Delays that double with each failure of one thing: client-go's flowcontrol.Backoff, of which a
 * kubelet has one for container restarts and one for image pulls.
 */

interface Entry {
  delayMs: number;
  updatedAt: number;
}

export class BackOff {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly initialMs: number,
    private readonly maxMs: number,
  ) {}

  /** Milliseconds that are left of the delay that began with the event at `eventAt`. */
  remaining(key: string, eventAt: number, now: number): number {
    const entry = this.entries.get(key);
    if (entry === undefined || this.isExpired(entry, eventAt)) return 0;
    return Math.max(0, entry.delayMs - (now - eventAt));
  }

  /** Whether the delay that the last failure began still lasts. */
  waits(key: string, now: number): boolean {
    const entry = this.entries.get(key);
    return entry !== undefined && now - entry.updatedAt < entry.delayMs;
  }

  /** Registers a failure: 10 s, then twice as long each time. */
  next(key: string, eventAt: number, now: number): void {
    const entry = this.entries.get(key);
    if (entry === undefined || this.isExpired(entry, eventAt)) {
      this.entries.set(key, { delayMs: this.initialMs, updatedAt: now });
      return;
    }
    entry.delayMs = Math.min(entry.delayMs * 2, this.maxMs);
    entry.updatedAt = now;
  }

  delayMs(key: string): number {
    return this.entries.get(key)?.delayMs ?? 0;
  }

  forget(key: string): void {
    this.entries.delete(key);
  }

  /** Forgets all of a pod that is gone; only things that failed have entries. */
  forgetPod(uid: string): void {
    if (this.entries.size === 0) return;
    for (const key of this.entries.keys()) if (key.startsWith(uid)) this.entries.delete(key);
  }

  private isExpired(entry: Entry, eventAt: number): boolean {
    return eventAt - entry.updatedAt > this.maxMs * 2;
  }
}
