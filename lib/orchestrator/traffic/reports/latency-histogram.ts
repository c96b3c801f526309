/** Latencies of answered requests, by whole milliseconds, with how many there were of each. */
export class LatencyHistogram {
  private readonly counts = new Map<number, number>();
  private total = 0;

  add(latencyMs: number, count: number): void {
    const ms = Math.round(latencyMs);
    this.counts.set(ms, (this.counts.get(ms) ?? 0) + count);
    this.total += count;
  }

  addAll(other: LatencyHistogram): void {
    for (const [ms, count] of other.counts) this.add(ms, count);
  }

  /** Milliseconds within which the share of requests was answered; 0 if there were none. */
  quantile(share: number): number {
    if (this.total <= 0) return 0;
    const sorted = [...this.counts].sort((a, b) => a[0] - b[0]);
    let seen = 0;
    for (const [ms, count] of sorted) {
      seen += count;
      if (seen >= share * this.total * (1 - 1e-12)) return ms;
    }
    return sorted[sorted.length - 1]![0];
  }
}
