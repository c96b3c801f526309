/**
 * The roles and bindings that an API server with RBAC creates when it starts: cluster-admin, admin,
 * edit, view, and those of the system's own parts.
 *
 * FIDELITY: only a served cluster has them, or one that `kubectl auth` was asked of: in process
 * nobody's rights are asked for.
 */
import type { NewObject } from '../api/object';
import type { ClusterRole, PolicyRule, RoleSubject } from '../api/objects';
import { aggregatedRules } from '../api/role-aggregation';
import data from '../api/schema/default-roles.json';
import type { ApiServer } from '../apiserver/api-server';
import { bootstrapper } from './bootstrap';

const GROUP = 'rbac.authorization.k8s.io';
const AGGREGATE = `${GROUP}/aggregate-to-`;
const LABELS = { 'kubernetes.io/bootstrapping': 'rbac-defaults' };
const ANNOTATIONS = { 'rbac.authorization.kubernetes.io/autoupdate': 'true' };

interface RoleData {
  readonly rules?: readonly PolicyRule[];
  /** Which aggregated role gathers this one. */
  readonly aggregateTo?: string;
  /** What this role gathers. */
  readonly aggregate?: readonly string[];
}

interface BindingData {
  readonly role: string;
  /** @default 'ClusterRole' */
  readonly kind?: string;
  /** `Group system:masters`, `ServiceAccount kube-system/kube-dns` */
  readonly subjects: readonly string[];
}

interface DefaultRoles {
  readonly clusterRoles: Readonly<Record<string, RoleData>>;
  readonly clusterRoleBindings: Readonly<Record<string, BindingData>>;
  readonly roles: Readonly<Record<string, RoleData>>;
  readonly roleBindings: Readonly<Record<string, BindingData>>;
}

const defaults: DefaultRoles = data;

/** Creates those that are not there yet. */
export function createDefaultRoles(api: ApiServer): void {
  const create = (plural: string, object: NewObject): void => {
    const resource = `${plural}.${GROUP}`;
    const { namespace, name = '' } = object.metadata as { namespace?: string; name?: string };
    if (api.tryGet(resource, namespace, name) !== undefined) return;
    api.create(bootstrapper, resource, namespace, object);
  };
  for (const role of defaultClusterRoles()) create('clusterroles', role);
  for (const [name, binding] of Object.entries(defaults.clusterRoleBindings)) {
    create('clusterrolebindings', bindingObject('ClusterRoleBinding', name, binding));
  }
  for (const [name, { rules }] of Object.entries(defaults.roles)) {
    create('roles', { ...objectOf('Role', name), rules } as NewObject);
  }
  for (const [name, binding] of Object.entries(defaults.roleBindings)) {
    create('rolebindings', bindingObject('RoleBinding', name, binding));
  }
}

/** `view` is gathered by `edit`, which `admin` gathers. */
const GATHERING = ['view', 'edit', 'admin'];

/**
 * Aggregated roles come with what they gather, so that they hold from the first instant, and after
 * it, so that the controller that gathers anew finds nothing missing.
 */
function defaultClusterRoles(): ClusterRole[] {
  const roles = Object.entries(defaults.clusterRoles)
    .filter(([name]) => !GATHERING.includes(name))
    .map(([name, role]) => clusterRoleObject(name, role));
  for (const name of GATHERING) {
    const role = clusterRoleObject(name, defaults.clusterRoles[name]!);
    roles.push({ ...role, rules: aggregatedRules(role, roles) });
  }
  return roles;
}

function clusterRoleObject(name: string, role: RoleData): ClusterRole {
  const { rules = [], aggregateTo, aggregate } = role;
  const { metadata, ...object } = objectOf('ClusterRole', name);
  const labels = {
    ...LABELS,
    ...(aggregateTo === undefined ? {} : { [`${AGGREGATE}${aggregateTo}`]: 'true' }),
  };
  const clusterRoleSelectors = aggregate?.map((to) => ({
    matchLabels: { [`${AGGREGATE}${to}`]: 'true' },
  }));
  return {
    ...object,
    metadata: { ...metadata, labels },
    rules,
    ...(clusterRoleSelectors ? { aggregationRule: { clusterRoleSelectors } } : {}),
  } as unknown as ClusterRole;
}

function bindingObject(kind: string, name: string, binding: BindingData): NewObject {
  const roleRef = { apiGroup: GROUP, kind: binding.kind ?? 'ClusterRole', name: binding.role };
  const subjects = binding.subjects.map(subjectOf);
  return {
    ...objectOf(kind, name),
    ...(subjects.length === 0 ? {} : { subjects }),
    roleRef,
  } as unknown as NewObject;
}

function subjectOf(text: string): RoleSubject {
  const [kind = '', who = ''] = text.split(' ');
  if (kind !== 'ServiceAccount') return { apiGroup: GROUP, kind, name: who };
  const [namespace = '', name = ''] = who.split('/');
  return { kind, name, namespace };
}

/** @param key `name`, or `namespace/name` of what lives in one */
function objectOf(kind: string, key: string): NewObject & { metadata: { name: string } } {
  const slash = key.indexOf('/');
  const namespace = slash < 0 ? {} : { namespace: key.slice(0, slash) };
  return {
    apiVersion: `${GROUP}/v1`,
    kind,
    metadata: {
      name: key.slice(slash + 1),
      ...namespace,
      labels: LABELS,
      annotations: ANNOTATIONS,
    },
  };
}
