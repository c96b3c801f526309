/**
 * Requests in progress when a process ends are lost although they were accepted: at most those of
 * the last latency. A program that closes its port and finishes what it has loses none.
 */
import type { Network } from '../../network/network';
import type { LossLedger } from '../losses/loss-ledger';
import type { LossCause } from '../losses/outcome';
import type { EndpointState } from './endpoint-state';
import type { Route, Stream } from './stream';

/** Accepted requests of a pod whose port closed while its process went on. */
interface Draining {
  readonly stream: Stream;
  readonly state: EndpointState;
  /** Of its clients' requests. */
  readonly share: number;
  readonly closedAt: number;
  readonly clients: readonly { readonly node: string; readonly rps: number }[];
}

export class InProgress {
  private readonly draining = new Map<string, Draining[]>();

  constructor(
    private readonly network: Network,
    private readonly ledger: LossLedger,
  ) {}

  /** An endpoint of a route has another state: if it accepted requests and does no more, which? */
  changedState(
    route: Route,
    old: EndpointState,
    state: EndpointState,
    share: number,
    now: number,
  ): void {
    if (old.outcome !== 'ok' || old.latencyMs <= 0) return;
    if (state.outcome === 'ok' && state.podUid === old.podUid) return;
    const clients = [...route.members].map(({ origin, sentRps }) => ({
      node: origin.node,
      rps: sentRps,
    }));
    const drained: Draining = { stream: route.stream, state: old, share, closedAt: now, clients };
    if (this.isServing(old)) this.remember(old.endpoint!.ip, drained);
    else this.lose(drained, now);
  }

  /** A process changed: if it has ended, what it had not finished is lost. */
  changed(ip: string, now: number): void {
    const waiting = this.draining.get(ip);
    if (waiting === undefined || this.isServing(waiting[0]!.state)) return;
    this.draining.delete(ip);
    for (const drained of waiting) this.lose(drained, now);
  }

  /** Whether what the pod accepted can still be answered. */
  private isServing({ endpoint, podUid }: EndpointState): boolean {
    const process = this.network.processes.byIp(endpoint!.ip);
    if (process === undefined || process.podUid !== podUid || !process.alive) return false;
    return !this.network.faults.isDown(process.nodeName);
  }

  private remember(ip: string, drained: Draining): void {
    const list = this.draining.get(ip);
    if (list === undefined) this.draining.set(ip, [drained]);
    else list.push(drained);
  }

  private lose({ stream, state, share, closedAt, clients }: Draining, now: number): void {
    const leftMs = state.latencyMs - (now - closedAt);
    if (leftMs <= 0) return;
    const { nodeName } = state.endpoint!;
    const isNodeDown = nodeName !== undefined && this.network.faults.isDown(nodeName);
    const outcome = isNodeDown ? 'timeout' : 'reset';
    const cause: LossCause = isNodeDown ? 'node-down' : 'in-progress';
    for (const { node, rps } of clients) {
      // No more than was accepted, should the flow be younger than its latency.
      const requests = Math.min((rps * share * leftMs) / 1000, stream.counts.ok);
      if (requests <= 0) continue;
      stream.revoke(requests, state.latencyMs, outcome);
      this.ledger.add({
        service: stream.target.service,
        source: stream.source,
        node,
        podKey: state.podKey,
        podUid: state.podUid,
        endpointIp: state.endpoint!.ip,
        outcome,
        cause,
        from: Math.max(0, closedAt - leftMs),
        to: closedAt,
        requests,
        attempt: stream.attempt,
        retried: false,
        closedAt: now,
      });
    }
  }
}
