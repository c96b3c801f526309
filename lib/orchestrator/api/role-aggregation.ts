/** What an aggregated ClusterRole allows: the rules of all that its selectors find, each once. */
import { deepEqual } from './deep-equal';
import { compileSelector } from './label-selector';
import type { ClusterRole, PolicyRule } from './objects/rbac';

/** @param all the ClusterRoles of the cluster; their names give the order of the rules */
export function aggregatedRules(role: ClusterRole, all: readonly ClusterRole[]): PolicyRule[] {
  const rules: PolicyRule[] = [];
  const others = all.filter(({ metadata }) => metadata.name !== role.metadata.name);
  const byName = (a: ClusterRole, b: ClusterRole): number =>
    a.metadata.name < b.metadata.name ? -1 : 1;
  for (const selector of role.aggregationRule?.clusterRoleSelectors ?? []) {
    const selects = compileSelector(selector);
    for (const other of others.filter(({ metadata }) => selects(metadata.labels)).sort(byName)) {
      for (const rule of other.rules ?? []) {
        if (!rules.some((known) => deepEqual(known, rule))) rules.push(rule);
      }
    }
  }
  return rules;
}
