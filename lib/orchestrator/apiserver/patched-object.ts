/**
 * What a patch and an apply have in common: the object that they begin with, and how what they make
 * of it is stored.
 */
import type { KubeObject } from '../api/object';
import type { PatchRequest } from './patch-request';
import type { ServerContext } from './server-context';
import { update } from './update';

/** The object with its owners, as clients see it. */
export const owned = (server: ServerContext, object: KubeObject): object => ({
  ...object,
  metadata: { ...object.metadata, managedFields: server.ownership.of(object) },
});

/** Goes through the update verb. */
export function storePatched<T extends KubeObject>(
  server: ServerContext,
  request: PatchRequest,
  object: T,
): T {
  const { requester, kind, namespace, name, subresource, options } = request;
  return update<T>(server, {
    requester,
    kind,
    namespace,
    name,
    object,
    subresource,
    options,
    unconditional: true,
  });
}
