/** What each group of clients loses now, in requests a second: what their retries send again. */
import type { ClientGroup, Stream } from './stream';

export type LostRateListener = (stream: Stream, group: ClientGroup) => void;

export class LostRates {
  private readonly listeners: LostRateListener[] = [];

  /** Calls back when a rate changes; the group has the new ones. */
  onChange(listener: LostRateListener): void {
    this.listeners.push(listener);
  }

  /** Looks at a group's route again. */
  update(stream: Stream, group: ClientGroup): void {
    if (!stream.retried) return;
    let fast = 0;
    let slow = 0;
    for (const { state, lost } of group.route?.plan?.lossy ?? []) {
      if (state.outcome === 'timeout' || state.outcome === 'blocked') slow += lost;
      else fast += lost;
    }
    const [lostFast, lostSlow] = [fast * group.sentRps, slow * group.sentRps];
    if (lostFast === group.lostFast && lostSlow === group.lostSlow) return;
    group.lostFast = lostFast;
    group.lostSlow = lostSlow;
    for (const listener of this.listeners) listener(stream, group);
  }
}
