/** `kubectl create` of roles and of what binds them to users, groups and service accounts. */
import type { JsonObject } from '../../orchestrator/api/object';
import type { Flags } from '../input/command-line';
import type { Invocation } from '../invocation';
import { KubectlError, usageError } from '../kubectl-error';
import { listOf, pairOf, type Generator } from './arguments';

const GROUP = 'rbac.authorization.k8s.io';
const apiVersion = `${GROUP}/v1`;

export const role: Generator = {
  command: 'role',
  generate: (invocation, name) => {
    const verbs = verbsOf(invocation.flags);
    if (!invocation.flags.has('resource')) {
      throw usageError('at least one resource must be specified');
    }
    const rules = resourceRules(invocation, verbs);
    return { apiVersion, kind: 'Role', metadata: { name }, rules };
  },
};

export const clusterRole: Generator = {
  command: 'clusterrole',
  generate: (invocation, name) => {
    const { flags } = invocation;
    const metadata = { name };
    const gathered = listOf(flags, 'aggregation-rule');
    if (gathered.length > 0) {
      const matchLabels = Object.fromEntries(gathered.map(pairOf));
      const aggregationRule = { clusterRoleSelectors: [{ matchLabels }] };
      return { apiVersion, kind: 'ClusterRole', metadata, aggregationRule, rules: [] };
    }
    const verbs = verbsOf(flags);
    const nonResourceURLs = listOf(flags, 'non-resource-url');
    if (!flags.has('resource') && nonResourceURLs.length === 0) {
      throw usageError('one of resource or nonResourceURL must be specified');
    }
    const rules = [
      ...resourceRules(invocation, verbs),
      ...(nonResourceURLs.length === 0 ? [] : [{ verbs, nonResourceURLs }]),
    ];
    return { apiVersion, kind: 'ClusterRole', metadata, rules };
  },
};

function verbsOf(flags: Flags): string[] {
  const verbs = [...new Set(listOf(flags, 'verb'))];
  if (verbs.length === 0) throw usageError('at least one verb must be specified');
  return verbs.includes('*') ? ['*'] : verbs;
}

/** One rule a group. */
function resourceRules(invocation: Invocation, verbs: readonly string[]): JsonObject[] {
  const resourceNames = listOf(invocation.flags, 'resource-name');
  const byGroup = new Map<string, string[]>();
  for (const text of listOf(invocation.flags, 'resource')) {
    const [type = '', subresource] = text.split('/');
    const [group, plural] = resourceOf(invocation, type);
    const resource = subresource === undefined ? plural : `${plural}/${subresource}`;
    byGroup.set(group, [...(byGroup.get(group) ?? []), resource]);
  }
  return [...byGroup.keys()].sort().map((group) => ({
    verbs,
    apiGroups: [group],
    resources: byGroup.get(group)!,
    ...(resourceNames.length === 0 ? {} : { resourceNames }),
  }));
}

function resourceOf(invocation: Invocation, type: string): [group: string, plural: string] {
  if (type === '*') return ['*', '*'];
  const kind = invocation.tryKindNamed(type);
  if (kind !== undefined) return [kind.group, kind.plural];
  throw new KubectlError(`the server doesn't have a resource type "${type}"`);
}

export const roleBinding: Generator = {
  command: 'rolebinding',
  failure: 'failed to create rolebinding:',
  generate: ({ flags }, name) => {
    const [ofCluster, ofNamespace] = [flags.text('clusterrole'), flags.text('role')];
    if ((ofCluster === undefined) === (ofNamespace === undefined)) {
      throw usageError('exactly one of clusterrole or role must be specified');
    }
    const roleRef = refTo(
      ofCluster === undefined ? 'Role' : 'ClusterRole',
      ofCluster ?? ofNamespace!,
    );
    return {
      apiVersion,
      kind: 'RoleBinding',
      metadata: { name },
      roleRef,
      subjects: subjectsOf(flags),
    };
  },
};

export const clusterRoleBinding: Generator = {
  command: 'clusterrolebinding',
  failure: 'failed to create clusterrolebinding:',
  required: ['clusterrole'],
  generate: ({ flags }, name) => ({
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: refTo('ClusterRole', flags.text('clusterrole')!),
    subjects: subjectsOf(flags),
  }),
};

const refTo = (kind: string, name: string): JsonObject => ({ apiGroup: GROUP, kind, name });

function subjectsOf(flags: Flags): JsonObject[] {
  const accounts = listOf(flags, 'serviceaccount').map((text) => {
    const [namespace = '', name = '', ...more] = text.split(':');
    if (namespace === '' || name === '' || more.length > 0) {
      throw usageError('serviceaccount must be <namespace>:<name>');
    }
    return { kind: 'ServiceAccount', namespace, name };
  });
  return [
    ...listOf(flags, 'user').map((name) => refTo('User', name)),
    ...listOf(flags, 'group').map((name) => refTo('Group', name)),
    ...accounts,
  ];
}
