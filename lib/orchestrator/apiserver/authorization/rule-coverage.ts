/**
 * Whether somebody's rules cover others, as nobody may grant more than they have; and how rules
 * are told. Stands for kubernetes' component-helpers/auth/rbac/validation.
 */
import type { PolicyRule } from '../../api/objects/rbac';

/** The parts of `asked` that `owned` does not cover, merged by what they are about. */
export function uncovered(
  owned: readonly PolicyRule[],
  asked: readonly PolicyRule[],
): PolicyRule[] {
  const parts = asked.flatMap(singles);
  return merged(parts.filter((part) => !owned.some((rule) => covers(rule, part))));
}

/** A rule about one verb of one resource, or of one URL. */
function singles(rule: PolicyRule): PolicyRule[] {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  const parts: PolicyRule[] = [];
  const about: Omit<PolicyRule, 'verbs'>[] = [
    ...apiGroups.flatMap((group) =>
      resources.flatMap((resource) => {
        const one = { apiGroups: [group], resources: [resource] };
        if (resourceNames.length === 0) return [one];
        return resourceNames.map((name) => ({ ...one, resourceNames: [name] }));
      }),
    ),
    ...nonResourceURLs.map((url) => ({ nonResourceURLs: [url] })),
  ];
  for (const one of about) for (const verb of verbs) parts.push({ ...one, verbs: [verb] });
  return parts;
}

function covers(rule: PolicyRule, part: PolicyRule): boolean {
  const has = (values: readonly string[] | undefined, wanted: string | undefined): boolean =>
    wanted === undefined || (values ?? []).includes('*') || (values ?? []).includes(wanted);
  if (!has(rule.verbs, part.verbs[0])) return false;
  const url = part.nonResourceURLs?.[0];
  if (url !== undefined) {
    return (rule.nonResourceURLs ?? []).some(
      (own) => own === url || (own.endsWith('*') && url.startsWith(own.slice(0, -1))),
    );
  }
  if (!has(rule.apiGroups, part.apiGroups?.[0])) return false;
  const [resource = ''] = part.resources ?? [];
  const ofAll = `*/${resource.split('/')[1] ?? ''}`;
  const resources = rule.resources ?? [];
  if (!has(resources, resource) && !resources.includes(ofAll)) return false;
  const names = rule.resourceNames ?? [];
  return names.length === 0 || (part.resourceNames?.every((name) => names.includes(name)) ?? false);
}

/** Rules about the same thing become one with all of their verbs. */
function merged(parts: readonly PolicyRule[]): PolicyRule[] {
  const byObject = new Map<string, PolicyRule>();
  for (const { verbs, ...about } of parts) {
    const key = JSON.stringify(about);
    const known = byObject.get(key);
    byObject.set(key, { ...about, verbs: [...(known?.verbs ?? []), ...verbs] });
  }
  const texts = [...byObject.values()].map((rule) => ({ rule, text: ruleText(rule) }));
  texts.sort((a, b) => (a.text < b.text ? -1 : 1));
  return texts.map(({ rule }) => rule);
}

/** `{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}` */
export function ruleText(rule: PolicyRule): string {
  const part = (name: string, values: readonly string[] = []): string[] =>
    values.length === 0 ? [] : [`${name}:[${values.map((v) => JSON.stringify(v)).join(' ')}]`];
  const parts = [
    ...part('APIGroups', rule.apiGroups),
    ...part('Resources', rule.resources),
    ...part('NonResourceURLs', rule.nonResourceURLs),
    ...part('ResourceNames', rule.resourceNames),
    ...part('Verbs', rule.verbs),
  ];
  return `{${parts.join(', ')}}`;
}
