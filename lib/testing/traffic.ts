/** Requests to a service, and what became of them. */
import { durationMs } from '../orchestrator/sim';
import {
  ramp as coreRamp,
  spike as coreSpike,
  type ClientSource,
  type LossAdvice,
  type LossEntry,
  type RateShape,
  type RetryPolicy,
  type SampledRequest,
  type TrafficHandle as CoreHandle,
  type TrafficReport,
} from '../orchestrator/traffic';
import type { Cluster } from './cluster';
import type { Duration } from './duration';
import type { Handle } from './handles/handle';
import { WorkloadHandle } from './handles/workload-handle';
import { UsageError } from './usage-error';

/** Which requests, to whom, from where. */
export interface TrafficProps {
  /** `service/web`, `service/shop/web` (with namespace), or a handle. */
  readonly to: string | Handle;
  /** Requests a second: a number, or a shape such as `ramp(50, 800, '2m')`. */
  readonly rps: number | RateShape;
  /** Number or name of the service's port. @default its first */
  readonly port?: number | string;
  /**
   * Where the clients are: `inside` are pods of the service's namespace without labels of their
   * own, spread over the nodes; a workload's handle makes them pods with its labels, as
   * NetworkPolicies know them.
   * @default 'inside' for most services, 'outside' for LoadBalancers
   */
  readonly from?: 'inside' | 'outside' | WorkloadHandle | ClientSource;
  /** Whether clients try again. @default they do not */
  readonly retry?: boolean | RetryPolicy;
  /** `fluid` counts flows exactly at any rate; `each` draws every request by chance. @default 'fluid' */
  readonly mode?: 'fluid' | 'each';
  /**
   * `new`: each request on a connection of its own; `kept`: clients keep theirs, so they stay with
   * a pod until it goes.
   * @default 'new'
   */
  readonly connections?: 'new' | 'kept';
  /** Stops by itself after that. @default it goes on */
  readonly for?: Duration;
}

/** A rate that changes evenly from one value to another. */
export const ramp = (from: number, to: number, over: Duration): RateShape =>
  coreRamp(from, to, durationMs(over));

/** A base rate with a burst in it. */
export const spike = (
  base: number,
  peak: number,
  when: { after: Duration; for: Duration },
): RateShape => coreSpike(base, peak, durationMs(when.after), durationMs(when.for));

/** Requests that were started, and what became of them. */
export class TrafficHandle {
  constructor(
    /** The cluster in which they are sent. */
    readonly cluster: Cluster,
    /** `service/web` */
    readonly target: string,
    /** The orchestrator's own handle. */
    readonly core: CoreHandle,
  ) {}

  /** What was sent and lost up to now. */
  report(): TrafficReport {
    return this.core.report();
  }

  /** Requests sent up to now, each counted once however often it was tried. */
  get requests(): number {
    return this.report().requests;
  }

  /** Requests lost for good up to now. */
  get failed(): number {
    return this.report().failed;
  }

  /** Every lost request, attributed to pod, node and cause. */
  losses(): readonly LossEntry[] {
    return this.core.losses();
  }

  /** The smallest changes that would have saved them. */
  advice(): readonly LossAdvice[] {
    return this.core.advice();
  }

  /** Single requests, drawn by chance. */
  sample(count: number): readonly SampledRequest[] {
    return this.core.sample(count);
  }

  /** Ends it at this instant. */
  stop(): void {
    this.core.stop();
  }

  /** `traffic to service/web` */
  toString(): string {
    return `traffic to ${this.target}`;
  }
}

export function startTraffic(cluster: Cluster, props: TrafficProps): TrafficHandle {
  const service = typeof props.to === 'string' ? serviceNamed(cluster, props.to) : props.to;
  const { type } = (service.get() as unknown as { spec: { type?: string } }).spec;
  const from = props.from ?? (type === 'LoadBalancer' ? 'outside' : 'inside');
  const core = cluster.core.traffic.start({
    to: {
      service: service.key,
      ...(props.port === undefined ? {} : { port: props.port }),
    },
    rate: props.rps,
    from: sourceOf(from, service),
    ...(props.retry ? { retry: props.retry === true ? {} : props.retry } : {}),
    ...(props.mode === undefined ? {} : { mode: props.mode }),
    ...(props.connections === undefined ? {} : { connections: props.connections }),
    ...(props.for === undefined ? {} : { forMs: durationMs(props.for) }),
  });
  return new TrafficHandle(cluster, service.toString(), core);
}

function serviceNamed(cluster: Cluster, text: string): Handle {
  const parts = text.replace(/^(service|svc|services)\//, '').split('/');
  if (parts.length > 2) {
    throw new UsageError(`'${text}' names no service; write 'service/web' or 'service/shop/web'.`);
  }
  return parts.length === 2 ? cluster.service(parts[1]!, parts[0]!) : cluster.service(parts[0]!);
}

function sourceOf(from: NonNullable<TrafficProps['from']>, service: Handle): ClientSource {
  if (from === 'outside') return { kind: 'outside' };
  if (from === 'inside') {
    const { namespace } = service;
    return { kind: 'inside', ...(namespace === undefined ? {} : { namespace }) };
  }
  if (!(from instanceof WorkloadHandle)) return from;
  const { metadata, spec } = from.get();
  return {
    kind: 'inside',
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
    labels: spec.template.metadata?.labels ?? {},
  };
}
