/** Durations at the public edge are texts as Kubernetes and Go write them; inside they are milliseconds. */

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const PATTERN = /^(\d+(\.\d+)?(ms|s|m|h|d))+$/;

/**
 * Milliseconds of `'1m30s'`, `'250ms'`, or of a number of milliseconds.
 * @throws RangeError if the text is no duration.
 */
export function durationMs(duration: string | number): number {
  if (typeof duration === 'number') {
    if (!Number.isFinite(duration) || duration < 0) {
      throw new RangeError(`a duration must not be negative; found ${duration}`);
    }
    return Math.round(duration);
  }
  if (!PATTERN.test(duration)) {
    throw new RangeError(
      `'${duration}' is no duration; write it as '30s', '1m30s', '250ms' or '2h'`,
    );
  }
  let total = 0;
  for (const part of duration.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(part[1]) * UNITS[part[2]!]!;
  }
  return Math.round(total);
}

/** `90000` as `1m30s`; below a minute with up to three decimals: `6.4s`, `250ms`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${ms}ms`;
  if (ms < 60_000) return `${ms / 1000}s`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  const seconds = (ms % 60_000) / 1000;
  return `${hours ? `${hours}h` : ''}${minutes ? `${minutes}m` : ''}${seconds ? `${seconds}s` : ''}`;
}
