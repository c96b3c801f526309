/** Whether a rule of a role allows something. Stands for kubernetes' rbac/v1 evaluation helpers. */
import type { PolicyRule } from '../../api/objects/rbac';
import { isNonResource, type Attributes, type ResourceAttributes } from './attributes';

const ALL = '*';

export function ruleAllows(rule: PolicyRule, attributes: Attributes): boolean {
  if (!holds(rule.verbs, attributes.verb)) return false;
  if (isNonResource(attributes)) {
    return (rule.nonResourceURLs ?? []).some((url) => urlMatches(url, attributes.path));
  }
  return (
    holds(rule.apiGroups, attributes.group) &&
    (rule.resources ?? []).some((resource) => resourceMatches(resource, attributes)) &&
    nameMatches(rule.resourceNames ?? [], attributes.name)
  );
}

const holds = (values: readonly string[] | undefined, wanted: string): boolean =>
  values !== undefined && (values.includes(ALL) || values.includes(wanted));

/** `pods`, `pods/log`, `*` and, for a subresource of all, `*` + `/scale`. */
function resourceMatches(rule: string, { resource, subresource }: ResourceAttributes): boolean {
  if (rule === ALL) return true;
  if (subresource === '') return rule === resource;
  return rule === `${resource}/${subresource}` || rule === `${ALL}/${subresource}`;
}

/** Names narrow a rule down; what names no object is then not allowed. */
const nameMatches = (names: readonly string[], name: string): boolean =>
  names.length === 0 || names.includes(name);

function urlMatches(url: string, path: string): boolean {
  if (url === ALL || url === path) return true;
  return url.endsWith(ALL) && path.startsWith(url.slice(0, -1).replace(/\*+$/, ''));
}
