/** Requests for resources: from verb and path to the API server's verbs, and back to JSON. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { KindDefinition } from '../orchestrator/api/kind';
import type { KubeObject } from '../orchestrator/api/object';
import { parseYamlBody, type FieldValidation } from '../orchestrator/api/schema/decode-body';
import { parsePatchType } from './patch-type';
import { parsePatchBody } from '../orchestrator/api/patch/patch-body';
import { badRequestError, failure, notFoundError } from '../orchestrator/api/status-error';
import { formatTime } from '../orchestrator/api/timestamps';
import type { ApiServer } from '../orchestrator/apiserver/api-server';
import type {
  DeleteOptions,
  PatchOptions,
  Requester,
  WriteOptions,
} from '../orchestrator/apiserver/requests';
import { pruned } from '../orchestrator/apiserver/decode';
import { apiVersionOf, refOf } from '../orchestrator/apiserver/resource-registry';
import { checkAllowed } from './allowed-requests';
import { deleteOptionsOf } from './delete-options';
import { decodeRequest, mediaTypeOf, parseRequest, readBody, sendJson } from './content';
import { checkListOptions, checkVersion, pageOf } from './list-options';
import { isWatch, type RequestInfo, type ResourcePath } from './request-info';
import { selectionOf } from './selection';
import { tableOf, wantsTable } from './table';
import { streamWatch } from './watch-stream';
import { checkWriteOptions } from './write-options';

export interface HandlerContext {
  readonly api: ApiServer;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly info: RequestInfo;
  readonly path: ResourcePath;
  readonly kind: KindDefinition;
  readonly requester: Requester;
}

type Query = URLSearchParams;

const JOBS_ORPHAN_PODS =
  'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background ' +
  'to remove them or set propagationPolicy=Orphan to suppress this warning';

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

/** The object as a client sees it, with the version of the path and its managed fields. */
function present({ api, path, kind }: HandlerContext, stored: KubeObject): object {
  const managedFields = api.ownership.of(stored);
  const object = kind.conversion?.fromStored(stored) ?? stored;
  const apiVersion = path.group ? `${path.group}/${path.version}` : path.version;
  const metadata =
    managedFields.length > 0 ? { ...object.metadata, managedFields } : object.metadata;
  return { ...object, apiVersion, metadata };
}

function get(context: HandlerContext): void {
  const { api, path, response, request, info, kind, requester } = context;
  const { namespace, name = '', subresource } = path;
  if (subresource !== '' && subresource !== 'status') {
    const found = api.subresource(requester, 'get', path.qualified, namespace, name, subresource);
    sendJson(response, 200, found);
    return;
  }
  checkVersion(info.query, api.store.revision);
  const object = aggregatedGet(context) ?? api.get<KubeObject>(path.qualified, namespace, name);
  if (wantsTable(request.headers.accept)) {
    const { resourceVersion } = object.metadata;
    sendJson(
      response,
      200,
      tableOf(kind, [object], { resourceVersion }, tableOptions(api, info.query)),
    );
  } else {
    sendJson(response, 200, present(context, object));
  }
}

/** Aggregated resources (metrics) can only be listed; one of them is a list of one. */
function aggregatedGet({ api, path }: HandlerContext): KubeObject | undefined {
  if (path.group !== 'metrics.k8s.io') return undefined;
  const { namespace, name } = path;
  const selection = { ...(namespace ? { namespace } : {}), ...(name ? { name } : {}) };
  const [found] = api.list<KubeObject>(path.qualified, selection).items;
  if (found !== undefined) return found;
  throw notFoundError({ group: path.group, resource: path.plural }, name ?? '');
}

const tableOptions = (api: ApiServer, query: Query): { nowMs: number; include: string } => ({
  nowMs: api.clock.wallMs,
  include: query.get('includeObject') ?? 'Metadata',
});

function list(context: HandlerContext): void {
  const { api, path, response, request, info, kind } = context;
  const { query } = info;
  checkListOptions(query, isWatch(query), api.store.revision);
  const selection = selectionOf(kind, path.namespace, path.name, query);
  const asTable = wantsTable(request.headers.accept);
  if (isWatch(query)) {
    const watched = { api, kind, resource: path.qualified, selection, query, asTable };
    streamWatch({ ...watched, present: (object) => present(context, object) }, response);
    return;
  }
  const { items, revision } = api.list<KubeObject>(path.qualified, selection);
  const page = pageOf(items, query, revision);
  const isCustom = kind.customSchema !== undefined;
  const metadata = {
    ...(isCustom ? { continue: '' } : {}),
    resourceVersion: String(revision),
    ...page.metadata,
  };
  if (asTable) {
    sendJson(response, 200, tableOf(kind, page.items, metadata, tableOptions(api, query)));
    return;
  }
  sendJson(response, 200, {
    kind: `${kind.kind}List`,
    apiVersion: path.group ? `${path.group}/${path.version}` : path.version,
    metadata,
    items: page.items.map((item) => listed(context, item)),
  });
}

