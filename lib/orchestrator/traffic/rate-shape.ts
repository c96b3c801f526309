/**
 * How many requests a second clients send over time. Rates are open-loop (clients do not wait for
 * answers) and constant between two instants, so that sums over time are exact.
 */

/** Requests a second over time. */
export interface RateShape {
  /** Requests a second from `ms` after the start on, until the next change. */
  rateAt(ms: number): number;
  /** The next instant after `ms` at which the rate changes, in ms after the start, if any. */
  nextChange(ms: number): number | undefined;
}

export function constantRate(rps: number): RateShape {
  return steps([{ atMs: 0, rps }]);
}

/**
 * From one rate to another over a time, then on at that rate. It goes in steps of the mean, so the
 * sum over each step is that of the straight line.
 * @param stepMs @default 1000
 */
export function ramp(from: number, to: number, overMs: number, stepMs = 1000): RateShape {
  const count = Math.max(1, Math.ceil(overMs / stepMs));
  const list: RateStep[] = [];
  for (let i = 0; i < count; i++) {
    const start = i * stepMs;
    const middle = (start + Math.min(overMs, start + stepMs)) / 2;
    list.push({ atMs: start, rps: from + ((to - from) * middle) / overMs });
  }
  return steps([...list, { atMs: overMs, rps: to }]);
}

/** A base rate, and a peak for a while. */
export function spike(base: number, peak: number, atMs: number, forMs: number): RateShape {
  return steps([
    { atMs: 0, rps: base },
    { atMs, rps: peak },
    { atMs: atMs + forMs, rps: base },
  ]);
}

export interface RateStep {
  readonly atMs: number;
  readonly rps: number;
}

/** Rates from given instants on, in order of time; 0 before the first. */
export function steps(list: readonly RateStep[]): RateShape {
  return {
    rateAt(ms) {
      let rate = 0;
      for (const { atMs, rps } of list) {
        if (atMs > ms) break;
        rate = rps;
      }
      return rate;
    },
    nextChange: (ms) => list.find(({ atMs }) => atMs > ms)?.atMs,
  };
}
