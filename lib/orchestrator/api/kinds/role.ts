/**
 * Role, ClusterRole, RoleBinding and ClusterRoleBinding (rbac.authorization.k8s.io/v1): kept and
 * checked as a real API server does.
 */
import type { FieldError } from '../field-error';
import { invalid, required } from '../field-error';
import type { Draft } from '../kind';
import { isDns1123Subdomain, validateObjectMeta } from '../names';
import type { KubeObject } from '../object';
import { ageCell, kind } from './define';
import { invalidFor, isPathSegmentName, notSupportedInOrder } from './field-validation';

const API_VERSION = 'rbac.authorization.k8s.io/v1';
const GROUP = 'rbac.authorization.k8s.io';

interface Rule {
  readonly verbs?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

interface RoleRef {
  readonly apiGroup?: string;
  readonly kind?: string;
  readonly name?: string;
}

interface Subject {
  readonly kind?: string;
  readonly apiGroup?: string;
  readonly name?: string;
  readonly namespace?: string;
}

interface Binding {
  readonly roleRef?: RoleRef;
  readonly subjects?: readonly Subject[];
}

const roleRules = (namespaced: boolean) => ({
  validate: (draft: Draft): FieldError[] => [
    ...validateObjectMeta(draft.metadata, namespaced, isPathSegmentName),
    ...((draft['rules'] ?? []) as readonly Rule[]).flatMap((rule, i) =>
      ruleErrors(rule, namespaced, `rules[${i}]`),
    ),
  ],
  cells: ({ metadata }: KubeObject) => [metadata.name, metadata.creationTimestamp],
});

export const roleKind = kind({ apiVersion: API_VERSION, plural: 'roles', ...roleRules(true) });

export const clusterRoleKind = kind({
  apiVersion: API_VERSION,
  plural: 'clusterroles',
  ...roleRules(false),
});

const bindingRules = (namespaced: boolean) => ({
  applyDefaults(draft: Draft): void {
    const { roleRef, subjects } = draft as Binding;
    draft['roleRef'] = { apiGroup: GROUP, ...roleRef };
    if (subjects !== undefined) draft['subjects'] = subjects.map(defaultedSubject);
  },
  validate: (draft: Draft): FieldError[] => bindingErrors(draft, namespaced),
  validateUpdate(draft: Draft, old: KubeObject): FieldError[] {
    const [present, before] = [(draft as Binding).roleRef, (old as Binding).roleRef];
    const same = (['apiGroup', 'kind', 'name'] as const).every((f) => present?.[f] === before?.[f]);
    const { apiGroup, kind: kindName, name } = present ?? {};
    const shown = { APIGroup: apiGroup, Kind: kindName, Name: name };
    return same ? [] : [invalid('roleRef', shown, 'cannot change roleRef')];
  },
  cells(object: KubeObject, context: Parameters<typeof ageCell>[1]) {
    const { roleRef, subjects = [] } = object as KubeObject & Binding;
    const { name, creationTimestamp } = object.metadata;
    const namesOf = (kindName: string): string =>
      subjects
        .filter((subject) => subject.kind === kindName)
        .map((s) => (s.namespace ? `${s.namespace}/${s.name}` : String(s.name)))
        .join(', ');
    return [
      name,
      `${roleRef?.kind}/${roleRef?.name}`,
      ageCell(creationTimestamp, context),
      namesOf('User'),
      namesOf('Group'),
      namesOf('ServiceAccount'),
    ];
  },
});

export const roleBindingKind = kind({
  apiVersion: API_VERSION,
  plural: 'rolebindings',
  ...bindingRules(true),
});

export const clusterRoleBindingKind = kind({
  apiVersion: API_VERSION,
  plural: 'clusterrolebindings',
  ...bindingRules(false),
});

function ruleErrors(rule: Rule, namespaced: boolean, field: string): FieldError[] {
  const { verbs = [], apiGroups = [], resources = [], resourceNames = [] } = rule;
  const errors = verbs.length > 0 ? [] : [required(`${field}.verbs`, NO_VERBS)];
  const urls = rule.nonResourceURLs ?? [];
  if (urls.length > 0) {
    const path = `${field}.nonResourceURLs`;
    if (namespaced) {
      errors.push(invalid(path, urls, 'namespaced rules cannot apply to non-resource URLs'));
    }
    if (apiGroups.length > 0 || resources.length > 0 || resourceNames.length > 0) {
      const why = 'rules cannot apply to both regular resources and non-resource URLs';
      errors.push(invalid(path, urls, why));
    }
    return errors;
  }
  if (apiGroups.length === 0) {
    const why = 'resource rules must supply at least one api group';
    errors.push(required(`${field}.apiGroups`, why));
  }
  if (resources.length === 0) {
    const why = 'resource rules must supply at least one resource';
    errors.push(required(`${field}.resources`, why));
  }
  return errors;
}

const NO_VERBS = 'verbs must contain at least one value';

function defaultedSubject(subject: Subject): Subject {
  const needsGroup = subject.kind === 'User' || subject.kind === 'Group';
  return needsGroup && !subject.apiGroup ? { ...subject, apiGroup: GROUP } : subject;
}

function bindingErrors(draft: Draft, namespaced: boolean): FieldError[] {
  const { roleRef = {}, subjects = [] } = draft as Binding;
  const { apiGroup = '', kind: kindName = '', name = '' } = roleRef;
  const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  return [
    ...validateObjectMeta(draft.metadata, namespaced, isPathSegmentName),
    ...(apiGroup === GROUP ? [] : [notSupportedInOrder('roleRef.apiGroup', apiGroup, [GROUP])]),
    ...(kinds.includes(kindName) ? [] : [notSupportedInOrder('roleRef.kind', kindName, kinds)]),
    ...(name === ''
      ? [required('roleRef.name')]
      : invalidFor('roleRef.name', name, isPathSegmentName(name))),
    ...subjects.flatMap((subject, i) => subjectErrors(subject, namespaced, `subjects[${i}]`)),
  ];
}

function subjectErrors(subject: Subject, namespaced: boolean, field: string): FieldError[] {
  const { kind: kindName = '', apiGroup = '', name = '', namespace = '' } = subject;
  const errors = name === '' ? [required(`${field}.name`)] : [];
  const wanted = { ServiceAccount: '', User: GROUP, Group: GROUP }[kindName];
  if (wanted === undefined) {
    const kinds = ['ServiceAccount', 'User', 'Group'];
    return [...errors, notSupportedInOrder(`${field}.kind`, kindName, kinds)];
  }
  if (kindName === 'ServiceAccount' && name !== '') {
    errors.push(...invalidFor(`${field}.name`, name, isDns1123Subdomain(name)));
  }
  if (apiGroup !== wanted) {
    errors.push(notSupportedInOrder(`${field}.apiGroup`, apiGroup, [wanted]));
  }
  if (kindName === 'ServiceAccount' && !namespaced && namespace === '') {
    errors.push(required(`${field}.namespace`));
  }
  return errors;
}
