/**
 * One source of traffic request by request, each on a new connection with its own chance, at even
 * intervals: what a load generator does. For rates at which single requests matter.
 * FIDELITY: pods take such requests whatever their capacity, their latency is that without load, and
 * their CPU does not follow (autoscalers need flows).
 */
import { ConnectionPicker } from '../network/connection-picker';
import type { Network, Origin, Reach } from '../network/network';
import type { ProxyEndpoint } from '../network/proxy-endpoint';
import type { Clock, Random, Timer, Trace } from '../sim';
import { failureCause } from './flows/endpoint-state';
import { LossAttribution } from './losses/loss-attribution';
import { LossLedger } from './losses/loss-ledger';
import type { FailedOutcome, LossCause } from './losses/outcome';
import { constantRate, type RateShape } from './rate-shape';
import { RequestLog, type LoggedRequest } from './reports/request-log';
import type { SampledRequest } from './reports/request-sample';
import type { TrafficReport } from './reports/traffic-report';
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
  readonly request: LoggedRequest;
}

/** What became of an attempt that failed. */
interface Failure {
  readonly endpoint: ProxyEndpoint | undefined;
  readonly podKey: string | undefined;
  readonly podUid: string | undefined;
  readonly outcome: FailedOutcome;
  readonly cause: LossCause;
}

interface Attempt {
  /** Index of the place that it comes from. */
  readonly origin: number;
  /** 1 for the first. */
  readonly attempt: number;
}

/** Requests lost to one pod within this time are one entry of the ledger. */
const SAME_WINDOW_MS = 1000;

export class EachGenerator {
  readonly ledger = new LossLedger();
  private readonly log = new RequestLog();
  private readonly accepted = new Map<string, Accepted[]>();
  private readonly attribution: LossAttribution;
  private readonly picker: ConnectionPicker;
  private readonly shape: RateShape;
  private readonly origins: readonly Origin[];
  private readonly retry: Required<RetryPolicy>;
  private readonly startedAt: number;
  private readonly next: Timer<undefined>;
  private readonly again: Timer<Attempt>;
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
    this.again = clock.timer<Attempt>('traffic: another attempt', (attempt) => {
      this.waiting--;
      this.send(attempt);
    });
    network.processes.onChange((ip) => this.processChanged(ip));
    network.proxies.onTableChange((node) => this.tableChanged(node));
    this.next.after(0, undefined);
  }

  stop(): void {
    this.stoppedAt ??= this.context.clock.now;
  }

  report(): TrafficReport {
    const { sent, retried, startedAt: from } = this;
    const to = this.stoppedAt ?? this.context.clock.now;
    return this.log.report({ sent, retried, from, to });
  }

  series(bucketMs: number): SeriesPoint[] {
    return this.log.series(this.startedAt, bucketMs);
  }

  sample(count: number): SampledRequest[] {
    return this.log.sample(count, this.context.random);
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
      this.send({ origin: this.sent++ % this.origins.length, attempt: 1 });
      this.due += 1000 / rate;
      return;
    }
    this.due = this.shape.nextChange(this.due) ?? Infinity;
    if (this.due === Infinity) this.stop();
  }

  private send(request: Attempt): void {
    const { clock, network, options } = this.context;
    const origin = this.origins[request.origin]!;
    const selection = network.route(origin, options.to);
    const client = origin.podKey ?? String(request.origin);
    const endpoint = this.picker.pick(origin, client, options.to, selection, clock.now);
    if (endpoint === undefined) {
      const outcome = selection.otherwise === 'drop' ? 'timeout' : 'rejected';
      const nobody = { endpoint, podKey: undefined, podUid: undefined };
      this.fail(request, { ...nobody, outcome, cause: selection.why });
      return;
    }
    const reach = network.reach(origin, endpoint);
    if (reach.outcome === 'ok') {
      this.accept(origin, endpoint, reach, request.attempt);
      return;
    }
    const cause = failureCause(network, origin, endpoint, reach);
    const { podKey, podUid } = reach.process ?? {};
    this.fail(request, { endpoint, podKey, podUid, outcome: reach.outcome, cause });
  }

  private accept(origin: Origin, endpoint: ProxyEndpoint, reach: Reach, attempt: number): void {
    const { now } = this.context.clock;
    const { podKey, podUid, latencyMs } = reach.process!;
    const total = latencyMs + reach.delayMs;
    const request: LoggedRequest = {
      at: now,
      node: origin.node,
      podKey,
      outcome: 'ok',
      cause: undefined,
      latencyMs: total,
      attempt,
      lost: false,
    };
    this.log.add(request);
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

  private fail({ origin: index, attempt }: Attempt, failure: Failure): void {
    const { now } = this.context.clock;
    const origin = this.origins[index]!;
    const { attempts, backoffMs, timeoutMs } = this.retry;
    const retried = attempt < attempts;
    const { podKey, outcome, cause } = failure;
    const base = { at: now, node: origin.node, podKey, outcome, cause, latencyMs: 0, attempt };
    this.log.add({ ...base, lost: !retried });
    this.note(origin, failure, attempt, retried);
    if (!retried) return;
    this.retried++;
    this.waiting++;
    const isSlow = outcome === 'timeout' || outcome === 'blocked';
    const waitMs = backoffMs + (isSlow ? timeoutMs : 0);
    this.again.after(waitMs, { origin: index, attempt: attempt + 1 });
  }

  private note(origin: Origin, loss: Failure, attempt: number, retried: boolean): void {
    const { clock, options, source } = this.context;
    const { now } = clock;
    const { cause, closedAt } = this.attribution.of(options.to, loss, now);
    this.ledger.add(
      {
        service: options.to.service,
        source,
        node: origin.node,
        podKey: loss.podKey,
        podUid: loss.podUid,
        endpointIp: loss.endpoint?.ip,
        outcome: loss.outcome,
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
      const { outcome, cause } = request;
      const loss = { endpoint, podKey, podUid, outcome, cause };
      this.note({ node: request.node, external: false }, loss, attempt, false);
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