/** Items of a typed list do not repeat their type. */
function listed(context: HandlerContext, item: KubeObject): object {
  const object = present(context, item);
  if (context.kind.customSchema !== undefined) return object;
  const copy: Record<string, unknown> = { ...object };
  delete copy['kind'];
  delete copy['apiVersion'];
  return copy;
}

const isDryRun = (query: Query): boolean => query.getAll('dryRun').includes('All');

const validationOf = ({ info }: HandlerContext): FieldValidation =>
  (info.query.get('fieldValidation') ?? 'Warn') as FieldValidation;

/** What the client is told beside the answer, each thing once. */
function warn({ response }: HandlerContext, warning: string): void {
  const header = `299 - ${JSON.stringify(warning)}`;
  const before = response.getHeader('Warning') ?? [];
  if (before === header || (Array.isArray(before) && before.includes(header))) return;
  response.appendHeader('Warning', header);
}

const writeOptions = (context: HandlerContext): WriteOptions => ({
  dryRun: isDryRun(context.info.query),
  warn: (warning) => warn(context, warning),
});

/** The body as an object of the path's kind; the client is warned of what was dropped. */
async function decodedBody(context: HandlerContext): Promise<Record<string, unknown>> {
  const { request, kind, path } = context;
  const expected = {
    group: path.group,
    version: path.version,
    kind: kind.kind,
    schemaKey: kind.schema,
  };
  const body = await readBody(request);
  const validation = validationOf(context);
  const decoded = decodeRequest(body, mediaTypeOf(request), expected, validation);
  const { object, unknown } = pruned(kind, decoded.object);
  const errors = [...decoded.warnings, ...unknown];
  if (unknown.length > 0 && validation === 'Strict') {
    throw badRequestError(
      `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ` +
        `strict decoding error: ${errors.join(', ')}`,
    );
  }
  if (validation === 'Warn') for (const warning of errors) warn(context, warning);
  return kind.conversion?.toStored(object) ?? object;
}

function requesterFor({ requester, info }: HandlerContext): Requester {
  const manager = info.query.get('fieldManager');
  return manager ? { ...requester, manager } : requester;
}

async function create(context: HandlerContext): Promise<void> {
  const { api, path, response } = context;
  checkWriteOptions('CreateOptions', context.info.query);
  const object = await decodedBody(context);
  const created = api.create<KubeObject>(
    requesterFor(context),
    path.qualified,
    path.namespace,
    object as never,
    writeOptions(context),
  );
  sendJson(response, 201, present(context, created));
}

async function createSubresource(context: HandlerContext): Promise<void> {
  const { api, path, response, request } = context;
  const value = parseRequest(await readBody(request), mediaTypeOf(request));
  const options = writeOptions(context);
  const { namespace, name = '', subresource } = path;
  const made = api.subresource(
    requesterFor(context),
    'create',
    path.qualified,
    namespace,
    name,
    subresource,
    value,
    options,
  );
  sendJson(response, 201, made);
}

async function put(context: HandlerContext): Promise<void> {
  const { api, path, response, request } = context;
  checkWriteOptions('UpdateOptions', context.info.query);
  const { namespace, name = '', subresource } = path;
  const options = writeOptions(context);
  const requester = requesterFor(context);
  if (subresource !== '' && subresource !== 'status') {
    const value = parseRequest(await readBody(request), mediaTypeOf(request));
    const updated = api.subresource(
      requester,
      'update',
      path.qualified,
      namespace,
      name,
      subresource,
      value,
      options,
    );
    sendJson(response, 200, updated);
    return;
  }
  const object = withIdentity(context, await decodedBody(context));
  const known = api.tryGet(path.qualified, namespace, name) !== undefined;
  const updated =
    subresource === 'status'
      ? api.updateStatus<KubeObject>(requester, path.qualified, object, options)
      : api.update<KubeObject>(requester, path.qualified, object, options);
  sendJson(response, known ? 200 : 201, present(context, updated));
}

