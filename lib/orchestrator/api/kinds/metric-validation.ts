/** What is wrong with a metric that an autoscaler is to follow. */
import type { FieldError } from '../field-error';
import { forbidden, invalid, required } from '../field-error';
import type { MetricSpec, MetricTarget } from '../objects';
import { isNegative, isZero } from '../quantity';
import { invalidFor, isPathSegmentName, oneOf } from './field-validation';

const TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];
const TARGETS = ['Utilization', 'Value', 'AverageValue'];
const FIELD_OF_TYPE = {
  Object: 'object',
  External: 'external',
  Pods: 'pods',
  Resource: 'resource',
  ContainerResource: 'containerResource',
} as const;

type SourceField = (typeof FIELD_OF_TYPE)[keyof typeof FIELD_OF_TYPE];
type Source = (metric: MetricSpec, field: string) => FieldError[];

export function metricErrors(metric: MetricSpec, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const { type } = metric;
  if (!type) errors.push(required(`${field}.type`, 'must specify a metric source type'));
  errors.push(...oneOf(type ?? '', TYPES, `${field}.type`));
  const fields = Object.values(FIELD_OF_TYPE);
  const present = fields.filter((name) => metric[name] !== undefined);
  const [first] = present;
  if (first !== undefined) errors.push(...SOURCES[first](metric, `${field}.${first}`));
  const expected = FIELD_OF_TYPE[type];
  if (expected === undefined) return [...errors, ...oneOf(type ?? '', TYPES, `${field}.type`)];
  if (metric[expected] === undefined) {
    const why = 'must populate information for the given metric source';
    errors.push(required(`${field}.${expected}`, why));
  }
  if (present.length === 1) return errors;
  const others = present.filter((name) => name !== expected);
  const why = 'must populate the given metric source only';
  return [...errors, ...others.map((name) => forbidden(`${field}.${name}`, why))];
}

const SOURCES: Readonly<Record<SourceField, Source>> = {
  object: ({ object }, field) => [
    ...nameErrors(object!.metric.name, `${field}.metric.name`),
    ...targetErrors(object!.target, `${field}.target`),
    ...needsValue(
      object!.target,
      `${field}.target.averageValue`,
      'must set either a target value or averageValue',
    ),
  ],
  external: ({ external }, field) => [
    ...nameErrors(external!.metric.name, `${field}.metric.name`),
    ...targetErrors(external!.target, `${field}.target`),
    ...needsValue(
      external!.target,
      `${field}.target.averageValue`,
      'must set either a target value for metric or a per-pod target',
    ),
    ...(external!.target.value !== undefined && external!.target.averageValue !== undefined
      ? [
          forbidden(
            `${field}.target.value`,
            'may not set both a target value for metric and a per-pod target',
          ),
        ]
      : []),
  ],
  pods: ({ pods }, field) => [
    ...nameErrors(pods!.metric.name, `${field}.metric.name`),
    ...targetErrors(pods!.target, `${field}.target`),
    ...(pods!.target.averageValue === undefined
      ? [required(`${field}.target.averageValue`, 'must specify a positive target averageValue')]
      : []),
  ],
  resource: ({ resource }, field) => resourceErrors(resource!, field),
  containerResource: ({ containerResource }, field) => [
    ...resourceErrors(containerResource!, field),
    ...(containerResource!.container
      ? []
      : [required(`${field}.container`, 'must specify a container')]),
  ],
};

function resourceErrors(
  { name, target }: { readonly name: string; readonly target: MetricTarget },
  field: string,
): FieldError[] {
  const errors = name ? [] : [required(`${field}.name`, 'must specify a resource name')];
  errors.push(...targetErrors(target, `${field}.target`));
  const { averageUtilization, averageValue, value } = target;
  if (averageUtilization === undefined && averageValue === undefined) {
    const why = 'must set either a target raw value or a target utilization';
    errors.push(required(`${field}.target.averageUtilization`, why));
  }
  if (averageUtilization !== undefined && averageValue !== undefined) {
    const why = 'may not set both a target raw value and a target utilization';
    errors.push(forbidden(`${field}.target.averageValue`, why));
  }
  if (value !== undefined) {
    const why = 'may not specify a raw target value for resource metrics';
    errors.push(forbidden(`${field}.target.value`, why));
  }
  return errors;
}

const needsValue = (target: MetricTarget, field: string, why: string): FieldError[] =>
  target.value === undefined && target.averageValue === undefined ? [required(field, why)] : [];

function nameErrors(name: string, field: string): FieldError[] {
  if (!name) return [required(field, 'must specify a metric name')];
  return invalidFor(field, name, isPathSegmentName(name));
}

function targetErrors(target: MetricTarget, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const { type, averageUtilization } = target;
  if (!type) errors.push(required(`${field}.type`, 'must specify a metric target type'));
  if (!TARGETS.includes(type)) {
    const why = 'must be either Utilization, Value, or AverageValue';
    errors.push(invalid(`${field}.type`, type ?? '', why));
  }
  for (const name of ['value', 'averageValue'] as const) {
    const amount = target[name];
    if (amount !== undefined && (isNegative(amount) || isZero(amount))) {
      errors.push(invalid(`${field}.${name}`, amount, 'must be positive'));
    }
  }
  if (averageUtilization !== undefined && averageUtilization < 1) {
    errors.push(
      invalid(`${field}.averageUtilization`, averageUtilization, 'must be greater than 0'),
    );
  }
  return errors;
}
