/** GET of one object and of many, as objects or as a table, and watches. */
import type { KubeObject } from '../../orchestrator/api/object';
import { notFoundError } from '../../orchestrator/api/status-error';
import type { ApiServer } from '../../orchestrator/apiserver/api-server';
import { isPartOf } from '../../orchestrator/apiserver/resource-registry';
import { sendJson } from '../content';
import { isWatch } from '../request-info';
import { listed, present, type HandlerContext } from './handler-context';
import { checkListOptions, checkVersion, pageOf } from './list-options';
import { selectionOf } from './selection';
import { tableOf, wantsTable } from './table';
import { streamWatch } from './watch-stream';

export function get(context: HandlerContext): void {
  const { api, path, response, request, info, kind, requester } = context;
  const { namespace, name = '', subresource } = path;
  if (!isPartOf(kind, subresource)) {
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

export function list(context: HandlerContext): void {
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

/** Aggregated resources (metrics) can only be listed; one of them is a list of one. */
function aggregatedGet({ api, path }: HandlerContext): KubeObject | undefined {
  if (path.group !== 'metrics.k8s.io') return undefined;
  const { namespace, name } = path;
  const selection = { ...(namespace ? { namespace } : {}), ...(name ? { name } : {}) };
  const [found] = api.list<KubeObject>(path.qualified, selection).items;
  if (found !== undefined) return found;
  throw notFoundError({ group: path.group, resource: path.plural }, name ?? '');
}

const tableOptions = (
  api: ApiServer,
  query: URLSearchParams,
): { nowMs: number; include: string } => ({
  nowMs: api.clock.wallMs,
  include: query.get('includeObject') ?? 'Metadata',
});
