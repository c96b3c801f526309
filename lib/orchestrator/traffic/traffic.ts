/**
 * Clients of the cluster's services. Each call of `start` is one source of requests, with a handle
 * that says at any time what was sent, what was lost, and why.
 */
import type { Network } from '../network/network';
import type { Clock, Random, Trace } from '../sim';
import { EachGenerator } from './each-generator';
import { FluidEngine } from './flows/fluid-engine';
import { FluidGenerator } from './flows/fluid-generator';
import { adviceFor, type LossAdvice } from './losses/loss-advice';
import type { LossEntry } from './losses/loss-ledger';
import { noOutcomes, OUTCOMES } from './losses/outcome';
import { LatencyHistogram } from './reports/latency-histogram';
import { sampleRequests, type SampledRequest } from './reports/request-sample';
import { reportOf, type TrafficReport } from './reports/traffic-report';
import { seriesOf, type SeriesPoint } from './reports/traffic-series';
import type { TrafficOptions } from './traffic-options';

/** One source of requests. */
export interface TrafficHandle {
  readonly options: TrafficOptions;
  /** What was sent and lost up to now. */
  report(): TrafficReport;
  /** Every lost request, attributed; attempts that were followed by another included. */
  losses(): readonly LossEntry[];
  /** For each cause of losses the smallest change that would have saved them. */
  advice(): readonly LossAdvice[];
  /** Requests and failures by stretches of time. */
  series(bucketMs: number): readonly SeriesPoint[];
  /** So many single requests, drawn by chance from all that were sent. */
  sample(count: number): readonly SampledRequest[];
  stop(): void;
}

export interface TrafficContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly trace: Trace;
  readonly network: Network;
}

export class Traffic {
  private engine: FluidEngine | undefined;
  private readonly started: TrafficHandle[] = [];

  constructor(private readonly context: TrafficContext) {}

  /** All sources in the order in which they were started. */
  get handles(): readonly TrafficHandle[] {
    return this.started;
  }

  /** Starts a source of requests at this instant. */
  start(options: TrafficOptions): TrafficHandle {
    const handle = options.mode === 'each' ? this.startEach(options) : this.startFluid(options);
    this.started.push(handle);
    return handle;
  }

  private fluid(): FluidEngine {
    const { clock, network, trace, random } = this.context;
    this.engine ??= new FluidEngine(network, trace, clock, random);
    return this.engine;
  }

  private startFluid(options: TrafficOptions): TrafficHandle {
    const { clock, network, random } = this.context;
    const engine = this.fluid();
    const own = this.started.length;
    const generator = new FluidGenerator(clock, network, engine, options, own);
    const losses = (): LossEntry[] => {
      engine.settle();
      return engine.ledger.all().filter(({ source }) => source === own);
    };
    const chance = random.fork(`traffic/${own}`);
    return {
      options,
      report: () => {
        engine.settle();
        return fluidReport(generator, clock.now);
      },
      losses,
      advice: () => adviceFor(losses()),
      series: (bucketMs) => {
        engine.settle();
        return seriesOf(generator.streams, generator.startedAt, clock.now, bucketMs);
      },
      sample: (count) => {
        engine.settle();
        return sampleRequests(generator.streams, count, chance);
      },
      stop: () => generator.stop(),
    };
  }

  private startEach(options: TrafficOptions): TrafficHandle {
    const { clock, network, random, trace } = this.context;
    const source = this.started.length;
    const chance = random.fork(`traffic/${source}`);
    const generator = new EachGenerator({ clock, network, trace, random: chance, options, source });
    return {
      options,
      report: () => generator.report(),
      losses: () => generator.ledger.all(),
      advice: () => adviceFor(generator.ledger.all()),
      series: (bucketMs) => generator.series(bucketMs),
      sample: (count) => generator.sample(count),
      stop: () => generator.stop(),
    };
  }
}

function fluidReport(generator: FluidGenerator, now: number): TrafficReport {
  const counts = noOutcomes();
  const latency = new LatencyHistogram();
  let retried = 0;
  for (const stream of generator.streams) {
    latency.addAll(stream.latency);
    for (const outcome of OUTCOMES) {
      counts[outcome] += stream.cutShort[outcome];
      if (outcome === 'ok' || !stream.retried) counts[outcome] += stream.counts[outcome];
      else retried += stream.counts[outcome];
    }
  }
  const { sent } = generator.streams[0]!;
  const to = generator.stoppedAt ?? now;
  return reportOf({ sent, counts, retried, latency, from: generator.startedAt, to });
}
