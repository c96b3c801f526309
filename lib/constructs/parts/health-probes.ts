/**
 * The two questions a kubelet asks a container: is it alive (else restart it), and is it ready (else
 * send it no requests). They must not be the same question, or a busy pod is restarted.
 */
import { Duration } from 'cdk8s';
import { Probe } from 'cdk8s-plus-27';
import type { Refusals } from '../refusals/refusal';
import { timeSpanProblem, tryParseSeconds } from '../refusals/time-span';

/** When and how a container's health is asked for. */
export interface HealthProbeProps {
  /**
   * Path that answers 200 while the process is alive.
   * @default '/health'
   */
  readonly livenessPath?: string;
  /**
   * Time from the container's start to the first liveness probe.
   * @default '30s'
   */
  readonly livenessDelay?: string;
  /**
   * Time between liveness probes.
   * @default '10s'
   */
  readonly livenessPeriod?: string;
  /**
   * Path that answers 200 while the pod may receive requests.
   * @default '/ready'
   */
  readonly readinessPath?: string;
  /**
   * Time from the container's start to the first readiness probe.
   * @default '5s'
   */
  readonly readinessDelay?: string;
  /**
   * Time between readiness probes.
   * @default '5s'
   */
  readonly readinessPeriod?: string;
  /**
   * How long an answer may take.
   * @default - Kubernetes' own, one second
   */
  readonly probeTimeout?: string;
}

/** A container's liveness and readiness probes. */
export class HealthProbes {
  /** Probes by HTTP GET on a port. */
  static http(port: number, props: HealthProbeProps = {}): HealthProbes {
    const given = settled(props);
    return new HealthProbes(
      Probe.fromHttpGet(given.livenessPath, { port, ...livenessTiming(given) }),
      Probe.fromHttpGet(given.readinessPath, { port, ...readinessTiming(given) }),
    );
  }

  /** Probes by commands run inside the container; exit code 0 means yes. */
  static command(liveness: string[], readiness: string[], props: HealthProbeProps = {}) {
    const given = settled(props);
    return new HealthProbes(
      Probe.fromCommand(liveness, livenessTiming(given)),
      Probe.fromCommand(readiness, readinessTiming(given)),
    );
  }

  /** Probes by opening a connection: alive and ready as soon as the port listens. */
  static tcp(port: number, props: HealthProbeProps = {}): HealthProbes {
    const given = settled(props);
    return new HealthProbes(
      Probe.fromTcpSocket({ port, ...livenessTiming(given) }),
      Probe.fromTcpSocket({ port, ...readinessTiming(given) }),
    );
  }

  /** Notes every path and time that the API server would refuse. */
  static check(refusals: Refusals, props: HealthProbeProps): void {
    const given = settled(props);
    for (const prop of ['livenessPath', 'readinessPath'] as const) {
      refusals.require(
        given[prop].startsWith('/'),
        prop,
        given[prop],
        "allowed is a path from '/'",
      );
    }
    for (const prop of ['livenessDelay', 'readinessDelay'] as const) {
      refusals.note(prop, given[prop], timeSpanProblem(given[prop]));
    }
    for (const prop of ['livenessPeriod', 'readinessPeriod', 'probeTimeout'] as const) {
      const seconds = tryParseSeconds(given[prop] ?? '1s') ?? 0;
      refusals.require(seconds >= 1, prop, given[prop], "allowed is at least '1s'");
    }
  }

  private constructor(
    /** Asked to find out whether the container must be restarted. */
    readonly liveness: Probe,
    /** Asked to find out whether the pod may receive requests. */
    readonly readiness: Probe,
  ) {}
}

type Settled = Required<Omit<HealthProbeProps, 'probeTimeout'>> & {
  readonly probeTimeout?: string;
};

function settled(props: HealthProbeProps): Settled {
  return {
    livenessPath: props.livenessPath ?? '/health',
    livenessDelay: props.livenessDelay ?? '30s',
    livenessPeriod: props.livenessPeriod ?? '10s',
    readinessPath: props.readinessPath ?? '/ready',
    readinessDelay: props.readinessDelay ?? '5s',
    readinessPeriod: props.readinessPeriod ?? '5s',
    probeTimeout: props.probeTimeout,
  };
}

function livenessTiming(given: Settled) {
  return {
    initialDelaySeconds: duration(given.livenessDelay),
    periodSeconds: duration(given.livenessPeriod),
    timeoutSeconds: given.probeTimeout === undefined ? undefined : duration(given.probeTimeout),
  };
}

function readinessTiming(given: Settled) {
  return {
    initialDelaySeconds: duration(given.readinessDelay),
    periodSeconds: duration(given.readinessPeriod),
    timeoutSeconds: given.probeTimeout === undefined ? undefined : duration(given.probeTimeout),
  };
}

function duration(span: string): Duration {
  return Duration.seconds(tryParseSeconds(span) ?? 0);
}
