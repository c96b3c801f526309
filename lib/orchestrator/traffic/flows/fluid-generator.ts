/**
 * One source of traffic as flows: sets its clients' rates over time, takes dead nodes out of the
 * load balancer, and sends what was lost again as the retry policy says.
 */
import type { Network } from '../../network/network';
import type { Clock, Timer } from '../../sim';
import { constantRate, type RateShape } from '../rate-shape';
import {
  DEFAULT_HEALTH_CHECK_MS,
  originsOf,
  type RetryPolicy,
  type TrafficOptions,
} from '../traffic-options';
import type { FluidEngine } from './fluid-engine';
import { Stream, type ClientGroup } from './stream';

interface Retry {
  readonly stream: number;
  readonly group: number;
  readonly kind: 'fast' | 'slow';
  readonly rps: number;
}

export class FluidGenerator {
  /** First attempts, second attempts, … */
  readonly streams: readonly Stream[];
  readonly startedAt: number;
  stoppedAt: number | undefined;
  private readonly shape: RateShape;
  private readonly healthCheckMs: number;
  private readonly retry: Required<RetryPolicy>;
  private readonly again = new Map<string, number>();
  /** Nodes that the load balancer sends to, by its health check. */
  private readonly unhealthy = new Set<string>();
  private readonly rateTimer: Timer<undefined>;
  private readonly healthTimer: Timer<undefined>;
  private readonly retryTimer: Timer<Retry>;

  constructor(
    private readonly clock: Clock,
    private readonly network: Network,
    private readonly engine: FluidEngine,
    private readonly options: TrafficOptions,
    source: number,
  ) {
    const { rate, retry, from = { kind: 'inside' } } = options;
    this.startedAt = clock.now;
    this.shape = typeof rate === 'number' ? constantRate(rate) : rate;
    this.healthCheckMs =
      (from.kind === 'outside' ? from.healthCheckMs : undefined) ?? DEFAULT_HEALTH_CHECK_MS;
    this.retry = {
      attempts: retry === undefined ? 1 : (retry.attempts ?? 3),
      backoffMs: retry?.backoffMs ?? 100,
      timeoutMs: retry?.timeoutMs ?? 1000,
    };
    const nodes = [...network.knowledge.nodes.list()].map((node) => node.metadata.name);
    const origins = originsOf(from, nodes);
    const { attempts } = this.retry;
    this.streams = Array.from(
      { length: attempts },
      (_, i) =>
        new Stream({
          source,
          target: options.to,
          origins,
          attempt: i + 1,
          retried: i + 1 < attempts,
          connections: options.connections ?? 'new',
        }),
    );
    this.rateTimer = clock.timer('traffic: rate', () => this.changeRate());
    this.healthTimer = clock.timer('traffic: load balancer health check', () => this.checkNodes());
    this.retryTimer = clock.timer('traffic: retry', (argument) => this.tryAgain(argument));
    this.start(from.kind === 'outside');
  }

  stop(): void {
    if (this.stoppedAt !== undefined) return;
    this.stoppedAt = this.clock.now;
    for (const group of this.streams[0]!.groups) this.engine.setRate(this.streams[0]!, group, 0);
  }

  private start(isOutside: boolean): void {
    const { engine, network } = this;
    for (const stream of this.streams) engine.add(stream);
    if (this.streams.length > 1)
      engine.lostRates.onChange((stream, group) => this.lost(stream, group));
    if (isOutside) {
      network.faults.onChange(() => this.healthTimer.after(this.healthCheckMs, undefined));
      engine.onTable((service) => {
        if (service === this.options.to.service) this.applyRate();
      });
      this.unhealthyNow();
    }
    const { forMs } = this.options;
    if (forMs !== undefined) {
      const end = this.clock.timer<undefined>('traffic: end', () => this.stop());
      end.after(forMs, undefined);
    }
    this.changeRate();
  }

  private changeRate(): void {
    if (this.stoppedAt !== undefined) return;
    this.applyRate();
    const next = this.shape.nextChange(this.clock.now - this.startedAt);
    if (next !== undefined) this.rateTimer.at(this.startedAt + next, undefined);
  }

  /** Spreads the rate evenly over the clients, or over what the load balancer takes for healthy. */
  private applyRate(): void {
    if (this.stoppedAt !== undefined) return;
    const [stream] = this.streams;
    const { groups } = stream!;
    const rate = this.shape.rateAt(this.clock.now - this.startedAt);
    const eligible = this.eligible(groups);
    const each = rate / eligible.size;
    for (const group of groups) this.engine.setRate(stream!, group, eligible.has(group) ? each : 0);
  }

  /**
   * FIDELITY: with externalTrafficPolicy Local a load balancer learns at once, not by its health
   * check, which nodes have an endpoint.
   */
  private eligible(groups: readonly ClientGroup[]): ReadonlySet<ClientGroup> {
    const healthy = groups.filter(({ origin }) => !this.unhealthy.has(origin.node));
    const record = this.network.knowledge.record(this.options.to.service);
    const isLocal = record?.service.spec.externalTrafficPolicy === 'Local';
    const local =
      isLocal && groups[0]?.origin.external === true
        ? healthy.filter(
            ({ origin }) => this.network.route(origin, this.options.to).endpoints.length > 0,
          )
        : healthy;
    return new Set(local.length > 0 ? local : healthy.length > 0 ? healthy : groups);
  }

  private checkNodes(): void {
    this.unhealthyNow();
    this.applyRate();
  }

  private unhealthyNow(): void {
    this.unhealthy.clear();
    for (const { origin } of this.streams[0]!.groups) {
      if (this.network.faults.isDown(origin.node)) this.unhealthy.add(origin.node);
    }
  }

  private lost(stream: Stream, group: ClientGroup): void {
    const index = this.streams.indexOf(stream);
    if (index < 0 || index + 1 >= this.streams.length) return;
    const { backoffMs, timeoutMs } = this.retry;
    const base = { stream: index + 1, group: group.index };
    this.retryTimer.after(backoffMs, { ...base, kind: 'fast', rps: group.lostFast });
    this.retryTimer.after(backoffMs + timeoutMs, { ...base, kind: 'slow', rps: group.lostSlow });
  }

  private tryAgain({ stream, group, kind, rps }: Retry): void {
    const of = (which: string): string => `${stream}|${group}|${which}`;
    this.again.set(of(kind), rps);
    const total = (this.again.get(of('fast')) ?? 0) + (this.again.get(of('slow')) ?? 0);
    const target = this.streams[stream]!;
    this.engine.setRate(target, target.groups[group]!, total);
  }
}
