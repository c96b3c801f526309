/** What became of a source's requests, in whole numbers whose sum is the number sent. */
import { OUTCOMES, noOutcomes, type OutcomeCounts } from '../losses/outcome';
import { apportion } from './apportion';

/** What became of requests. */
export interface TrafficReport {
  /** Requests that clients sent, each counted once however often it was tried. */
  readonly requests: number;
  /** Answered, at whatever attempt. */
  readonly ok: number;
  /** Lost for good: in their last attempt. */
  readonly failed: number;
  /** Failed attempts that were followed by another. */
  readonly retried: number;
  /** Sent, neither answered nor given up: waiting for another attempt. */
  readonly pending: number;
  /** Requests by what became of them in the end. */
  readonly byOutcome: Readonly<OutcomeCounts>;
  /** Lost for good before rounding: fractions where flows are split. */
  readonly exactFailed: number;
  /** Milliseconds of answered requests. */
  readonly latencyMs: { readonly p50: number; readonly p90: number; readonly p99: number };
  /** Virtual ms of the first request. */
  readonly from: number;
  /** Virtual ms of the end of what is counted. */
  readonly to: number;
}

export interface Tally {
  readonly sent: number;
  /** Answers of all attempts, failures of last attempts. */
  readonly counts: Readonly<OutcomeCounts>;
  readonly retried: number;
  readonly latency: { quantile(share: number): number };
  readonly from: number;
  readonly to: number;
}

export function reportOf({ sent, counts, retried, latency, from, to }: Tally): TrafficReport {
  let done = 0;
  for (const outcome of OUTCOMES) done += counts[outcome];
  const pending = Math.max(0, sent - done);
  const whole = apportion([...OUTCOMES.map((outcome) => counts[outcome]), pending]);
  const byOutcome = noOutcomes();
  OUTCOMES.forEach((outcome, index) => (byOutcome[outcome] = whole[index]!));
  const answered = byOutcome.ok;
  const waiting = whole[OUTCOMES.length]!;
  const requests = whole.reduce((sum, count) => sum + count, 0);
  return {
    requests,
    ok: answered,
    failed: requests - answered - waiting,
    retried: Math.round(retried),
    pending: waiting,
    byOutcome,
    exactFailed: done - counts.ok,
    latencyMs: {
      p50: latency.quantile(0.5),
      p90: latency.quantile(0.9),
      p99: latency.quantile(0.99),
    },
    from,
    to,
  };
}
