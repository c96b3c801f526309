/** Server-side apply: what a manager wants of an object, merged with what others own. */
import { required } from '../api/field-error';
import type { KubeObject } from '../api/object';
import { objectKey } from '../api/object';
import { applyConfiguration } from '../api/patch/apply-configuration';
import { badRequestError, invalidError } from '../api/status-error';
import { formatTime } from '../api/timestamps';
import { create } from './create';
import { decodeInto, storedForm } from './decode';
import { resetFields } from './field-ownership';
import { ownFields } from './own-fields';
import type { PatchRequest } from './patch';
import { apiVersionOf, resourceNameOf } from './resource-registry';
import type { ServerContext } from './server-context';
import { update } from './update';

export function applyObject<T extends KubeObject>(server: ServerContext, request: PatchRequest): T {
  const { kind, namespace, name, requester, options, body, subresource } = request;
  const { fieldManager } = options;
  if (!fieldManager) {
    throw invalidError('meta.k8s.io', 'PatchOptions', '', [
      required('fieldManager', 'is required for apply patch'),
    ]);
  }
  if (typeof body !== 'object' || body === null) {
    throw badRequestError('error decoding YAML: the body must be an object');
  }
  const config = normalized(request, stored(server, body as JsonMap));
  const old = server.store.get(resourceNameOf(kind), objectKey(namespace, name)) as T | undefined;
  const applied = applyConfiguration(old === undefined ? undefined : owned(server, old), config, {
    manager: fieldManager,
    apiVersion: apiVersionOf(kind),
    time: formatTime(server.clock.wallMs),
    force: options.force === true,
    schemaKey: kind.schema,
    resetFields: resetFields(kind, subresource),
    ...(subresource === '' ? {} : { subresource }),
  });
  const object = decodeInto(kind, applied.object) as unknown as T;
  const result =
    old === undefined
      ? create<T>(server, requester, kind, namespace, object as never, options)
      : update<T>(server, {
          requester,
          kind,
          namespace,
          name,
          object,
          subresource: subresource === 'status' ? 'status' : '',
          options,
          unconditional: true,
        });
  if (options.dryRun === true) return result;
  const entries = applied.managedFields;
  return ownFields<T>(server, { requester, kind, before: old, after: result, entries });
}

type JsonMap = Readonly<Record<string, unknown>>;

/** The configuration in the version in which the kind is stored. */
function stored({ registry }: ServerContext, body: JsonMap): JsonMap {
  const version = registry.ofObject(String(body['apiVersion']), String(body['kind']));
  return version === undefined ? body : storedForm(version, body);
}

/** The object with its owners, as clients see it. */
export const owned = (server: ServerContext, object: KubeObject): object => ({
  ...object,
  metadata: { ...object.metadata, managedFields: server.ownership.of(object) },
});

/** The configuration is decoded strictly, and means the object that the URL names. */
function normalized(request: PatchRequest, body: object): object {
  const { kind, namespace, name } = request;
  const config = decodeInto(kind, body, 'Strict');
  const metadata = (config['metadata'] ?? {}) as Record<string, unknown>;
  return {
    ...config,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), ...metadata },
  };
}
