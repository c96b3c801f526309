/** Server-side apply: what a manager wants of an object, merged with what others own. */
import { required } from '../api/field-error';
import type { KubeObject } from '../api/object';
import { objectKey } from '../api/object';
import { applyConfiguration } from '../api/apply/apply-configuration';
import { badRequestError, conflictError, invalidError } from '../api/status-error';
import { formatTime } from '../api/timestamps';
import { create } from './create';
import { decodeInto, storedForm } from './decode';
import { requireSameIdentity, requireSameVersion } from './identity';
import { resetFields } from './field-ownership';
import { ownFields } from './own-fields';
import type { PatchRequest } from './patch';
import { apiVersionOf, refOf, resourceNameOf } from './resource-registry';
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
  const config = configuration(server, request, body);
  const old = server.store.get(resourceNameOf(kind), objectKey(namespace, name)) as T | undefined;
  const applied = applyConfiguration(old === undefined ? undefined : owned(server, old), config, {
    manager: fieldManager,
    apiVersion: apiVersionOf(kind),
    time: formatTime(server.clock.wallMs),
    force: options.force === true,
    schemaKey: kind.customSchema ?? kind.schema,
    resetFields: resetFields(kind, subresource),
    ...(subresource === '' ? {} : { subresource }),
  });
  const object = objectOf(request, applied.object, old) as unknown as T;
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
function configuration(server: ServerContext, request: PatchRequest, body: unknown): JsonMap {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw badRequestError(
      'error decoding YAML: error unmarshaling JSON: while decoding JSON: ' +
        `json: cannot unmarshal ${jsonKind(body)} into Go value of type map[string]interface {}`,
    );
  }
  const config = body as JsonMap;
  const { apiVersion = '', kind = '' } = config;
  const version = server.registry.ofObject(String(apiVersion), String(kind));
  if (version === undefined || resourceNameOf(version) !== resourceNameOf(request.kind)) {
    const [first = '', second] = String(apiVersion).split('/');
    const group = second === undefined ? `/${first}` : `${first}/${second}`;
    throw badRequestError(`invalid object type: ${group}, Kind=${String(kind)}`);
  }
  const { managedFields } = (config['metadata'] ?? {}) as JsonMap;
  if (managedFields !== undefined && managedFields !== null) {
    throw badRequestError('metadata.managedFields must be nil');
  }
  return version.conversion === undefined ? config : storedForm(version, config);
}

const jsonKind = (value: unknown): string =>
  Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;

/** What applying has come to, as the object that the URL names. */
function objectOf(
  request: PatchRequest,
  applied: object,
  old: KubeObject | undefined,
): Record<string, unknown> {
  const { kind, namespace, name } = request;
  const object = decodeInto(kind, applied);
  const metadata = (object['metadata'] ?? {}) as Partial<KubeObject['metadata']>;
  if (!metadata.name) {
    throw badRequestError(
      `the name of the object (${name} based on URL) was undeterminable: name must be provided`,
    );
  }
  const named = {
    ...object,
    metadata: { ...metadata, ...(namespace === undefined ? {} : { namespace }) },
  };
  const given = { ...object, metadata: { ...metadata, name: metadata.name } } as never;
  const target = { kind, namespace, name };
  if (old !== undefined) {
    requireSameIdentity(target, given, old);
    requireSameVersion(target, given, old);
    return named;
  }
  requireSameIdentity(target, given, { ...named, metadata: { ...metadata, name } } as never);
  const { uid } = metadata;
  if (uid) {
    throw conflictError(
      refOf(kind),
      name,
      `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
    );
  }
  const { resourceVersion: _ignored, ...free } = named.metadata;
  return { ...named, metadata: free };
}

/** The object with its owners, as clients see it. */
export const owned = (server: ServerContext, object: KubeObject): object => ({
  ...object,
  metadata: { ...object.metadata, managedFields: server.ownership.of(object) },
});
