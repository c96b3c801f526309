/** Policy rules taken apart, so that each is about one resource or URL, with verbs put together. */
import type { PolicyRule } from '../../orchestrator/api/objects';

/** In the order in which kubectl prints them. */
export function simpleRules(rules: readonly PolicyRule[]): PolicyRule[] {
  const merged = new Map<string, PolicyRule>();
  const rest: PolicyRule[] = [];
  for (const rule of rules.flatMap(parts)) {
    if (rule.resources === undefined) {
      rest.push(rule);
      continue;
    }
    const key = [rule.apiGroups, rule.resources, rule.resourceNames].join('/');
    const known = merged.get(key);
    const verbs = known === undefined ? rule.verbs : [...new Set([...known.verbs, ...rule.verbs])];
    merged.set(key, { ...rule, verbs });
  }
  const keyed = [...rest, ...merged.values()].map((rule) => ({ rule, key: sortKey(rule) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ rule }) => rule);
}

function parts(rule: PolicyRule): PolicyRule[] {
  const { apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [], verbs } = rule;
  const names = resourceNames.length === 0 ? [undefined] : resourceNames;
  const aboutResources = apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      names.map((name) => ({
        apiGroups: [group],
        resources: [resource],
        ...(name === undefined ? {} : { resourceNames: [name] }),
        verbs,
      })),
    ),
  );
  return [...aboutResources, ...nonResourceURLs.map((url) => ({ nonResourceURLs: [url], verbs }))];
}

/** The rule as Go prints the struct: what its order goes by. */
function sortKey(rule: PolicyRule): string {
  const { apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [], verbs } = rule;
  const list = (items: readonly string[]): string => `[${items.join(' ')}]`;
  return [verbs, apiGroups, resources, resourceNames, nonResourceURLs].map(list).join(',');
}
