/** Durations of flags, in virtual milliseconds. */
import { durationMs } from '../../orchestrator/sim';
import type { Invocation } from '../invocation';

/** What stands for no limit: kubectl's own is a week. */
const FOREVER_MS = 7 * 24 * 3_600_000;

/** `--timeout`; 0 stands for no limit. */
export function timeoutMs({ flags }: Invocation, byDefault: string): number {
  const text = flags.text('timeout') ?? byDefault;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : durationMs(text);
  return ms === 0 ? FOREVER_MS : ms;
}
