/** Requests for resources: from verb and path to the API server's verbs, and back to JSON. */
import { failure } from '../../orchestrator/api/status-error';
import { checkAllowed } from '../access/allowed-requests';
import { isWatch } from '../request-info';
import { warn, type HandlerContext } from './handler-context';
import { remove, removeCollection } from './resource-deletions';
import { get, list } from './resource-reads';
import { create, createSubresource, patch, put } from './resource-writes';

export async function handleResource(context: HandlerContext): Promise<void> {
  const { info, path } = context;
  const named = path.name !== undefined;
  if (context.kind.deprecation !== undefined) warn(context, context.kind.deprecation);
  checkAllowed(context.kind, path, info);
  switch (info.method) {
    case 'GET':
      if (named && !isWatch(info.query)) return get(context);
      return list(context);
    case 'POST':
      return path.subresource === '' ? create(context) : createSubresource(context);
    case 'PUT':
      return put(context);
    case 'PATCH':
      return patch(context);
    case 'DELETE':
      return named ? remove(context) : removeCollection(context);
    default:
      throw failure(
        405,
        'MethodNotAllowed',
        'the server does not allow this method on the requested resource',
      );
  }
}