/** A PUT is about the object that its URL names. */
function withIdentity({ path }: HandlerContext, object: Record<string, unknown>): KubeObject {
  const metadata = (object['metadata'] ?? {}) as Record<string, unknown>;
  const { name: given, namespace: givenNamespace } = metadata;
  if (given === undefined || given === '') {
    throw badRequestError(
      `the name of the object (${path.name ?? ''} based on URL) was undeterminable: ` +
        'name must be provided',
    );
  }
  if (path.namespace !== undefined && givenNamespace && givenNamespace !== path.namespace) {
    throw badRequestError(
      'the namespace of the provided object does not match the namespace sent on the request',
    );
  }
  if (typeof given === 'string' && given !== path.name) {
    throw badRequestError(
      `the name of the object (${given}) does not match the name on the URL (${path.name ?? ''})`,
    );
  }
  const namespace = path.namespace === undefined ? {} : { namespace: path.namespace };
  return { ...object, metadata: { ...metadata, name: path.name, ...namespace } } as never;
}

async function patch(context: HandlerContext): Promise<void> {
  const { api, path, response, request, info, kind } = context;
  const { namespace, name = '', subresource } = path;
  const type = parsePatchType(mediaTypeOf(request));
  const text = (await readBody(request)).toString('utf8');
  checkWriteOptions('PatchOptions', info.query, type === 'apply');
  const parsed =
    type === 'apply'
      ? { value: parseYamlBody(text), strictErrors: [] }
      : parsePatchBody(type, text);
  const fieldManager = info.query.get('fieldManager');
  const options: PatchOptions = {
    ...writeOptions(context),
    force: info.query.get('force') === 'true',
    fieldValidation: validationOf(context),
    strictErrors: parsed.strictErrors,
    version: kind,
    ...(fieldManager ? { fieldManager } : {}),
  };
  const known = api.tryGet(path.qualified, namespace, name) !== undefined;
  const requester = requesterFor(context);
  const patched = api.patch<KubeObject>(
    requester,
    path.qualified,
    namespace,
    name,
    type,
    parsed.value,
    subresource,
    options,
  );
  const plain = subresource === '' || subresource === 'status';
  sendJson(response, known ? 200 : 201, plain ? present(context, patched) : patched);
}

async function deleteOptions(context: HandlerContext): Promise<DeleteOptions> {
  const { request, info, kind } = context;
  const given = parseRequest(await readBody(request), mediaTypeOf(request));
  const options = deleteOptionsOf(given, info.query);
  const { propagationPolicy, orphanDependents } = options;
  const unsaid = propagationPolicy === undefined && orphanDependents === undefined;
  if (unsaid && kind.kind === 'Job') warn(context, JOBS_ORPHAN_PODS);
  return options;
}

async function remove(context: HandlerContext): Promise<void> {
  const { api, path, response, kind } = context;
  const { namespace, name = '' } = path;
  const options = await deleteOptions(context);
  const before = api.get<KubeObject>(path.qualified, namespace, name);
  const left = api.delete<KubeObject>(
    requesterFor(context),
    path.qualified,
    namespace,
    name,
    options,
  );
  if (left !== undefined || kind.returnsDeleted === true) {
    sendJson(response, 200, present(context, left ?? asDeleted(context, before)));
    return;
  }
  const { group, resource } = refOf(kind);
  sendJson(response, 200, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...(group ? { group } : {}), kind: resource, uid: before.metadata.uid },
  });
}

/** A pod that goes at once is told of as one whose time is over. */
function asDeleted({ api, kind }: HandlerContext, object: KubeObject): KubeObject {
  const { generation, deletionTimestamp = formatTime(api.clock.wallMs) } = object.metadata;
  if (kind.kind !== 'Pod') return object;
  const next = object.metadata.deletionTimestamp === undefined ? 1 : 0;
  const metadata = {
    ...object.metadata,
    ...(generation === undefined ? {} : { generation: generation + next }),
    deletionTimestamp,
    deletionGracePeriodSeconds: 0,
  };
  return { ...object, metadata };
}

async function removeCollection(context: HandlerContext): Promise<void> {
  const { api, path, response, info, kind } = context;
  const options = await deleteOptions(context);
  const selection = selectionOf(kind, path.namespace, undefined, info.query);
  const { items, revision } = api.list<KubeObject>(path.qualified, selection);
  for (const item of items) {
    const { namespace, name } = item.metadata;
    api.delete(requesterFor(context), path.qualified, namespace, name, options);
  }
  sendJson(response, 200, {
    kind: `${kind.kind}List`,
    apiVersion: apiVersionOf(kind),
    metadata: { resourceVersion: String(revision) },
    items: items.map((item) => listed(context, item)),
  });
}
