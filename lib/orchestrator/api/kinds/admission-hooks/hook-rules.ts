/** What requests webhooks are asked about: operations, groups, versions, resources, conditions. */
import type { FieldError } from '../../field-error';
import { duplicate, invalid, notSupported, required } from '../../field-error';
import { qualifiedNameErrors } from '../fields/field-validation';

export interface HookRule {
  readonly operations?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly apiVersions?: readonly string[];
  readonly resources?: readonly string[];
  readonly scope?: string;
}

export interface MatchCondition {
  readonly name?: string;
  readonly expression?: string;
}

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const SCOPES = ['*', 'Cluster', 'Namespaced'];

export function hookRuleErrors(rule: HookRule, path: string): FieldError[] {
  const { operations = [], apiGroups = [], apiVersions = [], scope = '*' } = rule;
  const errors = listErrors(operations, 'operations', `${path}.operations`);
  operations.forEach((value, i) => {
    if (OPERATIONS.includes(value)) return;
    errors.push(notSupported(`${path}.operations[${i}]`, value, OPERATIONS));
  });
  errors.push(...listErrors(apiGroups, 'API groups', `${path}.apiGroups`));
  errors.push(...listErrors(apiVersions, 'API versions', `${path}.apiVersions`));
  apiVersions.forEach((version, i) => {
    if (version === '') errors.push(required(`${path}.apiVersions[${i}]`));
  });
  errors.push(...resourcesErrors(rule.resources ?? [], `${path}.resources`));
  if (!SCOPES.includes(scope)) errors.push(notSupported(`${path}.scope`, scope, SCOPES));
  return errors;
}

function listErrors(values: readonly string[], what: string, field: string): FieldError[] {
  if (values.length === 0) return [required(field)];
  if (values.length < 2 || !values.includes('*')) return [];
  return [invalid(field, values, `if '*' is present, must not specify other ${what}`)];
}

function resourcesErrors(resources: readonly string[], field: string): FieldError[] {
  const errors = resources.length === 0 ? [required(field)] : [];
  const withAllParts = new Set<string>();
  const partsOfAll = new Set<string>();
  // Only the last plain name counts, as in a real server.
  let endsPlain = false;
  resources.forEach((name, i) => {
    if (name === '') {
      errors.push(required(`${field}[${i}]`));
      return;
    }
    const slash = name.indexOf('/');
    if (slash < 0) {
      endsPlain = name !== '*';
      return;
    }
    const [resource, part] = [name.slice(0, slash), name.slice(slash + 1)];
    const refuse = (present: string): void => {
      const why = `if '${present}' is present, must not specify ${name}`;
      errors.push(invalid(`${field}[${i}]`, name, why));
    };
    if (withAllParts.has(resource)) refuse(`${resource}/*`);
    if (partsOfAll.has(part)) refuse(`*/${part}`);
    if (part === '*') withAllParts.add(resource);
    if (resource === '*') partsOfAll.add(part);
  });
  if (resources.length > 1 && resources.includes('*/*')) {
    const why = "if '*/*' is present, must not specify other resources";
    errors.push(invalid(field, resources, why));
  }
  if (resources.includes('*') && endsPlain) {
    const why = "if '*' is present, must not specify other resources without subresources";
    errors.push(invalid(field, resources, why));
  }
  return errors;
}

/** Names and presence; the expressions themselves are neither compiled nor run. */
export function matchConditionErrors(
  conditions: readonly MatchCondition[],
  path: string,
): FieldError[] {
  return conditions.flatMap(({ name = '', expression = '' }, i) => {
    const field = `${path}[${i}]`;
    const isTwice = conditions.findIndex((other) => (other.name ?? '') === name) < i;
    return [
      ...(expression.trim() === '' ? [required(`${field}.expression`)] : []),
      ...(name === '' ? [required(`${field}.name`)] : qualifiedNameErrors(name, `${field}.name`)),
      ...(isTwice && name !== '' ? [duplicate(`${field}.name`, name)] : []),
    ];
  });
}
