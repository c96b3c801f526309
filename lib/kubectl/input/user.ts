/** Who a command speaks for: an administrator, or whom `--as` and `--as-group` name. */
import type { UserInfo } from '../../orchestrator/apiserver/authorization/attributes';
import type { Invocation } from '../invocation';

const AUTHENTICATED = 'system:authenticated';
const ADMINISTRATOR: UserInfo = {
  name: 'kubernetes-admin',
  groups: ['system:masters', AUTHENTICATED],
};

export function userOf({ flags }: Invocation): UserInfo {
  const name = flags.text('as');
  if (name === undefined) return ADMINISTRATOR;
  const given = flags.all('as-group');
  return { name, groups: [...new Set([...given, ...ownGroups(name), AUTHENTICATED])] };
}

/** Service accounts are in groups of their own, unless other groups are asked for. */
function ownGroups(name: string): string[] {
  const namespace = /^system:serviceaccount:([^:]+):[^:]+$/.exec(name)?.[1];
  if (namespace === undefined) return [];
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
}
