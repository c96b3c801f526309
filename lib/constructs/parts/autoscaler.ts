/**
 * The number of pods follows their use: every 15 seconds the number becomes
 * ceil(current × usage ÷ target), outside a tolerance of 10 %, upwards at once and downwards only
 * after the highest wish of a window. Usage is a share of the requests, so those must be set.
 */
import { Duration } from 'cdk8s';
import type { IScalable } from 'cdk8s-plus-27';
import { HorizontalPodAutoscaler, Metric, MetricTarget, Replicas } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { Manifest } from '../manifest/manifest';
import { Refusals } from '../refusals/refusal';
import { timeSpanProblem, tryParseSeconds } from '../refusals/time-span';

/** Between which numbers of pods, and at which use, a workload is kept. */
export interface AutoscalerBounds {
  /**
   * Fewest pods.
   * @default 3
   */
  readonly minReplicas?: number;
  /**
   * Most pods.
   * @default 10
   */
  readonly maxReplicas?: number;
  /**
   * Average CPU use to aim at, in percent of the request; 0 leaves CPU out.
   * @default 70
   */
  readonly cpuTarget?: number;
  /**
   * Average memory use to aim at, in percent of the request; 0 leaves memory out.
   * @default 80
   */
  readonly memoryTarget?: number;
  /**
   * How long a lower need must have lasted before pods go.
   * @default '5m'
   */
  readonly scaleDownStabilization?: string;
}

/** What an autoscaler scales, and how. */
export interface AutoscalerProps extends AutoscalerBounds {
  /** The Deployment or StatefulSet it scales. */
  readonly target: IScalable;
  /** Name of the object. */
  readonly name: string;
  /**
   * Namespace of the object.
   * @default - the chart's
   */
  readonly namespace?: string;
  /**
   * Labels of the object.
   * @default - none
   */
  readonly labels?: { readonly [key: string]: string };
}

/** A HorizontalPodAutoscaler that behaves as Kubernetes does by default, spelled out. */
export class Autoscaler extends HorizontalPodAutoscaler {
  constructor(scope: Construct, id: string, props: AutoscalerProps) {
    const refusals = new Refusals(scope);
    Autoscaler.check(refusals, props);
    refusals.throwIfAny();
    const window = tryParseSeconds(props.scaleDownStabilization ?? '5m') ?? 300;
    super(scope, id, {
      metadata: { name: props.name, namespace: props.namespace, labels: { ...props.labels } },
      target: props.target,
      minReplicas: props.minReplicas ?? 3,
      maxReplicas: props.maxReplicas ?? 10,
      metrics: metricsOf(props),
      // Kubernetes' own defaults. Those of cdk8s-plus remove minReplicas pods in five minutes.
      scaleUp: {
        stabilizationWindow: Duration.seconds(0),
        policies: [
          { replicas: Replicas.absolute(4), duration: Duration.seconds(15) },
          { replicas: Replicas.percent(100), duration: Duration.seconds(15) },
        ],
      },
      scaleDown: {
        stabilizationWindow: Duration.seconds(window),
        policies: [{ replicas: Replicas.percent(100), duration: Duration.seconds(15) }],
      },
    });
    Manifest.of(this);
  }

  /** Notes bounds that contradict each other or that the API server would refuse. */
  static check(refusals: Refusals, props: AutoscalerBounds): void {
    const { minReplicas = 3, maxReplicas = 10, cpuTarget = 70, memoryTarget = 80 } = props;
    const whole = Number.isInteger(minReplicas) && minReplicas >= 1;
    refusals.require(whole, 'minReplicas', minReplicas, 'allowed is a whole number from 1');
    refusals.require(
      Number.isInteger(maxReplicas) && minReplicas <= maxReplicas,
      'minReplicas',
      minReplicas,
      `allowed is at most maxReplicas, ${maxReplicas}; lower the one or raise the other`,
    );
    for (const [prop, target] of Object.entries({ cpuTarget, memoryTarget })) {
      const valid = Number.isInteger(target) && target >= 0;
      refusals.require(valid, prop, target, 'allowed is a whole number of percent from 0');
    }
    const metrics = [cpuTarget, memoryTarget];
    refusals.require(
      metrics.some((target) => target > 0),
      'cpuTarget and memoryTarget',
      metrics,
      'allowed is at least one above 0: without a metric nothing would ever be scaled',
    );
    const window = props.scaleDownStabilization ?? '5m';
    const seconds = tryParseSeconds(window);
    refusals.note('scaleDownStabilization', window, timeSpanProblem(window));
    const short = (seconds ?? 0) <= 3600;
    refusals.require(short, 'scaleDownStabilization', window, "allowed is at most '1h'");
  }
}

function metricsOf(props: AutoscalerBounds): Metric[] {
  const { cpuTarget = 70, memoryTarget = 80 } = props;
  const cpu = Metric.resourceCpu(MetricTarget.averageUtilization(cpuTarget || 1));
  const memory = Metric.resourceMemory(MetricTarget.averageUtilization(memoryTarget || 1));
  return [...(cpuTarget > 0 ? [cpu] : []), ...(memoryTarget > 0 ? [memory] : [])];
}
