/**
 * Nobody grants more than they have: roles and bindings are refused if what they allow goes beyond
 * what their writer may do, unless the writer may `escalate` or `bind`. Real storage of RBAC does
 * this in front of itself; here it is the last check.
 */
import type { ClusterRole, PolicyRule, RoleBinding } from '../../api/objects/rbac';
import { forbiddenError, notFoundError } from '../../api/status-error';
import { SYSTEM_MASTERS, type UserInfo } from '../authorization/attributes';
import { RbacAuthorizer } from '../authorization/rbac-authorizer';
import { ruleText, uncovered } from '../authorization/rule-coverage';
import { refOf } from '../resource-registry';
import type { AdmissionContext, AdmissionRequest, AdmissionStep } from './admission';
import { deepEqual } from '../../api/deep-equal';

const GROUP = 'rbac.authorization.k8s.io';
const FULL: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

export const roleEscalation: AdmissionStep = {
  name: 'RBACEscalation',
  resources: ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'].map(
    (plural) => `${plural}.${GROUP}`,
  ),
  verbs: ['create', 'update'],
  validate(request, server) {
    const { requester, kind } = request;
    const groups = requester.groups ?? [];
    if (requester.trusted || groups.includes(SYSTEM_MASTERS)) return;
    const user = { name: requester.user, groups };
    if (kind.kind.endsWith('Binding')) checkBinding(request, server, user);
    else checkRole(request, server, user);
  },
};

function checkRole(request: AdmissionRequest, server: AdmissionContext, user: UserInfo): void {
  const { kind, namespace = '', name, old } = request;
  const role = request.draft as unknown as ClusterRole;
  const before = old as ClusterRole | undefined;
  const same =
    before !== undefined &&
    deepEqual(role.rules ?? [], before.rules ?? []) &&
    deepEqual(role.aggregationRule, before.aggregationRule);
  if (same || mayAlso(server, user, { verb: 'escalate', resource: kind.plural, namespace, name }))
    return;
  if ((role.aggregationRule?.clusterRoleSelectors ?? []).length > 0) {
    const owned = new RbacAuthorizer(server.store).rulesOf(user, '').rules;
    if (uncovered(owned, FULL).length > 0) {
      const why = 'must have cluster-admin privileges to use the aggregationRule';
      throw forbiddenError(refOf(kind), name, why);
    }
  }
  requireCovered(request, server, user, role.rules ?? []);
}

function checkBinding(request: AdmissionRequest, server: AdmissionContext, user: UserInfo): void {
  const { namespace = '', old } = request;
  const binding = request.draft as unknown as RoleBinding;
  const before = old as RoleBinding | undefined;
  const same =
    before !== undefined &&
    deepEqual(binding.subjects ?? [], before.subjects ?? []) &&
    deepEqual(binding.roleRef, before.roleRef);
  if (same) return;
  const { roleRef } = binding;
  const plural = roleRef.kind === 'ClusterRole' ? 'clusterroles' : 'roles';
  if (mayAlso(server, user, { verb: 'bind', resource: plural, namespace, name: roleRef.name }))
    return;
  const rules = new RbacAuthorizer(server.store).rulesOfRole(roleRef, namespace);
  if (rules === undefined) throw notFoundError({ group: GROUP, resource: plural }, roleRef.name);
  requireCovered(request, server, user, rules);
}

function mayAlso(
  server: AdmissionContext,
  user: UserInfo,
  deed: { verb: string; resource: string; namespace: string; name: string },
): boolean {
  const attributes = { ...deed, group: GROUP, subresource: '' };
  return new RbacAuthorizer(server.store).authorize(user, attributes).allowed;
}

function requireCovered(
  { kind, name, namespace = '' }: AdmissionRequest,
  server: AdmissionContext,
  user: UserInfo,
  rules: readonly PolicyRule[],
): void {
  const owned = new RbacAuthorizer(server.store).rulesOf(user, namespace);
  const missing = uncovered(owned.rules, rules);
  if (missing.length === 0) return;
  const groups = user.groups.map((group) => JSON.stringify(group)).join(' ');
  const texts = missing.map((rule) => `\n${ruleText(rule)}`).join('');
  const errors = owned.errors.map((error) => JSON.stringify(error)).join(' ');
  throw forbiddenError(
    refOf(kind),
    name,
    `user ${JSON.stringify(user.name)} (groups=[${groups}]) is attempting to grant RBAC ` +
      `permissions not currently held:${texts}` +
      (errors === '' ? '' : `; resolution errors: [${errors}]`),
  );
}
