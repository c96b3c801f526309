/** Why a metric has no value, in the words of upstream's conditions and events. */
import type { LabelSelector } from '../../api/label-selector';
import type { MetricSpec } from '../../api/objects';

/** A metric that cannot be had, or from which nothing can be computed. */
export class MetricError extends Error {}

export interface MetricFailure {
  /** `FailedGetResourceMetric` */
  readonly reason: string;
  readonly message: string;
  /** What the summary of all metrics says of this one. */
  readonly first: string;
}

/** @param message what went wrong with a metric of this kind */
export function failureOf(spec: MetricSpec, { message }: MetricError): MetricFailure {
  const told = (text: string, first: string): MetricFailure => ({
    reason: `FailedGet${spec.type}Metric`,
    message: text,
    first,
  });
  const { resource, containerResource, object, external } = spec;
  const source = resource ?? containerResource;
  if (source !== undefined) {
    const what = source.target.averageUtilization === undefined ? 'usage' : 'utilization';
    const text = `failed to get ${source.name} ${what}: ${message}`;
    const metric = containerResource
      ? `${containerResource.container} container`
      : `${source.name} resource`;
    return told(text, `failed to get ${metric} metric value: ${text}`);
  }
  if (external !== undefined) {
    const { name } = external.metric;
    const which = external.target.averageValue
      ? `${name} external metric`
      : `external metric ${name}`;
    return told(
      message,
      `failed to get ${name} external metric value: failed to get ${which}: ${message}`,
    );
  }
  if (object !== undefined) {
    const which = object.target.averageValue
      ? `failed to get ${object.metric.name} object metric: `
      : '';
    return told(message, `failed to get object metric value: ${which}${message}`);
  }
  return told(message, `failed to get pods metric value: ${message}`);
}

const NO_CUSTOM_METRICS =
  'unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered';

/**
 * FIDELITY: custom and external metrics are not served, as in a cluster without an adapter.
 */
export function notServed({ pods, object, external }: MetricSpec, namespace: string): MetricError {
  if (external !== undefined) {
    const { name, selector } = external.metric;
    return new MetricError(
      `unable to get external metric ${namespace}/${name}/${asGoPrints(selector)}: ` +
        'unable to fetch metrics from external metrics API: ' +
        `the server could not find the requested resource (get ${name}.external.metrics.k8s.io)`,
    );
  }
  if (object !== undefined) {
    const { kind, name } = object.describedObject;
    // Kubernetes has mixed up the order of these.
    return new MetricError(
      `unable to get metric ${object.metric.name}: ${kind} on ${namespace} ${name}/${NO_CUSTOM_METRICS}`,
    );
  }
  return new MetricError(`unable to get metric ${pods?.metric.name ?? ''}: ${NO_CUSTOM_METRICS}`);
}

function asGoPrints(selector: LabelSelector | undefined): string {
  if (selector === undefined) return 'nil';
  const { matchLabels = {}, matchExpressions = [] } = selector;
  const labels = Object.keys(matchLabels)
    .sort()
    .map((key) => `${key}: ${matchLabels[key]},`);
  const expressions = matchExpressions.map(
    ({ key, operator, values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  );
  return `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`;
}
