/** LimitRange (core/v1): defaults and bounds for what pods and claims may ask for. */
import type { FieldError } from '../field-error';
import { duplicate, forbidden, invalid, required } from '../field-error';
import { isDns1123Subdomain, isQualifiedName, validateObjectMeta } from '../names';
import { canonicalQuantity, compareQuantities, milliValue } from '../quantity';
import { kind } from './define';
import { invalidFor } from './fields/field-validation';
import { defaultedResourceList } from './fields/resource-list';
import {
  containerResourceNameErrors,
  isOvercommitAllowed,
  resourceNameErrors,
} from './fields/resource-names';

type Amounts = Readonly<Record<string, string>>;

interface Limit {
  readonly type?: string;
  readonly max?: Amounts;
  readonly min?: Amounts;
  readonly default?: Amounts;
  readonly defaultRequest?: Amounts;
  readonly maxLimitRequestRatio?: Amounts;
}

interface LimitRange {
  readonly spec?: { readonly limits?: readonly Limit[] };
}

const TYPES = ['Pod', 'Container', 'PersistentVolumeClaim'];
const LISTS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;

export const limitRangeKind = kind({
  apiVersion: 'v1',
  plural: 'limitranges',
  updateOrder: ['whole'],
  createOnUpdate: true,
  applyDefaults(draft) {
    const { spec } = draft as LimitRange;
    const { limits = [] } = spec ?? {};
    if (limits.length > 0) draft['spec'] = { ...spec, limits: limits.map(defaultedLimit) };
  },
  prepareForCreate(draft) {
    const { spec } = draft as LimitRange;
    if (!spec?.limits?.length) draft['spec'] = { ...spec, limits: null };
  },
  validate(draft) {
    const limits = (draft as LimitRange).spec?.limits ?? [];
    return [
      ...validateObjectMeta(draft.metadata, true, isDns1123Subdomain),
      ...limits.flatMap((limit, i) => {
        const path = `spec.limits[${i}]`;
        const isTwice = limits.slice(0, i).some((other) => other.type === limit.type);
        return [
          ...typeErrors(limit.type ?? '', `${path}.type`),
          ...(isTwice ? [duplicate(`${path}.type`, limit.type)] : []),
          ...nameErrors(limit, path),
          ...[...resourcesOf(limit)].flatMap((name) => boundErrors(limit, name, path)),
        ];
      }),
    ];
  },
  cells: (object) => [object.metadata.name, object.metadata.creationTimestamp],
});

/** A container's default limit follows its maximum; its default request the limit or minimum. */
function defaultedLimit(limit: Limit): Limit {
  const canonical: Record<string, unknown> = { ...limit };
  for (const list of LISTS) {
    const amounts = limit[list];
    if (amounts !== undefined) canonical[list] = defaultedResourceList(amounts);
  }
  const own = canonical as Limit;
  if (own.type !== 'Container') return own;
  const limits = { ...own.max, ...own.default };
  const requests = { ...own.min, ...limits, ...own.defaultRequest };
  return {
    ...own,
    ...(Object.keys(limits).length > 0 ? { default: limits } : {}),
    ...(Object.keys(requests).length > 0 ? { defaultRequest: requests } : {}),
  };
}

function typeErrors(type: string, field: string): FieldError[] {
  const errors = invalidFor(field, type, isQualifiedName(type));
  if (errors.length > 0 || type.includes('/') || TYPES.includes(type)) return errors;
  return [invalid(field, type, 'must be a standard limit type or fully qualified')];
}

function nameErrors(limit: Limit, path: string): FieldError[] {
  const check =
    limit.type === 'Pod' || limit.type === 'Container'
      ? containerResourceNameErrors
      : resourceNameErrors;
  const names = (list: (typeof LISTS)[number]): FieldError[] =>
    sortedKeys(limit[list]).flatMap((name) => check(name, `${path}.${list}[${name}]`));
  const errors = [...names('max'), ...names('min')];
  if (limit.type === 'Pod') {
    const why = "may not be specified when `type` is 'Pod'";
    for (const list of ['default', 'defaultRequest'] as const) {
      if (sortedKeys(limit[list]).length > 0) errors.push(forbidden(`${path}.${list}`, why));
    }
  } else {
    errors.push(...names('default'), ...names('defaultRequest'));
  }
  const isClaim = limit.type === 'PersistentVolumeClaim';
  if (isClaim && limit.min?.['storage'] === undefined && limit.max?.['storage'] === undefined) {
    const why = 'either minimum or maximum storage value is required, but neither was provided';
    errors.push(required(`${path}.limits`, why));
  }
  return [...errors, ...names('maxLimitRequestRatio')];
}

const sortedKeys = (amounts: Amounts | undefined): string[] => Object.keys(amounts ?? {}).sort();

function resourcesOf(limit: Limit): Set<string> {
  const lists = limit.type === 'Pod' ? (['max', 'min', 'maxLimitRequestRatio'] as const) : LISTS;
  return new Set(lists.flatMap((list) => sortedKeys(limit[list])).sort());
}

function boundErrors(limit: Limit, name: string, path: string): FieldError[] {
  const isPod = limit.type === 'Pod';
  const min = limit.min?.[name];
  const max = limit.max?.[name];
  const usual = isPod ? undefined : limit.default?.[name];
  const request = isPod ? undefined : limit.defaultRequest?.[name];
  const errors: FieldError[] = [];
  const ordered = (
    [low, lowWord]: Bound,
    [high, highWord]: Bound,
    list: string,
    shown: string | undefined,
  ): void => {
    if (low === undefined || high === undefined || compareQuantities(low, high) <= 0) return;
    const why = `${lowWord} value ${low} is greater than ${highWord} value ${high}`;
    errors.push(invalid(`${path}.${list}[${name}]`, shown, why));
  };
  ordered([min, 'min'], [max, 'max'], 'min', min);
  ordered([min, 'min'], [request, 'default request'], 'defaultRequest', request);
  ordered([request, 'default request'], [max, 'max'], 'defaultRequest', request);
  ordered([request, 'default request'], [usual, 'default limit'], 'defaultRequest', request);
  ordered([min, 'min'], [usual, 'default'], 'default', min);
  ordered([usual, 'default'], [max, 'max'], 'default', max);
  errors.push(...ratioErrors(limit, name, path));
  if (isOvercommitAllowed(name) || usual === undefined || request === undefined) return errors;
  if (compareQuantities(usual, request) !== 0) {
    const why = `default value ${usual} must equal to defaultRequest value ${request} in ${name}`;
    errors.push(invalid(`${path}.defaultRequest[${name}]`, request, why));
  }
  return errors;
}

type Bound = readonly [value: string | undefined, word: string];

function ratioErrors(limit: Limit, name: string, path: string): FieldError[] {
  const ratio = limit.maxLimitRequestRatio?.[name];
  if (ratio === undefined) return [];
  const field = `${path}.maxLimitRequestRatio[${name}]`;
  const text = canonicalQuantity(ratio);
  const errors: FieldError[] = [];
  if (compareQuantities(ratio, '1') < 0) {
    errors.push(invalid(field, text, `ratio ${text} is less than 1`));
  }
  const min = limit.min?.[name];
  const max = limit.max?.[name];
  if (min === undefined || max === undefined) return errors;
  const most = milliValue(max) / milliValue(min);
  if (milliValue(ratio) / 1000 > most) {
    const why = `ratio ${text} is greater than max/min = ${most.toFixed(6)}`;
    errors.push(invalid(field, text, why));
  }
  return errors;
}
