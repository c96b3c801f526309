/** What the metrics API (metrics.k8s.io) says of pods, in the form that the autoscaler computes with. */
import type { LabelMatcher } from '../../api/label-selector';
import type { KubeObject } from '../../api/object';
import type { ResourceList } from '../../api/objects';
import { milliValue, wholeValue } from '../../api/quantity';
import { parseTime } from '../../api/timestamps';
import type { Client } from '../../client';
import { durationMs } from '../../sim';

export interface PodMetrics extends KubeObject {
  readonly kind: 'PodMetrics';
  readonly timestamp: string;
  readonly window: string;
  readonly containers: readonly { readonly name: string; readonly usage: ResourceList }[];
}

/** Usage of one pod: milli-CPU or bytes, times in ms since the Unix epoch. */
export interface Sample {
  readonly value: number;
  readonly timestampMs: number;
  readonly windowMs: number;
}

/** Value of a resource as the autoscaler counts it: thousandths of a CPU, or bytes times 1000. */
export const metricValue = (resource: string, quantity: string): number =>
  resource === 'cpu' ? milliValue(quantity) : wholeValue(quantity) * 1000;

/**
 * Samples by pod name, of the pods that have one; undefined if the API knows none of the pods.
 * Throws ApiStatusError if the metrics API is not served.
 * @param container only this container's usage; all of the pod's if absent
 */
export function podSamples(
  client: Client,
  namespace: string,
  selects: LabelMatcher,
  resource: string,
  container?: string,
): Map<string, Sample> | undefined {
  const samples = new Map<string, Sample>();
  const matches = (object: KubeObject): boolean => selects(object.metadata.labels);
  const all = client.list<PodMetrics>('pods.metrics.k8s.io', { namespace, matches });
  if (all.length === 0) return undefined;
  for (const metrics of all) {
    const value = usageOf(metrics, resource, container);
    if (value === undefined) continue;
    samples.set(metrics.metadata.name, {
      value,
      timestampMs: parseTime(metrics.timestamp),
      windowMs: durationMs(metrics.window),
    });
  }
  return samples;
}

/** Undefined if a container, or the one that is asked for, has no such figure. */
function usageOf(
  { containers }: PodMetrics,
  resource: string,
  container: string | undefined,
): number | undefined {
  const asked = containers.filter(({ name }) => container === undefined || name === container);
  if (asked.length === 0) return undefined;
  let sum = 0;
  for (const { usage } of asked) {
    const quantity = usage[resource];
    if (quantity === undefined) return undefined;
    sum += metricValue(resource, quantity);
  }
  return sum;
}
