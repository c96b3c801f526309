/** Role and ClusterRole (rbac.authorization.k8s.io/v1): what may be done, in a namespace or anywhere. */
import type { FieldError } from '../field-error';
import { invalid, required } from '../field-error';
import type { Draft, KindDefinition } from '../kind';
import type { LabelSelector } from '../label-selector';
import { validateLabelSelector } from '../label-selector';
import { validateObjectMeta } from '../names';
import { kind } from './define';
import { isPathSegmentName } from './fields/field-validation';

interface PolicyRule {
  readonly verbs?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

interface Role {
  readonly rules?: readonly PolicyRule[] | null;
  readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly LabelSelector[] };
}

const nameAndCreation: KindDefinition['cells'] = (object) => [
  object.metadata.name,
  object.metadata.creationTimestamp,
];

/** Rules are stored even when there are none. */
function withRules(draft: Draft): void {
  if (((draft as Role).rules ?? []).length === 0) draft['rules'] = null;
}

export const roleKind = kind({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  plural: 'roles',
  updateOrder: ['whole', 'metadata'],
  createOnUpdate: true,
  applyDefaults: withRules,
  validate: (draft) => [
    ...validateObjectMeta(draft.metadata, true, isPathSegmentName),
    ...ruleErrors(draft as Role, true),
  ],
  cells: nameAndCreation,
});

export const clusterRoleKind = kind({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  plural: 'clusterroles',
  updateOrder: ['whole', 'metadata'],
  createOnUpdate: true,
  applyDefaults: withRules,
  validate: (draft) => [
    ...validateObjectMeta(draft.metadata, false, isPathSegmentName),
    ...ruleErrors(draft as Role, false),
    ...aggregationErrors(draft as Role),
  ],
  cells: nameAndCreation,
});

function ruleErrors({ rules }: Role, isNamespaced: boolean): FieldError[] {
  return (rules ?? []).flatMap((rule, i) => {
    const { verbs = [], apiGroups = [], resources = [], resourceNames = [] } = rule;
    const urls = rule.nonResourceURLs ?? [];
    const path = `rules[${i}]`;
    const errors: FieldError[] = [];
    if (verbs.length === 0) {
      errors.push(required(`${path}.verbs`, 'verbs must contain at least one value'));
    }
    if (urls.length > 0) {
      const field = `${path}.nonResourceURLs`;
      if (isNamespaced) {
        errors.push(invalid(field, urls, 'namespaced rules cannot apply to non-resource URLs'));
      }
      if (apiGroups.length + resources.length + resourceNames.length > 0) {
        const why = 'rules cannot apply to both regular resources and non-resource URLs';
        errors.push(invalid(field, urls, why));
      }
      return errors;
    }
    if (apiGroups.length === 0) {
      const why = 'resource rules must supply at least one api group';
      errors.push(required(`${path}.apiGroups`, why));
    }
    if (resources.length === 0) {
      const why = 'resource rules must supply at least one resource';
      errors.push(required(`${path}.resources`, why));
    }
    return errors;
  });
}

function aggregationErrors({ aggregationRule }: Role): FieldError[] {
  if (aggregationRule === undefined) return [];
  const field = 'aggregationRule.clusterRoleSelectors';
  const selectors = aggregationRule.clusterRoleSelectors ?? [];
  if (selectors.length === 0) {
    const why = 'at least one clusterRoleSelector required if aggregationRule is non-nil';
    return [required(field, why)];
  }
  return selectors.flatMap((selector, i) => {
    const errors = validateLabelSelector(selector, `${field}[${i}]`);
    if (errors.length === 0) return [];
    return [...errors, invalid(`${field}[${i}]`, null, 'invalid label selector.')];
  });
}
