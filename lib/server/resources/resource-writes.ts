/** POST, PUT and PATCH: from a body to the API server's verbs. */
import type { KubeObject } from '../../orchestrator/api/object';
import { parsePatchBody } from '../../orchestrator/api/patch/patch-body';
import { parseYamlBody } from '../../orchestrator/api/schema/decode-body';
import { badRequestError } from '../../orchestrator/api/status-error';
import { pruned } from '../../orchestrator/apiserver/decode';
import { isPartOf } from '../../orchestrator/apiserver/resource-registry';
import type { PatchOptions } from '../../orchestrator/apiserver/requests';
import { decodeRequest, mediaTypeOf, parseRequest, readBody, sendJson } from '../content';
import {
  present,
  requesterFor,
  validationOf,
  warn,
  writeOptions,
  type HandlerContext,
} from './handler-context';
import { parsePatchType } from './patch-type';
import { checkWriteOptions } from './write-options';

export async function create(context: HandlerContext): Promise<void> {
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

const TOKEN_REQUEST = {
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenRequest',
  schemaKey: 'io.k8s.api.authentication.v1.TokenRequest',
};

export async function createSubresource(context: HandlerContext): Promise<void> {
  const { api, path, response, request } = context;
  const { namespace, name = '', subresource } = path;
  const body = await readBody(request);
  const value =
    subresource === 'token'
      ? decodeRequest(body, mediaTypeOf(request), TOKEN_REQUEST, validationOf(context)).object
      : parseRequest(body, mediaTypeOf(request));
  const options = writeOptions(context);
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

export async function put(context: HandlerContext): Promise<void> {
  const { api, path, response, request } = context;
  checkWriteOptions('UpdateOptions', context.info.query);
  const { namespace, name = '', subresource } = path;
  const options = writeOptions(context);
  const requester = requesterFor(context);
  if (!isPartOf(context.kind, subresource)) {
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
  const updated = api.updatePart<KubeObject>(
    requester,
    path.qualified,
    subresource,
    object,
    options,
  );
  sendJson(response, known ? 200 : 201, present(context, updated));
}

export async function patch(context: HandlerContext): Promise<void> {
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
  const whole = isPartOf(kind, subresource);
  sendJson(response, known ? 200 : 201, whole ? present(context, patched) : patched);
}

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
