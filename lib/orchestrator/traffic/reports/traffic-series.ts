/** Requests over time in stretches of one length. Within a stretch of no change they are even. */
import type { Stream } from '../flows/stream';

export interface SeriesPoint {
  /** Virtual ms at which the stretch begins. */
  readonly at: number;
  readonly requests: number;
  /** Lost for good. */
  readonly failed: number;
}

export function seriesOf(
  streams: readonly Stream[],
  from: number,
  to: number,
  bucketMs: number,
): SeriesPoint[] {
  const count = Math.max(1, Math.ceil((to - from) / bucketMs));
  const requests = new Array<number>(count).fill(0);
  const failed = new Array<number>(count).fill(0);
  streams.forEach((stream, index) => {
    for (const segment of stream.segments) {
      const perMs = segment.requests / (segment.to - segment.from);
      for (let at = segment.from; at < segment.to;) {
        const bucket = Math.floor((at - from) / bucketMs);
        const end = Math.min(segment.to, from + (bucket + 1) * bucketMs);
        if (index === 0) requests[bucket]! += perMs * (end - at);
        if (!stream.retried) failed[bucket]! += perMs * (end - at) * (1 - segment.okShare);
        at = end;
      }
    }
  });
  return requests.map((sum, bucket) => ({
    at: from + bucket * bucketMs,
    requests: sum,
    failed: failed[bucket]!,
  }));
}
