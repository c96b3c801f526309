/**
 * What autoscaling/v1 has no fields for, as its annotations hold it: metrics besides CPU, scaling
 * rules, conditions. Stands for the conversions of kubernetes' pkg/apis/autoscaling/v1. The texts
 * have their fields in the order of Go's types, so that they are the same as a real server's.
 */
type Json = Readonly<Record<string, unknown>>;

interface Target {
  readonly averageUtilization?: number;
  readonly averageValue?: string;
  readonly value?: string;
}

interface Metric {
  readonly name?: string;
  readonly selector?: Json;
}

interface Source {
  readonly name?: string;
  readonly container?: string;
  readonly metric?: Metric;
  readonly describedObject?: Json;
  readonly target?: Target;
  readonly current?: Target;
}

/** A metric of autoscaling/v2, in a spec or in a status. */
export type AnyMetric = { readonly type?: string } & Readonly<Record<string, unknown>>;

/** The types of metrics and the field that holds each, in the order of Go's types. */
const FIELDS: Readonly<Record<string, string>> = {
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
  ContainerResource: 'containerResource',
  External: 'external',
};

/** How the values of a spec and of a status are called. */
const SPEC = { utilization: 'targetAverageUtilization', average: 'targetAverageValue' } as const;
const STATUS = {
  utilization: 'currentAverageUtilization',
  average: 'currentAverageValue',
} as const;

/** A metric of a spec as the annotation has it. */
export const annotatedMetric = (metric: AnyMetric): Json => annotated(metric, 'target', SPEC);

/** A metric of a status as the annotation has it. */
export const annotatedStatus = (metric: AnyMetric): Json => annotated(metric, 'current', STATUS);

function annotated(
  metric: AnyMetric,
  prefix: 'target' | 'current',
  names: typeof SPEC | typeof STATUS,
): Json {
  const type = metric.type ?? '';
  const field = FIELDS[type];
  if (field === undefined) return { type };
  const source = (metric[field] ?? {}) as Source;
  const target = source[prefix] ?? {};
  const { name, selector } = source.metric ?? {};
  const average = { [names.average]: target.averageValue };
  const own: Readonly<Record<string, () => Json>> = {
    Resource: () => ({
      name: source.name,
      [names.utilization]: target.averageUtilization,
      ...average,
    }),
    ContainerResource: () => ({
      name: source.name,
      [names.utilization]: target.averageUtilization,
      ...average,
      container: source.container,
    }),
    Pods: () => ({ metricName: name, ...average, selector }),
    Object: () => ({
      target: source.describedObject,
      metricName: name,
      [`${prefix}Value`]: target.value ?? '0',
      selector,
      averageValue: target.averageValue,
    }),
    External: () => ({
      metricName: name,
      metricSelector: selector,
      [`${prefix}Value`]: target.value ?? (prefix === 'current' ? '0' : undefined),
      ...average,
    }),
  };
  return { type, [field]: own[type]!() };
}

/** The metric of autoscaling/v2 that an annotation's entry stands for. */
export function metricOfAnnotation(entry: Json): AnyMetric {
  const type = String(entry['type']);
  const field = FIELDS[type];
  const source = field === undefined ? undefined : (entry[field] as Json | undefined);
  if (field === undefined || source === undefined) return { type };
  const { targetAverageUtilization, targetAverageValue, targetValue } = source;
  const metric = {
    name: source['metricName'],
    ...present('selector', source['selector'] ?? source['metricSelector']),
  };
  const average = { type: 'AverageValue', averageValue: targetAverageValue };
  const usage =
    targetAverageUtilization === undefined
      ? average
      : { type: 'Utilization', averageUtilization: targetAverageUtilization };
  const own: Readonly<Record<string, () => Json>> = {
    Resource: () => ({ name: source['name'], target: usage }),
    ContainerResource: () => ({
      name: source['name'],
      container: source['container'],
      target: usage,
    }),
    Pods: () => ({ metric, target: average }),
    Object: () => ({
      describedObject: source['target'],
      metric,
      target:
        source['averageValue'] === undefined
          ? { type: 'Value', value: targetValue }
          : { type: 'AverageValue', averageValue: source['averageValue'] },
    }),
    External: () => ({
      metric,
      target: targetValue === undefined ? average : { type: 'Value', value: targetValue },
    }),
  };
  return { type, [field]: own[type]!() };
}

interface Rules {
  readonly stabilizationWindowSeconds?: number;
  readonly selectPolicy?: string;
  readonly policies?: readonly Json[];
  readonly tolerance?: string;
}

export interface Behavior {
  readonly scaleUp?: Rules;
  readonly scaleDown?: Rules;
}

/** Scaling rules as the annotation has them: with the names of Go's fields. */
export const annotatedBehavior = ({ scaleUp, scaleDown }: Behavior): Json => ({
  ScaleUp: annotatedRules(scaleUp),
  ScaleDown: annotatedRules(scaleDown),
});

function annotatedRules(rules: Rules | undefined): Json | null {
  if (rules === undefined) return null;
  return {
    StabilizationWindowSeconds: rules.stabilizationWindowSeconds ?? null,
    SelectPolicy: rules.selectPolicy ?? null,
    Policies:
      rules.policies?.map(({ type, value, periodSeconds }) => ({
        Type: type,
        Value: value,
        PeriodSeconds: periodSeconds,
      })) ?? null,
    Tolerance: rules.tolerance ?? null,
  };
}

/** The scaling rules that an annotation stands for. */
export const behaviorOfAnnotation = (entry: Json): Behavior => ({
  ...present('scaleUp', rulesOfAnnotation(entry['ScaleUp'] as Json | null | undefined)),
  ...present('scaleDown', rulesOfAnnotation(entry['ScaleDown'] as Json | null | undefined)),
});

function rulesOfAnnotation(entry: Json | null | undefined): Rules | undefined {
  if (entry === undefined || entry === null) return undefined;
  const policies = entry['Policies'] as readonly Json[] | null | undefined;
  return {
    ...present('stabilizationWindowSeconds', entry['StabilizationWindowSeconds']),
    ...present('selectPolicy', entry['SelectPolicy']),
    ...present(
      'policies',
      policies?.map((policy) => ({
        type: policy['Type'],
        value: policy['Value'],
        periodSeconds: policy['PeriodSeconds'],
      })),
    ),
    ...present('tolerance', entry['Tolerance']),
  };
}

const present = (field: string, value: unknown): Json =>
  value === undefined || value === null ? {} : { [field]: value };
