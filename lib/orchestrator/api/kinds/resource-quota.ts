/** ResourceQuota (core/v1): hard limits for what a namespace holds. Admission counts, not this. */
import type { FieldError } from '../field-error';
import { invalid, required } from '../field-error';
import { isDns1123Subdomain, validateObjectMeta } from '../names';
import { canonicalQuantity } from '../quantity';
import { ageCell, kind } from './define';
import { defaultedResourceList } from './fields/resource-list';
import {
  isScopeValidFor,
  isStandardQuotaResource,
  quotaResourceNameErrors,
  resourceAmountErrors,
} from './fields/resource-names';

type Amounts = Readonly<Record<string, string>>;

interface ScopeRequirement {
  readonly scopeName?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
}

interface QuotaSpec {
  readonly hard?: Amounts;
  readonly scopes?: readonly string[];
  readonly scopeSelector?: { readonly matchExpressions?: readonly ScopeRequirement[] };
}

interface Quota {
  readonly spec?: QuotaSpec;
  readonly status?: { readonly hard?: Amounts; readonly used?: Amounts };
}

const SCOPES = [
  'Terminating',
  'NotTerminating',
  'BestEffort',
  'NotBestEffort',
  'PriorityClass',
  'CrossNamespacePodAffinity',
  'VolumeAttributesClass',
];
const EXISTS_ONLY = [
  'BestEffort',
  'NotBestEffort',
  'Terminating',
  'NotTerminating',
  'CrossNamespacePodAffinity',
];
const CONFLICTING = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;

export const resourceQuotaKind = kind({
  apiVersion: 'v1',
  plural: 'resourcequotas',
  updateOrder: ['metadata', 'rules', 'changes'],
  applyDefaults(draft) {
    const { spec } = draft as Quota;
    if (spec?.hard) draft['spec'] = { ...spec, hard: defaultedResourceList(spec.hard) };
  },
  prepareForCreate(draft) {
    draft['spec'] ??= {};
    draft['status'] = {};
  },
  validate(draft) {
    const { spec = {} } = draft as Quota;
    return [
      ...validateObjectMeta(draft.metadata, true, isDns1123Subdomain),
      ...amountErrors(spec.hard, 'spec.hard'),
      ...scopeErrors(spec),
      ...scopeSelectorErrors(spec),
    ];
  },
  validateUpdate(draft, old) {
    const scopes = (draft as Quota).spec?.scopes ?? [];
    const before = (old as Quota).spec?.scopes ?? [];
    const same = scopes.every((s) => before.includes(s)) && before.every((s) => scopes.includes(s));
    return same ? [] : [invalid('spec.scopes', scopes, 'field is immutable')];
  },
  validateStatusUpdate(draft) {
    const { status = {} } = draft as Quota;
    return [
      ...amountErrors(status.hard, 'status.hard'),
      ...amountErrors(status.used, 'status.used'),
    ];
  },
  cells(object, context) {
    const { hard = {}, used = {} } = (object as Quota).status ?? {};
    const texts = Object.keys(hard)
      .sort()
      .map((name) => `${name}: ${canonicalQuantity(used[name] ?? '0')}/${hard[name] ?? ''}`);
    const isLimit = (text: string): boolean => text.startsWith('limits.');
    return [
      object.metadata.name,
      texts.filter((text) => !isLimit(text)).join(', '),
      texts.filter(isLimit).join(', '),
      ageCell(object.metadata.creationTimestamp, context),
    ];
  },
});

function amountErrors(amounts: Amounts | undefined, field: string): FieldError[] {
  return Object.keys(amounts ?? {})
    .sort()
    .flatMap((name) => [
      ...quotaResourceNameErrors(name, `${field}[${name}]`),
      ...resourceAmountErrors(name, amounts?.[name] ?? '0', `${field}[${name}]`),
    ]);
}

/** The resources that a scope cannot be told for. */
const unscoped = (spec: QuotaSpec, scope: string): string[] =>
  Object.keys(spec.hard ?? {})
    .sort()
    .filter((name) => isStandardQuotaResource(name) && !isScopeValidFor(scope, name));

function scopeErrors(spec: QuotaSpec): FieldError[] {
  const scopes = spec.scopes ?? [];
  const errors: FieldError[] = [];
  for (const scope of scopes) {
    if (!SCOPES.includes(scope)) errors.push(invalid('spec.scopes', scopes, 'unsupported scope'));
    for (const _ of unscoped(spec, scope)) {
      errors.push(invalid('spec.scopes', scopes, 'unsupported scope applied to resource'));
    }
  }
  return [...errors, ...conflicts(scopes, scopes)];
}

function conflicts(found: readonly string[], shown: readonly string[] | undefined): FieldError[] {
  return CONFLICTING.filter(([a, b]) => found.includes(a) && found.includes(b)).map(() =>
    invalid('spec.scopes', shown, 'conflicting scopes'),
  );
}

function scopeSelectorErrors(spec: QuotaSpec): FieldError[] {
  const path = 'spec.scopeSelector.matchExpressions';
  const requirements = spec.scopeSelector?.matchExpressions ?? [];
  const errors = requirements.flatMap((requirement) => {
    const scope = requirement.scopeName ?? '';
    const own: FieldError[] = [];
    if (!SCOPES.includes(scope)) own.push(invalid(`${path}.scopeName`, scope, 'unsupported scope'));
    for (const _ of unscoped(spec, scope)) {
      const shown = { MatchExpressions: requirements.map(inGoNames) };
      own.push(invalid(path, shown, 'unsupported scope applied to resource'));
    }
    return [...own, ...requirementErrors(requirement, scope, path)];
  });
  return [
    ...errors,
    ...conflicts(
      requirements.map((r) => r.scopeName ?? ''),
      spec.scopes,
    ),
  ];
}

const inGoNames = ({ scopeName, operator, values }: ScopeRequirement): unknown => ({
  ScopeName: scopeName ?? '',
  Operator: operator ?? '',
  Values: values ?? null,
});

function requirementErrors(
  { operator = '', values = [] }: ScopeRequirement,
  scope: string,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (EXISTS_ONLY.includes(scope) && operator !== 'Exists') {
    const why =
      "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, " +
      'ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ' +
      'ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity';
    errors.push(invalid(`${path}.operator`, operator, why));
  }
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length > 0) return errors;
    const why = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
    errors.push(required(`${path}.values`, why));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length === 0) return errors;
    const why = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
    errors.push(invalid(`${path}.values`, values, why));
  } else {
    errors.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'));
  }
  return errors;
}
