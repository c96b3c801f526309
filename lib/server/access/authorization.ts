/** Lets a request pass if the RBAC authorizer allows what its method and path ask for. */
import type { Attributes, UserInfo } from '../../orchestrator/apiserver/authorization/attributes';
import type { RbacAuthorizer } from '../../orchestrator/apiserver/authorization/rbac-authorizer';
import { refusalOf } from '../../orchestrator/apiserver/authorization/refusal';
import { isWatch, type RequestInfo, type ResourcePath } from '../request-info';

/** Throws ApiStatusError (403) for what the user may not do. */
export function requireAllowed(
  authorizer: RbacAuthorizer,
  user: UserInfo,
  info: RequestInfo,
): void {
  const attributes = attributesOf(info);
  const { allowed, reason } = authorizer.authorize(user, attributes);
  if (!allowed) throw refusalOf(user, attributes, reason);
}

function attributesOf(info: RequestInfo): Attributes {
  const { resource: path, method } = info;
  if (path === undefined) return { verb: method.toLowerCase(), path: info.path };
  return {
    verb: verbOf(info, path),
    group: path.group,
    resource: path.plural,
    subresource: path.subresource.split('/')[0]!,
    namespace: namespaceOf(path),
    name: path.name ?? selectedName(info.query),
  };
}

/** A namespace is in itself: its own roles may speak of it. */
const namespaceOf = ({ namespace, plural, name }: ResourcePath): string =>
  namespace ?? (plural === 'namespaces' ? (name ?? '') : '');

function verbOf({ method, query }: RequestInfo, { name }: ResourcePath): string {
  const named = name !== undefined;
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return named ? 'delete' : 'deletecollection';
    default:
      return isWatch(query) ? 'watch' : named ? 'get' : 'list';
  }
}

/** Who lists by `metadata.name` asks for one object. */
function selectedName(query: URLSearchParams): string {
  const selector = query.get('fieldSelector') ?? '';
  return /^metadata\.name={1,2}([^,!=]+)$/.exec(selector)?.[1] ?? '';
}
