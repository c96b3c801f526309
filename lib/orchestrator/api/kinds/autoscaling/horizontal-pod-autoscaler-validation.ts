/**
 * Validation of autoscalers: bounds, the target, metrics and scaling rules. Stands for the
 * validation of kubernetes' pkg/apis/autoscaling, without the gate for scaling to zero.
 */
import type { FieldError } from '../../field-error';
import { forbidden, invalid, notSupported, required } from '../../field-error';
import { isNegative, isZero } from '../../quantity';
import {
  dnsLabelErrors,
  invalidFor,
  isPathSegmentName,
  nonNegativeQuantity,
  oneOf,
} from '../fields/field-validation';
import { containerResourceNameErrors } from '../fields/resource-names';

export interface DraftMetricTarget {
  readonly type?: string;
  readonly value?: string;
  readonly averageValue?: string;
  readonly averageUtilization?: number;
}

interface Identified {
  readonly metric?: { readonly name?: string };
  readonly target?: DraftMetricTarget;
}

interface ObjectReference {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name?: string;
}

interface ResourceSource {
  readonly name?: string;
  readonly container?: string;
  readonly target?: DraftMetricTarget;
}

export interface DraftMetric {
  readonly type?: string;
  readonly object?: Identified & { readonly describedObject?: ObjectReference };
  readonly external?: Identified;
  readonly pods?: Identified;
  readonly resource?: ResourceSource;
  readonly containerResource?: ResourceSource;
}

export interface DraftScalingRules {
  readonly stabilizationWindowSeconds?: number;
  readonly selectPolicy?: string;
  readonly policies?: readonly {
    readonly type?: string;
    readonly value?: number;
    readonly periodSeconds?: number;
  }[];
  readonly tolerance?: string;
}

export interface DraftAutoscalerSpec {
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
  readonly scaleTargetRef?: ObjectReference;
  readonly metrics?: readonly DraftMetric[];
  readonly behavior?: {
    readonly scaleUp?: DraftScalingRules;
    readonly scaleDown?: DraftScalingRules;
  };
}

/** The types of metrics and the fields that hold them, in the order in which they are checked. */
const SOURCES = [
  ['Object', 'object'],
  ['External', 'external'],
  ['Pods', 'pods'],
  ['Resource', 'resource'],
  ['ContainerResource', 'containerResource'],
] as const;
type SourceField = (typeof SOURCES)[number][1];
const METRIC_TYPES = SOURCES.map(([type]) => type);
const WINDOW_MAX_SECONDS = 3600;
const PERIOD_MAX_SECONDS = 1800;

export function autoscalerSpecErrors(spec: DraftAutoscalerSpec, path: string): FieldError[] {
  const { minReplicas, maxReplicas = 0, metrics = [] } = spec;
  const errors: FieldError[] = [];
  if (minReplicas !== undefined && minReplicas < 1) {
    const why = 'must be greater than or equal to 1';
    errors.push(invalid(`${path}.minReplicas`, minReplicas, why));
  }
  const maxField = `${path}.maxReplicas`;
  if (maxReplicas === 0) errors.push(required(maxField, 'must be set and greater than 0'));
  else if (maxReplicas < 0) {
    errors.push(invalid(maxField, maxReplicas, 'must be greater than or equal to 1'));
  }
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    errors.push(invalid(maxField, maxReplicas, 'must be greater than or equal to `minReplicas`'));
  }
  errors.push(
    ...referenceErrors(spec.scaleTargetRef ?? {}, `${path}.scaleTargetRef`, true),
    ...metrics.flatMap((metric, i) => metricErrors(metric, `${path}.metrics[${i}]`)),
  );
  const canReachZero = metrics.some(({ type }) => type === 'Object' || type === 'External');
  if (minReplicas === 0 && !canReachZero) {
    const why =
      'must specify at least one Object or External metric to support scaling to zero replicas';
    errors.push(forbidden(`${path}.metrics`, why));
  }
  const { scaleUp, scaleDown } = spec.behavior ?? {};
  return [
    ...errors,
    ...(scaleUp ? ruleErrors(scaleUp, `${path}.behavior.scaleUp`) : []),
    ...(scaleDown ? ruleErrors(scaleDown, `${path}.behavior.scaleDown`) : []),
  ];
}

