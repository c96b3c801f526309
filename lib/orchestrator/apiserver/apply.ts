/** Server-side apply: what a manager wants of an object, merged with what others own. */
import type { JsonMap } from '../api/json-map';
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
import { ownersWithScale, scaleOwners } from './scale-owners';
import { runSubresource } from './subresources';
import type { PatchRequest } from './patch-request';
import { owned, storePatched } from './patched-object';
import { apiVersionOf, refOf, resourceNameOf } from './resource-registry';
import type { ServerContext } from './server-context';

export function applyObject<T extends KubeObject>(server: ServerContext, request: PatchRequest): T {
  const { kind, namespace, name, requester, options, body, subresource } = request;
  const { fieldManager } = options;
  if (!fieldManager) {
    throw invalidError('meta.k8s.io', 'PatchOptions', '', [
      required('fieldManager', 'is required for apply patch'),
    ]);
  }
  if (subresource === 'scale') return applyScale(server, request, fieldManager) as unknown as T;
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
      ? create<T>(server, { requester, kind, namespace, object: object as never, options })
      : storePatched<T>(server, request, object);
  if (options.dryRun === true) return result;
  const entries = applied.managedFields;
  return ownFields<T>(server, { requester, kind, before: old, after: result, entries });
}

/** The configuration in the version in which the kind is stored. */
function configuration(server: ServerContext, request: PatchRequest, body: unknown): JsonMap {
  const config = configurationMap(body);
  const { apiVersion = '', kind = '' } = config;
  const version = server.registry.ofObject(String(apiVersion), String(kind));
  if (version === undefined || resourceNameOf(version) !== resourceNameOf(request.kind)) {
    throw otherType(config);
  }
  const { managedFields } = (config['metadata'] ?? {}) as JsonMap;
  if (managedFields !== undefined && managedFields !== null) {
    throw badRequestError('metadata.managedFields must be nil');
  }
  return version.conversion === undefined ? config : storedForm(version, config);
}

function configurationMap(body: unknown): JsonMap {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw badRequestError(
      'error decoding YAML: error unmarshaling JSON: while decoding JSON: ' +
        `json: cannot unmarshal ${jsonKind(body)} into Go value of type map[string]interface {}`,
    );
  }
  return body as JsonMap;
}

function otherType({ apiVersion = '', kind = '' }: JsonMap): Error {
  const [first = '', second] = String(apiVersion).split('/');
  const group = second === undefined ? `/${first}` : `${first}/${second}`;
  return badRequestError(`invalid object type: ${group}, Kind=${String(kind)}`);
}

const SCALE_VERSION = 'autoscaling/v1';

/** A Scale is applied to what GET shows of the object, by those who own its replicas. */
function applyScale(server: ServerContext, request: PatchRequest, manager: string): unknown {
  const { kind, namespace, name, requester, options, subresource } = request;
  const config = configurationMap(request.body);
  const base = { requester, kind, namespace, name, subresource, options };
  const scale = runSubresource(server, { ...base, verb: 'get', body: undefined }) as KubeObject;
  if (config['apiVersion'] !== SCALE_VERSION || config['kind'] !== 'Scale') throw otherType(config);
  const stored = (): KubeObject =>
    server.store.get(resourceNameOf(kind), objectKey(namespace, name))!;
  const old = stored();
  const before = server.ownership.of(old);
  const managedFields = scaleOwners(before, kind);
  const live = { ...scale, metadata: { ...scale.metadata, managedFields } };
  const applied = applyConfiguration(live, config, {
    manager,
    apiVersion: SCALE_VERSION,
    force: options.force === true,
    schemaKey: 'io.k8s.api.autoscaling.v1.Scale',
    subresource,
  });
  const result = runSubresource(server, { ...base, verb: 'update', body: applied.object });
  if (options.dryRun === true) return result;
  const entries = ownersWithScale(before, applied.managedFields, kind);
  ownFields(server, { requester, kind, before: old, after: stored(), entries });
  return result;
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
