/**
 * Who asks.
 *
 * FIDELITY: the server listens on loopback and has no credentials: whoever reaches it is an
 * administrator, and may speak for everybody else (`kubectl --as`).
 */
import type { IncomingMessage } from 'node:http';
import {
  SYSTEM_MASTERS,
  type UserInfo,
} from '../../orchestrator/apiserver/authorization/attributes';

const AUTHENTICATED = 'system:authenticated';
const ANONYMOUS = 'system:anonymous';
const ACCOUNT = /^system:serviceaccount:([^:]+):[^:]+$/;
const EXTRA = 'impersonate-extra-';

const ADMINISTRATOR: UserInfo = {
  name: 'kubernetes-admin',
  groups: [SYSTEM_MASTERS, AUTHENTICATED],
};

export function userOf({ headersDistinct }: IncomingMessage): UserInfo {
  const [name = ''] = headersDistinct['impersonate-user'] ?? [];
  if (name === '') return ADMINISTRATOR;
  const [uid] = headersDistinct['impersonate-uid'] ?? [];
  const extra = Object.entries(headersDistinct).filter(([header]) => header.startsWith(EXTRA));
  return {
    name,
    ...(uid === undefined ? {} : { uid }),
    groups: groupsOf(name, headersDistinct['impersonate-group'] ?? []),
    ...(extra.length === 0
      ? {}
      : {
          extra: Object.fromEntries(
            extra.map(([header, values = []]) => [
              decodeURIComponent(header.slice(EXTRA.length)),
              values,
            ]),
          ),
        }),
  };
}

/** The groups that somebody is in by their name, unless others are given for them. */
function groupsOf(name: string, given: readonly string[]): string[] {
  const namespace = ACCOUNT.exec(name)?.[1];
  const groups =
    given.length > 0 || namespace === undefined
      ? [...given]
      : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
  const standing = name === ANONYMOUS ? 'system:unauthenticated' : AUTHENTICATED;
  return groups.includes(standing) ? groups : [...groups, standing];
}
