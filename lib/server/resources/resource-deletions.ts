/** DELETE of one object and of many, and what a client is told of what is gone. */
import type { KubeObject } from '../../orchestrator/api/object';
import { formatTime } from '../../orchestrator/api/timestamps';
import type { DeleteOptions } from '../../orchestrator/apiserver/requests';
import { apiVersionOf, refOf } from '../../orchestrator/apiserver/resource-registry';
import { mediaTypeOf, parseRequest, readBody, sendJson } from '../content';
import { deleteOptionsOf } from './delete-options';
import { listed, present, requesterFor, warn, type HandlerContext } from './handler-context';
import { selectionOf } from './selection';

const JOBS_ORPHAN_PODS =
  'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background ' +
  'to remove them or set propagationPolicy=Orphan to suppress this warning';

export async function remove(context: HandlerContext): Promise<void> {
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

export async function removeCollection(context: HandlerContext): Promise<void> {
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

async function deleteOptions(context: HandlerContext): Promise<DeleteOptions> {
  const { request, info, kind } = context;
  const given = parseRequest(await readBody(request), mediaTypeOf(request));
  const options = deleteOptionsOf(given, info.query);
  const { propagationPolicy, orphanDependents } = options;
  const unsaid = propagationPolicy === undefined && orphanDependents === undefined;
  if (unsaid && kind.kind === 'Job') warn(context, JOBS_ORPHAN_PODS);
  return options;
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
