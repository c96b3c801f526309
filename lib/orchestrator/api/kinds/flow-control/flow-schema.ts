/**
 * FlowSchema (flowcontrol.apiserver.k8s.io/v1): which requests belong to which priority level. Here
 * they are kept, and no request is classified.
 */
import type { FieldError } from '../../field-error';
import { invalid, notSupported, required } from '../../field-error';
import { isDns1123Label, isDns1123Subdomain, validateObjectMeta } from '../../names';
import { kind } from '../define';
import { plainCells } from '../plain-cells';
import { subjectErrors, type FlowSubject } from './flow-subjects';

interface ResourceRule {
  readonly verbs?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly clusterScope?: boolean;
  readonly namespaces?: readonly string[];
}

interface UrlRule {
  readonly verbs?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

interface Rule {
  readonly subjects?: readonly FlowSubject[];
  readonly resourceRules?: readonly ResourceRule[];
  readonly nonResourceRules?: readonly UrlRule[];
}

interface Schema {
  readonly matchingPrecedence?: number;
  readonly distinguisherMethod?: { readonly type?: string };
  readonly priorityLevelConfiguration?: { readonly name?: string };
  readonly rules?: readonly Rule[];
}

const PRECEDENCE_DEFAULT = 1000;
const PRECEDENCE_MAX = 10_000;
const METHODS = ['ByNamespace', 'ByUser'];
const VERBS = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'proxy',
  'update',
  'watch',
];
const ALL = '*';

const specOf = (object: unknown): Schema => (object as { spec?: Schema }).spec ?? {};

export const flowSchemaKind = kind({
  apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
  plural: 'flowschemas',
  generation: 'content',
  applyDefaults(draft) {
    const spec = specOf(draft);
    const matchingPrecedence = spec.matchingPrecedence || PRECEDENCE_DEFAULT;
    draft['spec'] = { ...spec, matchingPrecedence };
    draft['status'] ??= {};
  },
  validate: (draft) => [
    ...validateObjectMeta(draft.metadata, false, isDns1123Subdomain),
    ...schemaErrors(specOf(draft), String(draft.metadata['name'])),
  ],
  cells: plainCells('flowschemas')!,
  // The one that is asked first is shown first.
  compareRows: (a, b) => precedenceOf(a) - precedenceOf(b),
});

const precedenceOf = (object: unknown): number => specOf(object).matchingPrecedence ?? 0;

function schemaErrors(spec: Schema, name: string): FieldError[] {
  const { matchingPrecedence: precedence = 0, distinguisherMethod: method } = spec;
  const field = 'spec.matchingPrecedence';
  const errors: FieldError[] = [];
  if (precedence <= 0) errors.push(invalid(field, precedence, 'must be a positive value'));
  if (precedence > PRECEDENCE_MAX) {
    errors.push(invalid(field, precedence, `must not be greater than ${PRECEDENCE_MAX}`));
  }
  if (precedence === 1 && name !== 'exempt') {
    const why = "only the schema named 'exempt' may have matchingPrecedence 1";
    errors.push(invalid(field, precedence, why));
  }
  if (method && !METHODS.includes(method.type ?? '')) {
    const shown = { Type: method.type ?? '' };
    errors.push(notSupported('spec.distinguisherMethod.type', shown, METHODS));
  }
  const level = spec.priorityLevelConfiguration?.name ?? '';
  if (level === '') {
    const why = 'must reference a priority level';
    errors.push(required('spec.priorityLevelConfiguration.name', why));
  } else {
    for (const why of isDns1123Subdomain(level)) {
      errors.push(invalid('spec.priorityLevelConfiguration.name', level, why));
    }
  }
  (spec.rules ?? []).forEach((rule, i) => errors.push(...ruleErrors(rule, `spec.rules[${i}]`)));
  return errors;
}

