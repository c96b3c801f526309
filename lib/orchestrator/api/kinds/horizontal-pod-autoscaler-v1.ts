/**
 * HorizontalPodAutoscaler as autoscaling/v1 shows it: CPU in a field, all other metrics in
 * annotations. Stored is autoscaling/v2; this is a view of it that can be written, too.
 */
import type { KindDefinition } from '../kind';
import type { KubeObject } from '../object';
import type { HorizontalPodAutoscaler } from '../objects/policy';
import {
  annotatedBehavior,
  annotatedMetric,
  annotatedStatus,
  behaviorOfAnnotation,
  metricOfAnnotation,
  type AnyMetric,
  type Behavior,
} from './autoscaling/autoscaler-annotations';
import { kind } from './define';
import { withFields } from './fields/structural-sharing';
import { horizontalPodAutoscalerKind } from './horizontal-pod-autoscaler';

const PREFIX = 'autoscaling.alpha.kubernetes.io/';
const METRICS = `${PREFIX}metrics`;
const BEHAVIOR = `${PREFIX}behavior`;
const CURRENT_METRICS = `${PREFIX}current-metrics`;
const CONDITIONS = `${PREFIX}conditions`;
const OWN = [METRICS, BEHAVIOR, CURRENT_METRICS, CONDITIONS];

interface V1Spec {
  readonly targetCPUUtilizationPercentage?: number;
  readonly [field: string]: unknown;
}

type Annotations = Readonly<Record<string, string>>;
type Fields = Readonly<Record<string, unknown>>;

/**
 * FIDELITY: who writes as autoscaling/v1 is in managedFields with the fields of autoscaling/v2,
 * and server-side apply merges those.
 */
export const horizontalPodAutoscalerV1Kind: KindDefinition = {
  ...horizontalPodAutoscalerKind,
  ...namesOfV1(),
  conversion: { toStored, fromStored },
};

function namesOfV1(): Pick<KindDefinition, 'version' | 'schema'> {
  const { version, schema } = kind({
    apiVersion: 'autoscaling/v1',
    plural: horizontalPodAutoscalerKind.plural,
  });
  return { version, schema };
}

/** An autoscaler that came as autoscaling/v1, as autoscaling/v2. */
function toStored(object: Fields): Record<string, unknown> {
  const metadata = (object['metadata'] ?? {}) as { readonly annotations?: Annotations };
  const { annotations = {} } = metadata;
  const { targetCPUUtilizationPercentage: cpu, ...spec } = (object['spec'] ?? {}) as V1Spec;
  const others = parsed<readonly Fields[]>(annotations[METRICS]);
  const behavior = parsed<Fields>(annotations[BEHAVIOR]);
  const metrics = [
    ...(Array.isArray(others) ? (others as readonly Fields[]).map(metricOfAnnotation) : []),
    ...(cpu === undefined ? [] : [cpuMetric(cpu)]),
  ];
  return {
    ...object,
    apiVersion: 'autoscaling/v2',
    metadata: withFields(metadata, { annotations: withoutOwn(annotations) }),
    spec: {
      ...spec,
      ...(metrics.length === 0 ? {} : { metrics }),
      ...(behavior === undefined ? {} : { behavior: behaviorOfAnnotation(behavior) }),
    },
    ...(object['status'] === undefined ? {} : { status: storedStatus(object, annotations) }),
  };
}

const cpuMetric = (averageUtilization: number): AnyMetric => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});

function storedStatus(object: Fields, annotations: Annotations): Fields {
  const { currentCPUUtilizationPercentage: _cpu, ...status } = object['status'] as Fields;
  const conditions = parsed<readonly Fields[]>(annotations[CONDITIONS]);
  return { ...status, currentMetrics: null, ...(conditions ? { conditions } : {}) };
}

/** Those of the annotations that are not fields of autoscaling/v2. */
function withoutOwn(annotations: Annotations): Annotations | undefined {
  const rest = Object.entries(annotations).filter(([key]) => !OWN.includes(key));
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}

/** What an annotation holds; one that cannot be read counts for nothing. */
function parsed<T>(text: string | undefined): T | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

/** A stored autoscaler as autoscaling/v1 shows it. */
function fromStored(object: KubeObject): KubeObject {
  const { spec, status } = object as HorizontalPodAutoscaler;
  const { metrics = [], behavior, ...rest } = spec;
  const cpu = metrics.find(isCpuUtilization)?.resource?.target.averageUtilization;
  const annotations = shownAnnotations(object as HorizontalPodAutoscaler, behavior);
  const shown = {
    ...object,
    apiVersion: 'autoscaling/v1',
    metadata: withFields(object.metadata, { annotations }),
    spec: { ...rest, ...(cpu === undefined ? {} : { targetCPUUtilizationPercentage: cpu }) },
    status: shownStatus(status),
  };
  return shown as unknown as KubeObject;
}

type StoredMetric = NonNullable<HorizontalPodAutoscaler['spec']['metrics']>[number];

const isCpuUtilization = ({ type, resource }: StoredMetric): boolean =>
  type === 'Resource' &&
  resource?.name === 'cpu' &&
  resource.target.averageUtilization !== undefined;

function shownAnnotations(
  { metadata, spec, status }: HorizontalPodAutoscaler,
  behavior: unknown,
): Annotations | undefined {
  const others = (spec.metrics ?? []).filter((metric) => !isCpuUtilization(metric));
  const current = (status.currentMetrics ?? []) as readonly AnyMetric[];
  const all: Record<string, string> = { ...metadata.annotations };
  if (others.length > 0) {
    all[METRICS] = JSON.stringify(others.map((m) => annotatedMetric(m as unknown as AnyMetric)));
  }
  if (behavior !== undefined)
    all[BEHAVIOR] = JSON.stringify(annotatedBehavior(behavior as Behavior));
  if (current.length > 0) all[CURRENT_METRICS] = JSON.stringify(current.map(annotatedStatus));
  const { conditions = [] } = status;
  if (conditions.length > 0) {
    const shown = conditions.map(({ type, status: is, lastTransitionTime, reason, message }) => ({
      type,
      status: is,
      lastTransitionTime,
      reason,
      message,
    }));
    all[CONDITIONS] = JSON.stringify(shown);
  }
  return Object.keys(all).length === 0 ? undefined : all;
}

function shownStatus(status: HorizontalPodAutoscaler['status']): Fields {
  const { currentMetrics, conditions: _told, ...counts } = status;
  const cpu = ((currentMetrics ?? []) as readonly CurrentResource[]).find(
    ({ type, resource }) => type === 'Resource' && resource?.name === 'cpu',
  )?.resource?.current?.averageUtilization;
  return {
    ...counts,
    currentReplicas: status.currentReplicas ?? 0,
    desiredReplicas: status.desiredReplicas,
    ...(cpu === undefined ? {} : { currentCPUUtilizationPercentage: cpu }),
  };
}

interface CurrentResource {
  readonly type?: string;
  readonly resource?: {
    readonly name?: string;
    readonly current?: { readonly averageUtilization?: number };
  };
}
