/**
 * Connections that clients keep, when they break: at once if the pod answers with a reset, by a
 * time-out if nobody answers any more.
 */
import type { ProxyEndpoint } from '../../network/proxy-endpoint';
import type { Clock, Timer } from '../../sim';
import type { StickyPools } from './sticky-pools';
import type { ClientGroup, Route, Stream } from './stream';

/** After so many ms without an answer a client gives a connection up. */
const GIVE_UP_MS = 1000;

export class KeptConnections {
  /** Clients that wait for answers from an endpoint, by its id. */
  private readonly hanging = new Map<string, Map<ClientGroup, Stream>>();
  private readonly giveUp: Timer<string>;

  /** @param move told of clients that have to connect anew */
  constructor(
    clock: Clock,
    private readonly pools: StickyPools,
    private readonly move: (stream: Stream, group: ClientGroup) => void,
  ) {
    this.giveUp = clock.timer('traffic: connection timed out', (id) => this.timedOut(id));
  }

  /** The connections of a route's clients to an endpoint do not work any more. */
  broken({ stream, members }: Route, endpoint: ProxyEndpoint, isSilent: boolean): void {
    for (const group of members) {
      if (!isSilent) {
        if (this.pools.break(group, endpoint)) this.move(stream, group);
        continue;
      }
      let waiting = this.hanging.get(endpoint.id);
      if (waiting === undefined) {
        this.hanging.set(endpoint.id, (waiting = new Map()));
        this.giveUp.after(GIVE_UP_MS, endpoint.id);
      }
      waiting.set(group, stream);
    }
  }

  private timedOut(id: string): void {
    for (const [group, stream] of this.hanging.get(id) ?? []) {
      const endpoint = group.route?.selection.endpoints.find((candidate) => candidate.id === id);
      if (endpoint !== undefined && this.pools.break(group, endpoint)) this.move(stream, group);
    }
    this.hanging.delete(id);
  }
}