function ruleErrors(rule: Rule, path: string): FieldError[] {
  const { subjects = [], resourceRules = [], nonResourceRules = [] } = rule;
  const errors: FieldError[] = [];
  if (subjects.length === 0) {
    errors.push(required(`${path}.subjects`, 'subjects must contain at least one value'));
  }
  subjects.forEach((one, i) => errors.push(...subjectErrors(one, `${path}.subjects[${i}]`)));
  if (resourceRules.length === 0 && nonResourceRules.length === 0) {
    const why = 'at least one of resourceRules and nonResourceRules has to be non-empty';
    errors.push(required(path, why));
  }
  resourceRules.forEach((one, i) =>
    errors.push(...resourceRuleErrors(one, `${path}.resourceRules[${i}]`)),
  );
  nonResourceRules.forEach((one, i) =>
    errors.push(...urlRuleErrors(one, `${path}.nonResourceRules[${i}]`)),
  );
  return errors;
}

function verbErrors(verbs: readonly string[], field: string): FieldError[] {
  if (verbs.length === 0) return [required(field, 'verbs must contain at least one value')];
  if (verbs.includes(ALL)) return aloneErrors(verbs, 'verbs', field);
  return verbs.every((verb) => VERBS.includes(verb)) ? [] : [notSupported(field, verbs, VERBS)];
}

/** What stands for all stands alone. */
function aloneErrors(values: readonly string[], what: string, field: string): FieldError[] {
  if (values.length < 2 || !values.includes(ALL)) return [];
  return [invalid(field, values, `if '*' is present, must not specify other ${what}`)];
}

function resourceRuleErrors(rule: ResourceRule, path: string): FieldError[] {
  const { apiGroups = [], resources = [], namespaces = [], clusterScope = false } = rule;
  const errors = verbErrors(rule.verbs ?? [], `${path}.verbs`);
  if (apiGroups.length === 0) {
    errors.push(required(`${path}.apiGroups`, 'resource rules must supply at least one api group'));
  }
  errors.push(...aloneErrors(apiGroups, 'api groups', `${path}.apiGroups`));
  if (resources.length === 0) {
    errors.push(required(`${path}.resources`, 'resource rules must supply at least one resource'));
  }
  errors.push(...aloneErrors(resources, 'resources', `${path}.resources`));
  if (namespaces.length === 0 && !clusterScope) {
    const why = 'resource rules that are not cluster scoped must supply at least one namespace';
    return [...errors, required(`${path}.namespaces`, why)];
  }
  if (namespaces.includes(ALL)) {
    return [...errors, ...aloneErrors(namespaces, 'namespaces', `${path}.namespaces`)];
  }
  namespaces.forEach((namespace, i) => {
    for (const why of isDns1123Label(namespace)) {
      const whole = `each member of this list must be '*' or a DNS-1123 label; ${why}`;
      errors.push(invalid(`${path}.namespaces[${i}]`, namespace, whole));
    }
  });
  return errors;
}

function urlRuleErrors(
  { verbs = [], nonResourceURLs: urls = [] }: UrlRule,
  path: string,
): FieldError[] {
  const errors = verbErrors(verbs, `${path}.verbs`);
  const field = `${path}.nonResourceURLs`;
  if (urls.length === 0) {
    return [...errors, required(field, 'nonResourceURLs must contain at least one value')];
  }
  if (urls.includes(ALL)) return [...errors, ...aloneErrors(urls, 'non-resource URLs', field)];
  return [...errors, ...urls.flatMap((url, i) => urlErrors(url, `${field}[${i}]`))];
}

function urlErrors(url: string, field: string): FieldError[] {
  if (url === '') return [invalid(field, url, 'must not be empty')];
  if (url === '/') return [];
  const errors: FieldError[] = [];
  if (!url.startsWith('/')) errors.push(invalid(field, url, 'must start with slash'));
  if (/\s/.test(url)) errors.push(invalid(field, url, 'must not contain white-space'));
  if (url.includes('//')) errors.push(invalid(field, url, 'must not contain double slash'));
  const wildcard = url.indexOf('*');
  if (wildcard >= 0 && (wildcard !== url.length - 1 || url.charAt(wildcard - 1) !== '/')) {
    errors.push(invalid(field, url, 'wildcard can only do suffix matching'));
  }
  return errors;
}
