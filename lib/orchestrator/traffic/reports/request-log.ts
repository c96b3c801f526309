/** Requests that were sent one by one: each of them is kept, and the sums are taken when asked for. */
import type { Random } from '../../sim';
import { noOutcomes } from '../losses/outcome';
import { LatencyHistogram } from './latency-histogram';
import type { SampledRequest } from './request-sample';
import { reportOf, type Tally, type TrafficReport } from './traffic-report';
import type { SeriesPoint } from './traffic-series';

/** A request that may still turn out to be lost. */
export type LoggedRequest = { -readonly [K in keyof SampledRequest]: SampledRequest[K] } & {
  /** Lost for good: no other attempt follows. */
  lost: boolean;
};

export class RequestLog {
  private readonly requests: LoggedRequest[] = [];

  add(request: LoggedRequest): void {
    this.requests.push(request);
  }

  report(sums: Omit<Tally, 'counts' | 'latency'>): TrafficReport {
    const counts = noOutcomes();
    const latency = new LatencyHistogram();
    for (const { outcome, latencyMs, lost } of this.requests) {
      if (outcome === 'ok') latency.add(latencyMs, 1);
      if (outcome === 'ok' || lost) counts[outcome]++;
    }
    return reportOf({ ...sums, counts, latency });
  }

  /** Requests and losses in stretches of one length, in virtual ms, from an instant on. */
  series(from: number, bucketMs: number): SeriesPoint[] {
    const points: { at: number; requests: number; failed: number }[] = [];
    for (const { at, attempt, lost } of this.requests) {
      const bucket = Math.floor((at - from) / bucketMs);
      while (points.length <= bucket) {
        points.push({ at: from + points.length * bucketMs, requests: 0, failed: 0 });
      }
      if (attempt === 1) points[bucket]!.requests++;
      if (lost) points[bucket]!.failed++;
    }
    return points;
  }

  /** Requests drawn by chance, in order of time. */
  sample(count: number, random: Random): SampledRequest[] {
    const drawn = Array.from({ length: Math.min(count, this.requests.length) }, () =>
      random.pick(this.requests),
    );
    return drawn.sort((a, b) => a.at - b.at).map(({ lost: _, ...request }) => request);
  }
}
