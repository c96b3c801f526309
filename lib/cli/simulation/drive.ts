/**
 * Lets virtual time pass in slices, so that progress can be shown and Ctrl-C be heard in between.
 * Slices change nothing of what happens.
 */
import type { Cluster } from '../../testing/cluster';
import { interrupted } from '../cli-error';
import type { Progress } from '../output/progress';

const SLICE_MS = 5000;

export class Drive {
  constructor(
    private readonly cluster: Cluster,
    private readonly progress: Progress,
    private readonly signal: AbortSignal,
  ) {}

  /** Up to an instant of virtual time. */
  async until(atMs: number): Promise<void> {
    const { cluster } = this;
    while (cluster.now < atMs) {
      cluster.advance(Math.min(SLICE_MS, atMs - cluster.now));
      await this.breathe();
    }
  }

  /** Until all is as it should be and nothing changes any more; false if the time is up before. */
  async untilSettled(atMs: number): Promise<boolean> {
    const { cluster } = this;
    while (cluster.now < atMs) {
      if (cluster.settle({ within: Math.min(SLICE_MS, atMs - cluster.now) })) return true;
      await this.breathe();
    }
    return false;
  }

  private async breathe(): Promise<void> {
    this.progress.show(this.cluster.now, this.cluster.core.clock.events);
    await new Promise((resolve) => setImmediate(resolve));
    if (this.signal.aborted) throw interrupted();
  }
}
