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
 * Samples by pod name; throws ApiStatusError if the metrics API is not served.
 * @param container only this container's usage; all of the pod's if absent
 */
export function podSamples(
  client: Client,
  namespace: string,
  selects: LabelMatcher,
  resource: string,
  container?: string,
): Map<string, Sample> {
  const samples = new Map<string, Sample>();
  const matches = (object: KubeObject): boolean => selects(object.metadata.labels);
  for (const metrics of client.list<PodMetrics>('pods.metrics.k8s.io', { namespace, matches })) {
    let value = 0;
    let complete = metrics.containers.length > 0;
    for (const { name, usage } of metrics.containers) {
      if (container !== undefined && name !== container) continue;
      const quantity = usage[resource];
      if (quantity === undefined) complete = false;
      else value += metricValue(resource, quantity);
    }
    if (!complete) continue;
    samples.set(metrics.metadata.name, {
      value,
      timestampMs: parseTime(metrics.timestamp),
      windowMs: durationMs(metrics.window),
    });
  }
  return samples;
}
