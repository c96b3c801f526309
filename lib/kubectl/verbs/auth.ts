/** `kubectl auth can-i` and `whoami`: what RBAC lets somebody (`--as`) do. */
import type { PolicyRule } from '../../orchestrator/api/objects';
import type {
  Attributes,
  ResourceAttributes,
  UserInfo,
} from '../../orchestrator/apiserver/authorization/attributes';
import { RbacAuthorizer } from '../../orchestrator/apiserver/authorization/rbac-authorizer';
import { createDefaultRoles } from '../../orchestrator/cluster/default-roles';
import { servedResources, type ServedResource } from '../input/served-resources';
import { userOf } from '../input/user';
import type { Invocation } from '../invocation';
import { KubectlError, usageError } from '../kubectl-error';
import { simpleRules } from '../output/rule-rows';
import { alignedLines } from '../output/table';

export function auth(invocation: Invocation): void {
  const [what = '', ...words] = invocation.words;
  createDefaultRoles(invocation.api);
  if (what === 'whoami') whoAmI(invocation);
  else if (what !== 'can-i') throw usageError(`unknown command "auth ${what}"`);
  else if (invocation.flags.isTrue('list')) listRules(invocation);
  else canI(invocation, words);
}

function whoAmI(invocation: Invocation): void {
  const { name, groups } = userOf(invocation);
  const rows = [
    ['ATTRIBUTE', 'VALUE'],
    ['Username', name],
    ['Groups', `[${groups.join(' ')}]`],
  ];
  for (const line of alignedLines(rows)) invocation.print(line);
}

function canI(invocation: Invocation, words: readonly string[]): void {
  const [verb = '', what = ''] = words;
  if (words.length !== 2) {
    throw new KubectlError(
      'error: you must specify two arguments: verb resource or verb resource/resourceName.\n' +
        "See 'kubectl auth can-i -h' for help and examples.",
    );
  }
  const user = userOf(invocation);
  const attributes = what.startsWith('/')
    ? urlAttributes(invocation, verb, what)
    : resourceAttributes(invocation, verb, what);
  const authorizer = new RbacAuthorizer(invocation.api.store);
  const { allowed, reason } = authorizer.authorize(user, attributes);
  if (!allowed) invocation.exitCode = 1;
  if (invocation.flags.isTrue('quiet')) return;
  invocation.print(allowed ? 'yes' : reason === '' ? 'no' : `no - ${reason}`);
}

const VERBS = new Set(
  (
    'get list watch create update patch delete deletecollection use bind impersonate approve ' +
    'sign escalate attest *'
  ).split(' '),
);
const URL_VERBS = new Set('get put post head options delete patch *'.split(' '));

/** Resources that rules may name and no server has. */
const UNSERVED = new Set(['users', 'groups']);

function warn(invocation: Invocation, text: string): void {
  if (!invocation.flags.isTrue('quiet')) invocation.printError(`Warning: ${text}\n`);
}

function urlAttributes(invocation: Invocation, verb: string, path: string): Attributes {
  if (!URL_VERBS.has(verb)) warn(invocation, `verb '${verb}' is not a known verb`);
  return { verb, path };
}

function resourceAttributes(
  invocation: Invocation,
  verb: string,
  what: string,
): ResourceAttributes {
  const { flags, namespace } = invocation;
  const [type = '', name = ''] = what.split('/');
  if (!VERBS.has(verb)) warn(invocation, `verb '${verb}' is not a known verb`);
  const served = type === '*' ? undefined : servedAs(invocation, type);
  const everywhere = flags.isTrue('all-namespaces');
  if (served?.namespaced === false && !everywhere) {
    const where = served.group === '' ? '' : ` in group '${served.group}'`;
    warn(invocation, `resource '${served.name}' is not namespace scoped${where}`);
  }
  return {
    verb,
    group: served?.group ?? (type === '*' ? '*' : ''),
    resource: served?.name ?? type,
    subresource: flags.text('subresource') ?? '',
    namespace: everywhere ? '' : namespace,
    name,
  };
}

/** The resource that a name stands for; undefined, with a warning, if there is none. */
function servedAs(invocation: Invocation, type: string): ServedResource | undefined {
  const dot = type.indexOf('.');
  const [name, group] = dot < 0 ? [type, ''] : [type.slice(0, dot), type.slice(dot + 1)];
  const wanted = name.toLowerCase();
  const found = servedResources(invocation).find(
    (resource) =>
      (group === '' || resource.group === group) &&
      [resource.name, resource.singular, ...resource.shortNames].includes(wanted),
  );
  if (found === undefined && !UNSERVED.has(type)) {
    const where = group === '' ? '' : ` in group '${group}'`;
    warn(invocation, `the server doesn't have a resource type '${name}'${where}`);
  }
  return found;
}

function listRules(invocation: Invocation): void {
  const user: UserInfo = userOf(invocation);
  const authorizer = new RbacAuthorizer(invocation.api.store);
  const { rules, errors } = authorizer.rulesOf(user, invocation.namespace);
  if (errors.length > 0) {
    invocation.printError(`warning: the list may be incomplete: ${errors.join(', ')}`);
  }
  const rows = simpleRules(rules).map(rowOf);
  const header = ['Resources', 'Non-Resource URLs', 'Resource Names', 'Verbs'];
  const shown = invocation.flags.isTrue('no-headers') ? rows : [header, ...rows];
  for (const line of alignedLines(shown)) invocation.print(line);
}

function rowOf(rule: PolicyRule): string[] {
  const { apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [], verbs } = rule;
  const [resource = '', ...subresource] = (resources[0] ?? '').split('/');
  const qualified = apiGroups[0] ? `${resource}.${apiGroups[0]}` : resource;
  const list = (items: readonly string[]): string => `[${items.join(' ')}]`;
  return [
    [qualified, ...subresource].join('/'),
    list(nonResourceURLs),
    list(resourceNames),
    list(verbs),
  ];
}
