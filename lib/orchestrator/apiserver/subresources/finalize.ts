/** namespaces/finalize: the namespace controller says that the content is gone. */
import type { Namespace } from '../../api/objects';
import { notFoundError } from '../../api/status-error';
import type { ServerContext } from '../server-context';
import type { SubresourceRequest } from './subresource-request';

export function finalizeNamespace(server: ServerContext, request: SubresourceRequest): unknown {
  const { kind, name, requester } = request;
  const old = server.store.get('namespaces', name) as Namespace | undefined;
  if (old === undefined) throw notFoundError({ group: '', resource: 'namespaces' }, name);
  const finalizers = (request.body as Namespace).spec?.finalizers ?? [];
  const next: Namespace = { ...old, spec: { ...old.spec, finalizers } };
  const done =
    old.metadata.deletionTimestamp !== undefined &&
    finalizers.length === 0 &&
    (old.metadata.finalizers ?? []).length === 0;
  if (done) return server.remove(requester, kind, name, next);
  return server.commit(requester, kind, name, next);
}
