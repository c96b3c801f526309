/**
 * One source of traffic request by request, each on a new connection with its own chance, at even
 * intervals: what a load generator does. For rates at which single requests matter.
 * FIDELITY: pods take such requests whatever their capacity, their latency is that without load, and
 * their CPU does not follow (autoscalers need flows).
 */
import { ConnectionPicker } from '../network/connection-picker';
import type { Network, Origin, Reach } from '../network/network';
import type { ProxyEndpoint } from '../network/service-record';
import type { Clock, Random, Timer, Trace } from '../sim';
import { failureCause } from './flows/endpoint-state';
import { LossAttribution } from './losses/loss-attribution';
import { LossLedger } from './losses/loss-ledger';
import { noOutcomes, type FailedOutcome, type LossCause, type Outcome } from './losses/outcome';
import { constantRate, type RateShape } from './rate-shape';
import { LatencyHistogram } from './reports/latency-histogram';
import type { SampledRequest } from './reports/request-sample';
import { reportOf, type TrafficReport } from './reports/traffic-report';
import type { SeriesPoint } from './reports/traffic-series';
import { originsOf, type RetryPolicy, type TrafficOptions } from './traffic-options';

export interface EachOptions {
  readonly clock: Clock;
  readonly network: Network;
  readonly trace: Trace;
  readonly random: Random;
  readonly options: TrafficOptions;
  readonly source: number;
}

interface Accepted {
  readonly endpoint: ProxyEndpoint;
  readonly podUid: string;
  readonly finishesAt: number;
  readonly request: Mutable;
}

type Mutable = { -readonly [K in keyof SampledRequest]: SampledRequest[K] } & { lost: boolean };

/** Requests lost to one pod within this time are one entry of the ledger. */
const SAME_WINDOW_MS = 1000;

export class EachGenerator {
  readonly ledger = new LossLedger();
  private readonly requests: Mutable[] = [];
  private readonly accepted = new Map<string, Accepted[]>();
  private readonly attribution: LossAttribution;
  private readonly picker: ConnectionPicker;
  private readonly shape: RateShape;
  private readonly origins: readonly Origin[];
  private readonly retry: Required<RetryPolicy>;
  private readonly startedAt: number;
  private readonly next: Timer<undefined>;
  private readonly again: Timer<{ origin: number; attempt: number }>;
  /** When the next request is due, in ms after the start; fractions add up. */
  private due = 0;
  private sent = 0;
  private waiting = 0;
  private retried = 0;
  private stoppedAt: number | undefined;

  constructor(private readonly context: EachOptions) {
    const { clock, network, options, random } = context;
    const { rate, retry, from = { kind: 'inside' } } = options;
    this.shape = typeof rate === 'number' ? constantRate(rate) : rate;
    this.origins = originsOf(
      from,
      [...network.knowledge.nodes.list()].map((node) => node.metadata.name),
    );
    this.retry = {
      attempts: retry === undefined ? 1 : (retry.attempts ?? 3),
      backoffMs: retry?.backoffMs ?? 100,
      timeoutMs: retry?.timeoutMs ?? 1000,
    };
    this.attribution = new LossAttribution(network);
    this.picker = new ConnectionPicker(network, random);
    this.startedAt = clock.now;
    this.next = clock.timer('traffic: request', () => this.sendDue());
    this.again = clock.timer('traffic: another attempt', ({ origin, attempt }) => {
      this.waiting--;
      this.send(origin, attempt);
    });
    network.processes.onChange((ip) => this.processChanged(ip));
    network.proxies.onTableChange((node) => this.tableChanged(node));
    this.next.after(0, undefined);
  }

  stop(): void {
    this.stoppedAt ??= this.context.clock.now;
  }

  report(): TrafficReport {
    const counts = noOutcomes();
    const latency = new LatencyHistogram();
    for (const { outcome, latencyMs, lost } of this.requests) {
      if (outcome === 'ok') latency.add(latencyMs, 1);
      if (outcome === 'ok' || lost) counts[outcome]++;
    }
    const { sent, retried, startedAt: from } = this;
    const to = this.stoppedAt ?? this.context.clock.now;
    return reportOf({ sent, counts, retried, latency, from, to });
  }

  series(bucketMs: number): SeriesPoint[] {
    const points: { at: number; requests: number; failed: number }[] = [];
    for (const { at, attempt, lost } of this.requests) {
      const bucket = Math.floor((at - this.startedAt) / bucketMs);
      while (points.length <= bucket) {
        points.push({ at: this.startedAt + points.length * bucketMs, requests: 0, failed: 0 });
      }
      if (attempt === 1) points[bucket]!.requests++;
      if (lost) points[bucket]!.failed++;
    }
    return points;
  }

  sample(count: number): SampledRequest[] {
    const { random } = this.context;
    const drawn = Array.from({ length: Math.min(count, this.requests.length) }, () =>
      random.pick(this.requests),
    );
    return drawn.sort((a, b) => a.at - b.at).map(({ lost: _, ...request }) => request);
  }

  private sendDue(): void {
    const { clock, options } = this.context;
    const end = options.forMs ?? Infinity;
    for (;;) {
      if (this.stoppedAt !== undefined) return;
      if (this.due >= end - 1e-6) {
        this.stoppedAt = this.startedAt + end;
        return;
      }
      const at = this.startedAt + Math.floor(this.due + 1e-9);
      if (at > clock.now) {
        this.next.at(at, undefined);
        return;
      }
      this.advance();
    }
  }

