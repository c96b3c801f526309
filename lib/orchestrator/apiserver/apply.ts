/** Server-side apply. Until somebody else owns fields, it creates or replaces. */
import type { KubeObject } from '../api/object';
import { objectKey } from '../api/object';
import { applyMergePatch } from '../api/patch/merge-patch';
import { invalidError } from '../api/status-error';
import { required } from '../api/field-error';
import { create } from './create';
import { decodeInto } from './decode';
import type { PatchRequest } from './patch';
import { resourceNameOf } from './resource-registry';
import type { ServerContext } from './server-context';
import { update } from './update';

type JsonMap = Readonly<Record<string, unknown>>;

export function applyObject<T extends KubeObject>(server: ServerContext, request: PatchRequest): T {
  const { kind, namespace, name, requester, options, body } = request;
  if (!options.fieldManager) {
    throw invalidError('meta.k8s.io', 'PatchOptions', '', [
      required('fieldManager', 'is required for apply patch'),
    ]);
  }
  const applied = decodeInto(kind, body, 'Strict');
  const old = server.store.get(resourceNameOf(kind), objectKey(namespace, name)) as T | undefined;
  if (old === undefined) {
    return create<T>(server, requester, kind, namespace, applied as never, options);
  }
  const merged = applyMergePatch(old as unknown as JsonMap, applied as JsonMap);
  return update<T>(server, {
    requester,
    kind,
    namespace,
    name,
    object: merged as unknown as T,
    subresource: '',
    options,
    unconditional: true,
  });
}
