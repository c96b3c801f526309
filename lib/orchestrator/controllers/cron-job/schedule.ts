/**
 * When a CronJob is due: five fields or a descriptor such as `@hourly`, in a time zone.
 *
 * FIDELITY: without spec.timeZone schedules are read in UTC, where upstream takes the zone of
 * kube-controller-manager. Runs that a change to summer time skips or doubles may differ.
 */
import { Cron } from 'croner';
import { formatTime } from '../../api/timestamps';
import { durationMs } from '../../sim';

export interface Schedule {
  /** The first due instant after this one, both in ms since the Unix epoch; undefined for never. */
  next(afterMs: number): number | undefined;
}

const schedules = new Map<string, Schedule | undefined>();

/** @returns undefined if the text is no schedule. */
export function parseSchedule(text: string, timeZone: string | undefined): Schedule | undefined {
  const key = `${timeZone ?? ''}|${text}`;
  if (!schedules.has(key)) schedules.set(key, parse(text, timeZone));
  return schedules.get(key);
}

function parse(text: string, timeZone: string | undefined): Schedule | undefined {
  const zoned = /^(?:CRON_)?TZ=(\S+)\s+(.*)$/.exec(text);
  if (zoned !== null) return parse(zoned[2]!, zoned[1]!);
  if (text.startsWith('@every ')) return every(text.slice('@every '.length));
  try {
    const pattern = text === '@midnight' ? '@daily' : text;
    const cron = new Cron(pattern, { paused: true, timezone: timeZone ?? 'Etc/UTC' });
    return { next: (afterMs) => cron.nextRun(formatTime(afterMs))?.getTime() };
  } catch {
    return undefined;
  }
}

function every(text: string): Schedule | undefined {
  try {
    const period = Math.max(1000, Math.floor(durationMs(text) / 1000) * 1000);
    return { next: (afterMs) => Math.floor(afterMs / 1000) * 1000 + period };
  } catch {
    return undefined;
  }
}

export interface MostRecent {
  /** From where the search started. */
  readonly earliestMs: number;
  /** The last due instant that is not later than now, if there is one since then. */
  readonly dueMs: number | undefined;
  readonly missed: number;
}

/** The last due instant in (earliest, now]; a long gap is jumped over, not walked through. */
export function mostRecentSchedule(
  schedule: Schedule,
  earliestMs: number,
  nowMs: number,
): MostRecent {
  const first = schedule.next(earliestMs);
  if (first === undefined || nowMs < first) return { earliestMs, dueMs: undefined, missed: 0 };
  const second = schedule.next(first);
  if (second === undefined || nowMs < second) return { earliestMs, dueMs: first, missed: 1 };
  const period = second - first;
  const missed = Math.floor((nowMs - first) / period) + 1;
  let due = second;
  let next = schedule.next(first + (missed - 2) * period);
  while (next !== undefined && next <= nowMs) {
    due = next;
    next = schedule.next(next);
  }
  return { earliestMs, dueMs: due, missed };
}
