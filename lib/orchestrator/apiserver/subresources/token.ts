/**
 * serviceaccounts/token: a token for a service account, perhaps bound to an object that lives.
 *
 * FIDELITY: tokens look like those of a real server, and say the same, but their signature is
 * chance: nothing here takes one for an identity, and a TokenReview knows none.
 */
import { invalid } from '../../api/field-error';
import type { KubeObject } from '../../api/object';
import { objectKey } from '../../api/object';
import type { Pod } from '../../api/objects';
import {
  badRequestError,
  conflictError,
  invalidError,
  notFoundError,
} from '../../api/status-error';
import { formatTime } from '../../api/timestamps';
import type { Random } from '../../sim';
import type { ServerContext } from '../server-context';
import type { SubresourceRequest } from './subresource-request';

interface BoundReference {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly uid?: string;
}

interface TokenRequest {
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly spec?: {
    readonly audiences?: readonly string[];
    readonly expirationSeconds?: number;
    readonly boundObjectRef?: BoundReference | null;
  };
}

const GROUP = 'authentication.k8s.io';
const ISSUER = 'https://kubernetes.default.svc';
const DEFAULT_SECONDS = 3600;
const SECONDS_MIN = 600;
const SECONDS_MAX = 2 ** 32;
const BOUND: Readonly<Record<string, string | undefined>> = {
  Pod: 'pods',
  Secret: 'secrets',
  Node: 'nodes',
};

export function createToken(server: ServerContext, request: SubresourceRequest): unknown {
  const { namespace = '', name } = request;
  const body = (request.body ?? {}) as TokenRequest;
  requireSameAccount(body, namespace, name);
  const key = objectKey(namespace, name);
  const account = server.store.get('serviceaccounts', key);
  if (account === undefined) throw notFoundError({ group: '', resource: 'serviceaccounts' }, name);
  const { expirationSeconds = DEFAULT_SECONDS, boundObjectRef = null } = body.spec ?? {};
  const audiences = body.spec?.audiences?.length ? body.spec.audiences : [ISSUER];
  requireValidSeconds(expirationSeconds);
  const bound = boundObjectRef === null ? undefined : boundTo(server, account, boundObjectRef);
  const { wallMs } = server.clock;
  const seconds = Math.floor(wallMs / 1000);
  const claims = {
    aud: audiences,
    exp: seconds + expirationSeconds,
    iat: seconds,
    iss: ISSUER,
    jti: server.random.uuid(),
    'kubernetes.io': { namespace, ...bound, serviceaccount: identityOf(account) },
    nbf: seconds,
    sub: `system:serviceaccount:${namespace}:${name}`,
  };
  return {
    kind: 'TokenRequest',
    apiVersion: `${GROUP}/v1`,
    metadata: {
      name,
      namespace,
      uid: account.metadata.uid,
      creationTimestamp: formatTime(wallMs),
    },
    spec: { audiences, expirationSeconds, boundObjectRef },
    status: {
      token: tokenOf(claims, server.random),
      expirationTimestamp: formatTime((seconds + expirationSeconds) * 1000),
    },
  };
}

function requireSameAccount(
  { metadata = {} }: TokenRequest,
  namespace: string,
  name: string,
): void {
  if (metadata.namespace && metadata.namespace !== namespace) {
    throw badRequestError(
      'the namespace of the provided object does not match the namespace sent on the request',
    );
  }
  if (!metadata.name || metadata.name === name) return;
  const why = 'must match the service account name if specified';
  throw invalidError(GROUP, 'TokenRequest', name, [invalid('metadata.name', metadata.name, why)]);
}

function requireValidSeconds(seconds: number): void {
  const why =
    seconds < SECONDS_MIN
      ? 'may not specify a duration less than 10 minutes'
      : seconds > SECONDS_MAX
        ? 'may not specify a duration larger than 2^32 seconds'
        : undefined;
  if (why === undefined) return;
  const error = invalid('spec.expirationSeconds', seconds, why);
  throw invalidError(GROUP, 'TokenRequest', '', [error]);
}

const identityOf = ({ metadata }: KubeObject): { name: string; uid: string } => ({
  name: metadata.name,
  uid: metadata.uid,
});

/** What the token says of the object that it ends with. */
function boundTo(server: ServerContext, account: KubeObject, reference: BoundReference): object {
  const { apiVersion = '', kind = '', name = '', uid = '' } = reference;
  const resource = apiVersion === 'v1' ? BOUND[kind] : undefined;
  if (resource === undefined) {
    const [first, second] = apiVersion.split('/');
    const groupVersion = second === undefined ? `/${first}` : `${first}/${second}`;
    throw badRequestError(`cannot bind token to object of type ${groupVersion}, Kind=${kind}`);
  }
  if (name === '') throw badRequestError('Name parameter required.');
  const namespace = kind === 'Node' ? undefined : account.metadata.namespace;
  const object = server.store.get(resource, objectKey(namespace, name));
  if (object === undefined) throw notFoundError({ group: '', resource }, name);
  if (kind === 'Pod') requireOwnPod(object as Pod, account.metadata.name);
  if (uid !== '' && uid !== object.metadata.uid) {
    throw conflictError(
      { group: '', resource: kind },
      name,
      `the UID in the bound object reference (${uid}) does not match the UID in record. ` +
        'The object might have been deleted and then recreated',
    );
  }
  return { ...nodeOf(server, object), [kind.toLowerCase()]: identityOf(object) };
}

function requireOwnPod({ spec }: Pod, account: string): void {
  if (spec.serviceAccountName === account) return;
  throw badRequestError(
    `cannot bind token for serviceaccount ${JSON.stringify(account)} to pod running with ` +
      'different serviceaccount name.',
  );
}

function nodeOf(server: ServerContext, object: KubeObject): object {
  const { nodeName = '' } = (object as { spec?: { nodeName?: string } }).spec ?? {};
  if (nodeName === '') return {};
  const node = server.store.get('nodes', nodeName);
  return { node: node === undefined ? { name: nodeName } : identityOf(node) };
}

const SIGNATURE_WORDS = 64;

function tokenOf(claims: object, random: Random): string {
  const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signature = Buffer.from(random.hex(SIGNATURE_WORDS), 'hex').toString('base64url');
  return `${encoded({ alg: 'RS256', kid: 'drydock' })}.${encoded(claims)}.${signature}`;
}
