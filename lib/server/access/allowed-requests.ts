/** Which verbs a resource and its subresources take; all else is refused before it is read. */
import type { KindDefinition } from '../../orchestrator/api/kind';
import { verbsOf } from '../../orchestrator/api/kinds/define';
import { failure, notFoundError, type ApiStatusError } from '../../orchestrator/api/status-error';
import { refOf } from '../../orchestrator/apiserver/resource-registry';
import { isWatch, type RequestInfo, type ResourcePath } from '../request-info';

const notAllowed = (): ApiStatusError =>
  failure(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );

/** Resources that are no objects, such as reviews and bindings, take only what discovery says. */
export function requireVerb(path: ResourcePath, info: RequestInfo): void {
  const apiVersion = path.group === '' ? path.version : `${path.group}/${path.version}`;
  const verbs = verbsOf(apiVersion, path.plural);
  if (verbs.length > 0 && !verbs.includes(verbOf(info, path) ?? '')) throw notAllowed();
}

/** Throws ApiStatusError for a subresource that is not there, and for a verb it does not take. */
export function checkAllowed(kind: KindDefinition, path: ResourcePath, info: RequestInfo): void {
  const { subresource, name, namespace } = path;
  if (isUnknownPart(kind, subresource) && kind.customSchema !== undefined) {
    throw notFoundError(refOf(kind), name ?? '');
  }
  const isUnknown = isUnknownPart(kind, subresource);
  const everywhere = kind.namespaced && namespace === undefined;
  if (isUnknown || (everywhere && name !== undefined)) {
    throw failure(404, 'NotFound', 'the server could not find the requested resource', {});
  }
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
  const resource = subresource === '' ? kind.plural : `${kind.plural}/${subresource}`;
  const verbs = verbsOf(apiVersion, resource);
  if (kind.customSchema !== undefined) return;
  const verb = everywhere && info.method !== 'GET' ? undefined : verbOf(info, path);
  if (verb !== undefined && (verbs.length === 0 || verbs.includes(verb))) return;
  throw notAllowed();
}

const isUnknownPart = (kind: KindDefinition, subresource: string): boolean =>
  subresource !== '' && !kind.subresources.includes(subresource);

/** Undefined for what no resource takes, such as a PUT without a name. */
function verbOf(
  { method, query }: RequestInfo,
  { name, subresource }: ResourcePath,
): string | undefined {
  const named = name !== undefined;
  switch (method) {
    case 'GET':
      return isWatch(query) ? 'watch' : named ? 'get' : 'list';
    case 'POST':
      return named && subresource === '' ? undefined : 'create';
    case 'PUT':
      return named ? 'update' : undefined;
    case 'PATCH':
      return named ? 'patch' : undefined;
    case 'DELETE':
      return named ? 'delete' : 'deletecollection';
    default:
      return undefined;
  }
}
