/**
 * The RBAC authorizer: somebody may do what a role allows that a binding gives to them or to a
 * group of theirs. Stands for kubernetes' plugin/pkg/auth/authorizer/rbac. Only what comes over
 * HTTP is asked about: components in this process may do all that theirs may.
 */
import type { PolicyRule, Role, RoleBinding, RoleSubject } from '../../api/objects/rbac';
import { objectKey } from '../../api/object';
import type { Store } from '../../store/store';
import {
  isNonResource,
  SYSTEM_MASTERS,
  type Attributes,
  type Decision,
  type UserInfo,
} from './attributes';
import { ruleAllows } from './policy-rules';

const GROUP = 'rbac.authorization.k8s.io';
const resource = (plural: string): string => `${plural}.${GROUP}`;

/** A role as a binding gives it to a user, or why it does not. */
interface Grant {
  readonly rules: readonly PolicyRule[];
  readonly because: () => string;
  readonly error?: string;
}

export class RbacAuthorizer {
  constructor(private readonly store: Pick<Store, 'get' | 'objects'>) {}

  authorize(user: UserInfo, attributes: Attributes): Decision {
    if (user.groups.includes(SYSTEM_MASTERS)) return { allowed: true, reason: '' };
    const namespace = isNonResource(attributes) ? '' : attributes.namespace;
    const errors = new Set<string>();
    for (const { rules, because, error } of this.grants(user, namespace)) {
      if (error !== undefined) errors.add(error);
      if (rules.some((rule) => ruleAllows(rule, attributes))) {
        return { allowed: true, reason: `RBAC: allowed by ${because()}` };
      }
    }
    return { allowed: false, reason: errors.size === 0 ? '' : `RBAC: ${aggregate([...errors])}` };
  }

  /** All rules that hold for a user in a namespace ('' for cluster-wide ones only). */
  rulesOf(user: UserInfo, namespace: string): { rules: PolicyRule[]; errors: string[] } {
    const rules: PolicyRule[] = [];
    const errors: string[] = [];
    for (const grant of this.grants(user, namespace)) {
      rules.push(...grant.rules);
      if (grant.error !== undefined) errors.push(grant.error);
    }
    return { rules, errors };
  }

  /** The rules of the role that a binding refers to; undefined if there is no such role. */
  rulesOfRole(roleRef: RoleBinding['roleRef'], namespace: string): PolicyRule[] | undefined {
    const isCluster = roleRef.kind === 'ClusterRole';
    const key = objectKey(isCluster ? undefined : namespace, roleRef.name);
    const role = this.store.get(resource(isCluster ? 'clusterroles' : 'roles'), key);
    return role === undefined ? undefined : [...((role as Role).rules ?? [])];
  }

  /** Bindings of the whole cluster come first. */
  private *grants(user: UserInfo, namespace: string): Generator<Grant> {
    for (const binding of this.bindings('clusterrolebindings')) yield* this.grant(user, binding);
    if (namespace === '') return;
    for (const binding of this.bindings('rolebindings')) {
      if (binding.metadata.namespace === namespace) yield* this.grant(user, binding);
    }
  }

  private bindings(plural: string): RoleBinding[] {
    return [...this.store.objects(resource(plural)).values()] as RoleBinding[];
  }

  private *grant(user: UserInfo, binding: RoleBinding): Generator<Grant> {
    const { roleRef, metadata, subjects = [] } = binding;
    const { name, namespace = '' } = metadata;
    const subject = subjects.find((candidate) => isSubject(candidate, user, namespace));
    if (subject === undefined) return;
    const rules = this.rulesOfRole(roleRef, namespace);
    const kind = namespace === '' ? 'ClusterRoleBinding' : 'RoleBinding';
    const what = namespace === '' ? name : `${name}/${namespace}`;
    yield {
      rules: rules ?? [],
      because: () =>
        `${kind} "${what}" of ${roleRef.kind} "${roleRef.name}" to ${described(subject, namespace)}`,
      ...(rules === undefined
        ? { error: `${roleRef.kind.toLowerCase()}.${GROUP} "${roleRef.name}" not found` }
        : {}),
    };
  }
}

function isSubject(subject: RoleSubject, user: UserInfo, bindingNamespace: string): boolean {
  switch (subject.kind) {
    case 'User':
      return subject.name === user.name;
    case 'Group':
      return user.groups.includes(subject.name);
    case 'ServiceAccount': {
      const namespace = subject.namespace ?? bindingNamespace;
      return user.name === `system:serviceaccount:${namespace}:${subject.name}`;
    }
    default:
      return false;
  }
}

function described({ kind, name, namespace }: RoleSubject, bindingNamespace: string): string {
  return kind === 'ServiceAccount'
    ? `ServiceAccount "${name}/${namespace ?? bindingNamespace}"`
    : `${kind} "${name}"`;
}

const aggregate = (errors: readonly string[]): string =>
  errors.length === 1 ? errors[0]! : `[${errors.join(', ')}]`;