function referenceErrors(
  reference: ObjectReference,
  path: string,
  needsGroup = false,
): FieldError[] {
  const named = (field: 'kind' | 'name'): FieldError[] => {
    const text = reference[field] ?? '';
    if (text === '') return [required(`${path}.${field}`)];
    return invalidFor(`${path}.${field}`, text, isPathSegmentName(text));
  };
  const { apiVersion = '' } = reference;
  const errors = [...named('kind'), ...named('name')];
  const parts = apiVersion.split('/').length;
  if (parts > 2) {
    const why = `unexpected GroupVersion string: ${apiVersion}`;
    return [...errors, invalid(`${path}.apiVersion`, apiVersion, why)];
  }
  // Only ReplicationControllers can be scaled without belonging to a group.
  if (parts === 2 || !needsGroup || reference.kind === 'ReplicationController') return errors;
  return [
    ...errors,
    invalid(`${path}.apiVersion`, apiVersion, 'apiVersion must specify API group'),
  ];
}

function metricErrors(metric: DraftMetric, path: string): FieldError[] {
  const { type = '' } = metric;
  const errors: FieldError[] = [];
  if (type === '') errors.push(required(`${path}.type`, 'must specify a metric source type'));
  const known = SOURCES.find(([name]) => name === type);
  if (known === undefined) errors.push(notSupported(`${path}.type`, type, METRIC_TYPES));
  const present = SOURCES.map(([, field]) => field).filter((field) => metric[field] !== undefined);
  const [first] = present;
  if (first !== undefined) errors.push(...sourceErrors(metric, first, `${path}.${first}`));
  if (known === undefined) errors.push(notSupported(`${path}.type`, type, METRIC_TYPES));
  else if (metric[known[1]] === undefined) {
    const why = 'must populate information for the given metric source';
    errors.push(required(`${path}.${known[1]}`, why));
  }
  if (present.length === 1) return errors;
  // FIDELITY: several superfluous sources are told in a fixed order; Kubernetes' order is random.
  for (const field of present) {
    if (field === known?.[1]) continue;
    errors.push(forbidden(`${path}.${field}`, 'must populate the given metric source only'));
  }
  return errors;
}

function sourceErrors(metric: DraftMetric, field: SourceField, path: string): FieldError[] {
  if (field === 'resource' || field === 'containerResource') {
    return resourceErrors(metric[field] ?? {}, field, path);
  }
  const source = metric[field] ?? {};
  const { target = {} } = source;
  const name = source.metric?.name ?? '';
  const errors: FieldError[] = [];
  if (field === 'object') {
    const described = metric.object?.describedObject ?? {};
    errors.push(...referenceErrors(described, `${path}.describedObject`));
  }
  if (name === '') errors.push(required(`${path}.metric.name`, 'must specify a metric name'));
  else errors.push(...invalidFor(`${path}.metric.name`, name, isPathSegmentName(name)));
  errors.push(...targetErrors(target, `${path}.target`));
  const average = `${path}.target.averageValue`;
  if (field === 'pods') {
    if (target.averageValue !== undefined) return errors;
    return [...errors, required(average, 'must specify a positive target averageValue')];
  }
  if (target.value === undefined && target.averageValue === undefined) {
    const why =
      field === 'object'
        ? 'must set either a target value or averageValue'
        : 'must set either a target value for metric or a per-pod target';
    errors.push(required(average, why));
  }
  if (field === 'external' && target.value !== undefined && target.averageValue !== undefined) {
    const why = 'may not set both a target value for metric and a per-pod target';
    errors.push(forbidden(`${path}.target.value`, why));
  }
  return errors;
}

