/**
 * The patch verb: the stored object, changed by a patch, goes through the update verb. Apply
 * (server-side apply) is in apply.ts.
 */
import type { JsonMap } from '../api/json-map';
import type { KubeObject } from '../api/object';
import { objectKey } from '../api/object';
import { applyJsonPatch } from '../api/patch/json-patch';
import { applyMergePatch } from '../api/patch/merge-patch';
import { applyPatchBody, refusedPatch } from '../api/patch/patch-body';
import { shownObject } from '../api/patch/shown-object';
import { applyStrategicMergePatch } from '../api/patch/strategic-merge-patch';
import { schemaOf } from '../api/schema/schema';
import { failure, notFoundError } from '../api/status-error';
import { requireSameIdentity, requireSameType, requireSameVersion } from './identity';
import { applyObject } from './apply';
import { pruned } from './decode';
import type { FieldOwnership } from './field-ownership';
import { ownFields } from './own-fields';
import type { PatchRequest } from './patch-request';
import { owned, storePatched } from './patched-object';
import type { PatchType } from './requests';
import { isPartOf, refOf, resourceNameOf } from './resource-registry';
import type { ServerContext } from './server-context';
import { runSubresource } from './subresources';

export function patch<T extends KubeObject>(server: ServerContext, request: PatchRequest): T {
  if (request.type === 'apply') return applyObject<T>(server, request);
  const { kind, namespace, name, requester, subresource, options } = request;
  const old = server.store.get(resourceNameOf(kind), objectKey(namespace, name)) as T | undefined;
  if (old === undefined) throw notFoundError(refOf(kind), name);
  if (!isPartOf(kind, subresource)) return patchSubresource<T>(server, request);
  const changesOwners = !requester.trusted && JSON.stringify(request.body).includes(OWNERS);
  const target = (changesOwners ? owned(server, old) : old) as KubeObject;
  const object = changedObject(server, request, target) as unknown as T;
  requireSameIdentity(request, object, old);
  requireSameVersion(request, object, old);
  const stored = storePatched<T>(server, request, object);
  // kubectl hands the fields of client-side apply to server-side apply in this way.
  if (!changesOwners || options.dryRun === true) return stored;
  const entries = object.metadata.managedFields ?? [];
  return ownFields<T>(server, { requester, kind, before: old, after: stored, entries });
}

const OWNERS = 'managedFields';

/** What the patch makes of the object, in the version of the patch and then as it is stored. */
function changedObject(
  server: ServerContext,
  request: PatchRequest,
  target: KubeObject,
): Record<string, unknown> {
  const { kind, requester, options } = request;
  const { conversion, schema } = options.version ?? kind;
  const shown = (conversion?.fromStored(target) ?? target) as unknown as JsonMap;
  const changed = requester.trusted
    ? patchedBy(request, shown, schema)
    : decodedPatch(server, request, shown, schema);
  return conversion?.toStored(changed) ?? changed;
}

/** What a patch makes of the object, decoded again as what a user sends always is. */
function decodedPatch(
  server: ServerContext,
  request: PatchRequest,
  target: JsonMap,
  schema: string,
): Record<string, unknown> {
  const { registry } = server;
  const { type, body, options } = request;
  requireSchema(type, schema);
  const { strictErrors = [], fieldValidation = 'Ignore' } = options;
  const show = (object: object): string =>
    shownWith(server.ownership, type, target, object, schema);
  const { object: patchedObject, warnings } = applyPatchBody(
    type as Exclude<PatchType, 'apply'>,
    target,
    { value: body, strictErrors },
    schema,
    fieldValidation,
    show,
  );
  // What is merged strategically is of the type that it is merged into, whatever the patch says.
  if (type !== 'strategic' && request.kind.customSchema === undefined) {
    requireSameType(registry, target, patchedObject, show);
  }
  const { object, unknown } = pruned(request.kind, patchedObject);
  if (unknown.length > 0 && fieldValidation === 'Strict') {
    throw refusedPatch(show(patchedObject), `strict decoding error: ${unknown.join(', ')}`);
  }
  const dropped = fieldValidation === 'Warn' ? unknown : [];
  if (options.warn !== undefined) [...warnings, ...dropped].forEach(options.warn);
  return object;
}

/** The patched object in a refusal, with its owners, which patches seldom have to know. */
function shownWith(
  ownership: FieldOwnership,
  type: PatchType,
  target: JsonMap,
  patched: object,
  schema: string,
): string {
  const withOwners = (object: object): object => {
    const { metadata } = object as Partial<KubeObject>;
    const managedFields = ownership.of(target as unknown as KubeObject);
    if (metadata === undefined || managedFields.length === 0) return object;
    return { ...object, metadata: { managedFields, ...metadata } };
  };
  const shape = type === 'json' ? 'json' : 'merge';
  return shownObject(shape, withOwners(target), withOwners(patched), schemaOf(schema));
}

/** Only types that the server was built with merge strategically. */
function requireSchema(type: PatchType, schema: string): void {
  if (type !== 'strategic' || schemaOf(schema) !== undefined) return;
  throw failure(
    415,
    'UnsupportedMediaType',
    'the body of the request was in an unknown format - accepted media types include: ' +
      'application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    {},
  );
}

/** A patch of scale and the like: what a GET gives, patched, is PUT. */
function patchSubresource<T extends KubeObject>(server: ServerContext, request: PatchRequest): T {
  const { requester, kind, namespace, name, subresource, options } = request;
  const base = { requester, kind, namespace, name, subresource, options };
  const current = runSubresource(server, { ...base, verb: 'get', body: undefined }) as JsonMap;
  const body = patchedBy(request, current, 'io.k8s.api.autoscaling.v1.Scale');
  return runSubresource(server, { ...base, verb: 'update', body }) as T;
}

function patchedBy(
  request: PatchRequest,
  target: JsonMap,
  schema: string,
): Record<string, unknown> {
  const body = request.body as JsonMap;
  switch (request.type) {
    case 'json':
      return applyJsonPatch(target, request.body).object;
    case 'merge':
      return applyMergePatch(target, body);
    case 'strategic':
      requireSchema(request.type, schema);
      return applyStrategicMergePatch(target, body, schema);
    default:
      throw failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  }
}
