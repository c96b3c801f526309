/** Evaluates the metrics of an autoscaler: each proposes a number, the largest is taken. */
import type { LabelMatcher } from '../../api/label-selector';
import type { HorizontalPodAutoscaler, MetricSpec, MetricTarget, Pod } from '../../api/objects';
import { fromBytes, fromMilli } from '../../api/quantity';
import { ApiStatusError } from '../../api/status-error';
import type { Client } from '../../client';
import { failureOf, MetricError, notServed, type MetricFailure } from './metric-failure';
import { metricValue, podSamples } from './pod-metrics';
import {
  byAverage,
  byUtilization,
  groupPods,
  requestsOf,
  type Proposal,
  type Tolerances,
} from './replica-calculator';

const DEFAULT_TOLERANCE = 0.1;
const DEFAULT_METRIC: MetricSpec = {
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
};

export interface MetricResult {
  readonly replicas: number;
  /** `cpu resource utilization (percentage of request)` */
  readonly name: string;
  /** For status.currentMetrics. */
  readonly current: unknown;
}

export interface Evaluation {
  readonly best: MetricResult | undefined;
  readonly failures: readonly MetricFailure[];
  readonly currents: readonly unknown[];
}

export interface Target {
  readonly namespace: string;
  readonly selects: LabelMatcher;
  readonly pods: readonly Pod[];
  readonly current: number;
}

export function evaluate(client: Client, hpa: HorizontalPodAutoscaler, target: Target): Evaluation {
  const specs = hpa.spec.metrics?.length ? hpa.spec.metrics : [DEFAULT_METRIC];
  const failures: MetricFailure[] = [];
  const currents: unknown[] = [];
  let best: MetricResult | undefined;
  for (const spec of specs) {
    try {
      const result = evaluateOne(client, hpa, spec, target);
      currents.push(result.current);
      if (best === undefined || result.replicas > best.replicas) best = result;
    } catch (error) {
      if (!(error instanceof MetricError)) throw error;
      failures.push(failureOf(spec, error));
      currents.push({ type: '' });
    }
  }
  return { best, failures, currents };
}

function evaluateOne(
  client: Client,
  hpa: HorizontalPodAutoscaler,
  spec: MetricSpec,
  target: Target,
): MetricResult {
  const source = spec.resource ?? spec.containerResource;
  if (source === undefined) throw notServed(spec, target.namespace);
  const container = spec.containerResource?.container;
  const samples = fetched(source.name, () =>
    podSamples(client, target.namespace, target.selects, source.name, container),
  );
  if (samples === undefined) {
    throw new MetricError(
      'unable to get metrics for resource ' +
        `${source.name}: no metrics returned from resource metrics API`,
    );
  }
  if (target.pods.length === 0) {
    throw new MetricError('no pods returned by selector while calculating replica count');
  }
  const groups = groupPods(target.pods, samples, source.name, client.clock.wallMs);
  if (groups.samples.size === 0) {
    throw new MetricError('did not receive metrics for targeted pods (pods might be unready)');
  }
  const tolerances = tolerancesOf(hpa);
  const proposal =
    source.target.averageUtilization !== undefined
      ? byUtilization(
          target.current,
          groups,
          requestsOf(target.pods, source.name, container),
          source.target.averageUtilization,
          tolerances,
        )
      : byAverage(target.current, groups, averageTarget(source.name, source.target), tolerances);
  return {
    replicas: proposal.replicas,
    name: nameOf(spec, source.target),
    current: currentOf(spec, source.name, proposal),
  };
}

/** The samples, or why the metrics API gave none. */
function fetched<T>(resource: string, fetch: () => T): T {
  try {
    return fetch();
  } catch (error) {
    if (!(error instanceof ApiStatusError)) throw error;
    throw new MetricError(
      `unable to get metrics for resource ${resource}: unable to fetch metrics from resource ` +
        `metrics API: ${error.message} (get pods.metrics.k8s.io)`,
    );
  }
}

const averageTarget = (resource: string, target: MetricTarget): number =>
  metricValue(resource, target.averageValue ?? target.value ?? '0');

function tolerancesOf(hpa: HorizontalPodAutoscaler): Tolerances {
  const { scaleUp, scaleDown } = hpa.spec.behavior ?? {};
  const value = (text: string | undefined): number =>
    text === undefined ? DEFAULT_TOLERANCE : metricValue('cpu', text) / 1000;
  return { up: value(scaleUp?.tolerance), down: value(scaleDown?.tolerance) };
}

function nameOf({ resource, containerResource }: MetricSpec, target: MetricTarget): string {
  const { name } = (resource ?? containerResource)!;
  if (target.averageUtilization === undefined) return `${name} resource`;
  const what = containerResource === undefined ? 'resource' : 'container resource';
  return `${name} ${what} utilization (percentage of request)`;
}

/** Whole bytes have binary suffixes, as metrics-server has them; what is not whole has not. */
const averageText = (resource: string, average: number): string =>
  resource === 'memory' && average % 1000 === 0 ? fromBytes(average / 1000) : fromMilli(average);

function currentOf(spec: MetricSpec, resource: string, proposal: Proposal): unknown {
  const averageValue = averageText(resource, proposal.average);
  const current = {
    ...(proposal.utilization === undefined ? {} : { averageUtilization: proposal.utilization }),
    averageValue,
  };
  return spec.type === 'Resource'
    ? { type: 'Resource', resource: { name: resource, current } }
    : {
        type: 'ContainerResource',
        containerResource: {
          name: resource,
          container: spec.containerResource!.container,
          current,
        },
      };
}
