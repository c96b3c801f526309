/**
 * Requests in progress when a process ends are lost although they were accepted: at most those of
 * the last latency. A program that closes its port and finishes what it has loses none.
 */
import type { Network } from '../network/network';
import type { LossLedger } from './loss-ledger';
import type { LossCause } from './outcome';
import type { PlanEntry, RoutePlan } from './route-plan';
import type { Route, Stream } from './stream';

/** Accepted requests of a pod whose port closed while its process went on. */
interface Draining {
  readonly stream: Stream;
  readonly entry: PlanEntry;
  readonly closedAt: number;
  readonly clients: readonly { readonly node: string; readonly rps: number }[];
}

export class InProgress {
  private readonly draining = new Map<string, Draining[]>();

  constructor(
    private readonly network: Network,
    private readonly ledger: LossLedger,
  ) {}

  /** Compares a route's old plan with its new one: who accepted requests and does no more? */
  replanned(route: Route, old: RoutePlan, plan: RoutePlan, now: number): void {
    const accepting = new Map<string, PlanEntry>();
    for (const entry of plan.entries) {
      if (entry.outcome === 'ok' && entry.endpoint !== undefined) {
        accepting.set(entry.endpoint.ip, entry);
      }
    }
    for (const entry of old.entries) {
      if (entry.outcome !== 'ok' || entry.latencyMs <= 0) continue;
      const { ip } = entry.endpoint!;
      if (accepting.get(ip)?.podUid === entry.podUid) continue;
      const clients = [...route.members].map(({ origin, sentRps }) => ({
        node: origin.node,
        rps: sentRps,
      }));
      const drained: Draining = { stream: route.stream, entry, closedAt: now, clients };
      if (this.isServing(entry)) this.remember(ip, drained);
      else this.lose(drained, now);
    }
  }

  /** A process changed: if it has ended, what it had not finished is lost. */
  changed(ip: string, now: number): void {
    const waiting = this.draining.get(ip);
    if (waiting === undefined || this.isServing(waiting[0]!.entry)) return;
    this.draining.delete(ip);
    for (const drained of waiting) this.lose(drained, now);
  }

  /** Whether what the pod accepted can still be answered. */
  private isServing({ endpoint, podUid }: PlanEntry): boolean {
    const process = this.network.processes.byIp(endpoint!.ip);
    if (process === undefined || process.podUid !== podUid || !process.alive) return false;
    return !this.network.faults.isDown(process.nodeName);
  }

  private remember(ip: string, drained: Draining): void {
    const list = this.draining.get(ip);
    if (list === undefined) this.draining.set(ip, [drained]);
    else list.push(drained);
  }

  private lose({ stream, entry, closedAt, clients }: Draining, now: number): void {
    const leftMs = entry.latencyMs - (now - closedAt);
    if (leftMs <= 0) return;
    const { nodeName } = entry.endpoint!;
    const isNodeDown = nodeName !== undefined && this.network.faults.isDown(nodeName);
    const outcome = isNodeDown ? 'timeout' : 'reset';
    const cause: LossCause = isNodeDown ? 'node-down' : 'in-progress';
    for (const { node, rps } of clients) {
      // No more than was accepted, should the flow be younger than its latency.
      const requests = Math.min((rps * entry.share * leftMs) / 1000, stream.counts.ok);
      if (requests <= 0) continue;
      stream.revoke(requests, entry.latencyMs, outcome);
      this.ledger.add({
        service: stream.target.service,
        source: stream.source,
        node,
        podKey: entry.podKey,
        podUid: entry.podUid,
        endpointIp: entry.endpoint!.ip,
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