  /** Sends the request that is due, unless the rate is 0 now, and says when the next one is. */
  private advance(): void {
    const rate = this.shape.rateAt(this.due);
    if (rate > 0) {
      this.send(this.sent % this.origins.length, 1);
      this.due += 1000 / rate;
      return;
    }
    this.due = this.shape.nextChange(this.due) ?? Infinity;
    if (this.due === Infinity) this.stop();
  }

  private send(originIndex: number, attempt: number): void {
    const { clock, network, options } = this.context;
    const origin = this.origins[originIndex]!;
    if (attempt === 1) this.sent++;
    const selection = network.route(origin, options.to);
    const client = origin.podKey ?? String(originIndex);
    const endpoint = this.picker.pick(origin, client, options.to, selection, clock.now);
    if (endpoint === undefined) {
      const outcome = selection.otherwise === 'drop' ? 'timeout' : 'rejected';
      this.fail(originIndex, attempt, undefined, undefined, outcome, selection.why);
      return;
    }
    const reach = network.reach(origin, endpoint);
    if (reach.outcome === 'ok') this.accept(origin, endpoint, reach, attempt);
    else {
      const cause = failureCause(network, origin, endpoint, reach);
      this.fail(originIndex, attempt, endpoint, reach, reach.outcome, cause);
    }
  }

  private accept(origin: Origin, endpoint: ProxyEndpoint, reach: Reach, attempt: number): void {
    const { now } = this.context.clock;
    const { podKey, podUid, latencyMs } = reach.process!;
    const total = latencyMs + reach.delayMs;
    const request: Mutable = {
      at: now,
      node: origin.node,
      podKey,
      outcome: 'ok',
      cause: undefined,
      latencyMs: total,
      attempt,
      lost: false,
    };
    this.requests.push(request);
    this.attribution.answered(endpoint, podUid, now, this.ledger);
    let list = this.accepted.get(endpoint.ip);
    if (list === undefined) this.accepted.set(endpoint.ip, (list = []));
    if (list.length > 64)
      list.splice(
        0,
        list.findIndex(({ finishesAt }) => finishesAt > now),
      );
    list.push({ endpoint, podUid, finishesAt: now + latencyMs, request });
  }

  private fail(
    originIndex: number,
    attempt: number,
    endpoint: ProxyEndpoint | undefined,
    reach: Reach | undefined,
    outcome: FailedOutcome,
    cause: LossCause,
  ): void {
    const { clock } = this.context;
    const { now } = clock;
    const origin = this.origins[originIndex]!;
    const { attempts, backoffMs, timeoutMs } = this.retry;
    const retried = attempt < attempts;
    const { podKey, podUid } = reach?.process ?? {};
    const base = { at: now, node: origin.node, podKey, outcome, cause, latencyMs: 0, attempt };
    this.requests.push({ ...base, lost: !retried });
    const loss = { endpoint, podUid, outcome: outcome as Outcome, cause };
    this.note(origin, loss, podKey, attempt, retried);
    if (!retried) return;
    this.retried++;
    this.waiting++;
    const isSlow = outcome === 'timeout' || outcome === 'blocked';
    this.again.after(backoffMs + (isSlow ? timeoutMs : 0), {
      origin: originIndex,
      attempt: attempt + 1,
    });
  }

  private note(
    origin: Origin,
    loss: Parameters<LossAttribution['of']>[1],
    podKey: string | undefined,
    attempt: number,
    retried: boolean,
  ): void {
    const { clock, options, source } = this.context;
    const { now } = clock;
    const { cause, closedAt } = this.attribution.of(options.to, loss, now);
    this.ledger.add(
      {
        service: options.to.service,
        source,
        node: origin.node,
        podKey,
        podUid: loss.podUid,
        endpointIp: loss.endpoint?.ip,
        outcome: loss.outcome as FailedOutcome,
        cause,
        from: now,
        to: now + 1,
        requests: 1,
        attempt,
        retried,
        closedAt,
      },
      SAME_WINDOW_MS,
    );
  }

  /** What a process had accepted and not finished when it ended is lost. */
  private processChanged(ip: string): void {
    const { clock, network } = this.context;
    const list = this.accepted.get(ip);
    if (list === undefined) return;
    const process = network.processes.byIp(ip);
    for (const { endpoint, podUid, finishesAt, request } of list) {
      if (process?.alive === true && process.podUid === podUid) continue;
      if (finishesAt <= clock.now || request.lost) continue;
      request.outcome = 'reset';
      request.cause = 'in-progress';
      request.lost = true;
      const { podKey, attempt } = request;
      const loss = { endpoint, podUid, outcome: 'reset' as const, cause: request.cause };
      this.note({ node: request.node, external: false }, loss, podKey, attempt, false);
    }
    if (process?.alive !== true) this.accepted.delete(ip);
  }

  /** Where a node's table no longer has a pod, the window of its losses there is over. */
  private tableChanged(node: string): void {
    const { clock, network, options, trace } = this.context;
    for (const entry of [...this.ledger.openEntries()]) {
      if (entry.node !== node || entry.endpointIp === undefined) continue;
      const origin = this.origins.find((candidate) => candidate.node === node)!;
      const { endpoints } = network.route(origin, options.to);
      if (endpoints.some(({ ip }) => ip === entry.endpointIp)) continue;
      this.ledger.end(entry, Math.max(entry.to, clock.now));
      const { attempt: _, ...fact } = entry;
      trace.append('traffic', { type: 'requests-lost', ...fact });
    }
  }
}