function resourceErrors(source: ResourceSource, field: SourceField, path: string): FieldError[] {
  const { name = '', container = '', target = {} } = source;
  const isOfContainer = field === 'containerResource';
  const errors: FieldError[] = [];
  if (name === '') errors.push(required(`${path}.name`, 'must specify a resource name'));
  else if (isOfContainer) errors.push(...containerResourceNameErrors(name, `${path}.name`));
  if (isOfContainer) {
    if (container === '') errors.push(required(`${path}.container`, 'must specify a container'));
    else errors.push(...dnsLabelErrors(container, `${path}.container`));
  }
  errors.push(...targetErrors(target, `${path}.target`));
  const { averageUtilization, averageValue } = target;
  if (averageUtilization === undefined && averageValue === undefined) {
    const why = 'must set either a target raw value or a target utilization';
    errors.push(required(`${path}.target.averageUtilization`, why));
  }
  if (averageUtilization !== undefined && averageValue !== undefined) {
    const why = 'may not set both a target raw value and a target utilization';
    errors.push(forbidden(`${path}.target.averageValue`, why));
  }
  return errors;
}

function targetErrors(target: DraftMetricTarget, path: string): FieldError[] {
  const { type = '', averageUtilization } = target;
  const errors: FieldError[] = [];
  if (type === '') errors.push(required(`${path}.type`, 'must specify a metric target type'));
  if (!['Utilization', 'Value', 'AverageValue'].includes(type)) {
    const why = 'must be either Utilization, Value, or AverageValue';
    errors.push(invalid(`${path}.type`, type, why));
  }
  for (const field of ['value', 'averageValue'] as const) {
    const value = target[field];
    if (value === undefined || !(isNegative(value) || isZero(value))) continue;
    errors.push(invalid(`${path}.${field}`, value, 'must be positive'));
  }
  if (averageUtilization === undefined || averageUtilization >= 1) return errors;
  const field = `${path}.averageUtilization`;
  return [...errors, invalid(field, averageUtilization, 'must be greater than 0')];
}

function ruleErrors(rules: DraftScalingRules, path: string): FieldError[] {
  const { stabilizationWindowSeconds: seconds = 0, selectPolicy, policies = [], tolerance } = rules;
  const errors: FieldError[] = [];
  const window = `${path}.stabilizationWindowSeconds`;
  if (seconds < 0) {
    errors.push(invalid(window, seconds, 'must be greater than or equal to zero'));
  }
  if (seconds > WINDOW_MAX_SECONDS) {
    const why = `must be less than or equal to ${WINDOW_MAX_SECONDS}`;
    errors.push(invalid(window, seconds, why));
  }
  if (selectPolicy !== undefined) {
    errors.push(...oneOf(selectPolicy, ['Disabled', 'Max', 'Min'], `${path}.selectPolicy`));
  }
  if (policies.length === 0) {
    errors.push(required(`${path}.policies`, 'must specify at least one Policy'));
  }
  policies.forEach(({ type = '', value = 0, periodSeconds = 0 }, i) => {
    const field = `${path}.policies[${i}]`;
    errors.push(...oneOf(type, ['Percent', 'Pods'], `${field}.type`));
    if (value <= 0) errors.push(invalid(`${field}.value`, value, 'must be greater than zero'));
    const period = `${field}.periodSeconds`;
    if (periodSeconds <= 0)
      errors.push(invalid(period, periodSeconds, 'must be greater than zero'));
    if (periodSeconds > PERIOD_MAX_SECONDS) {
      const why = `must be less than or equal to ${PERIOD_MAX_SECONDS}`;
      errors.push(invalid(period, periodSeconds, why));
    }
  });
  if (tolerance === undefined) return errors;
  return [...errors, ...nonNegativeQuantity(tolerance, `${path}.tolerance`)];
}
