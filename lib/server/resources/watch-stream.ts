/** A watch over HTTP: a line of JSON for each change until the client goes or the time is up. */
import type { ServerResponse } from 'node:http';
import type { KindDefinition } from '../../orchestrator/api/kind';
import type { KubeObject } from '../../orchestrator/api/object';
import type { ApiServer } from '../../orchestrator/apiserver/api-server';
import type { Selection } from '../../orchestrator/apiserver/requests';
import { apiVersionOf } from '../../orchestrator/apiserver/resource-registry';
import { tableOf } from './table';

const BOOKMARK_MS = 60_000;

export interface WatchRequest {
  readonly api: ApiServer;
  readonly kind: KindDefinition;
  readonly resource: string;
  readonly selection: Selection;
  readonly query: URLSearchParams;
  readonly asTable: boolean;
  readonly present: (object: KubeObject) => object;
}

export function streamWatch(request: WatchRequest, response: ServerResponse): void {
  const { api, query } = request;
  const given = query.get('resourceVersion');
  const fromStart = !given || given === '0';
  const revision = fromStart ? api.store.revision : Number(given);
  response.writeHead(200, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' });
  response.flushHeaders();
  const stream = new Stream(request, response);
  if (!fromStart && revision < api.store.compactedRevision) {
    stream.expired(revision);
    return;
  }
  const initial = fromStart || query.get('sendInitialEvents') === 'true';
  if (initial) stream.initial(query.get('sendInitialEvents') === 'true');
  stream.follow(initial ? api.store.revision : revision);
}

class Stream {
  private tables = 0;

  constructor(
    private readonly request: WatchRequest,
    private readonly response: ServerResponse,
  ) {}

  initial(announceEnd: boolean): void {
    const { api, resource, selection, query } = this.request;
    const { items, revision } = api.list<KubeObject>(resource, selection);
    for (const item of items) this.send('ADDED', item);
    if (announceEnd && query.get('allowWatchBookmarks') === 'true')
      this.bookmark(revision, { 'k8s.io/initial-events-end': 'true' });
  }

  follow(revision: number): void {
    const { api, resource, selection, query } = this.request;
    const watch = api.watch<KubeObject>(resource, selection, revision, (event) =>
      this.send(event.type, event.object),
    );
    const seconds = Number(query.get('timeoutSeconds') ?? 1800);
    const end = setTimeout(() => this.response.end(), seconds * 1000);
    const bookmarks =
      query.get('allowWatchBookmarks') === 'true'
        ? setInterval(() => this.bookmark(api.store.revision), BOOKMARK_MS)
        : undefined;
    this.response.on('close', () => {
      watch.stop();
      clearTimeout(end);
      clearInterval(bookmarks);
    });
  }

  expired(revision: number): void {
    const { compactedRevision } = this.request.api.store;
    const status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: `too old resource version: ${revision} (${compactedRevision})`,
      reason: 'Expired',
      code: 410,
    };
    this.response.end(`${JSON.stringify({ type: 'ERROR', object: status })}\n`);
  }

  private bookmark(revision: number, annotations?: Readonly<Record<string, string>>): void {
    const { kind } = this.request;
    const metadata = {
      resourceVersion: String(revision),
      creationTimestamp: null,
      ...(annotations ? { annotations } : {}),
    };
    this.write('BOOKMARK', { kind: kind.kind, apiVersion: apiVersionOf(kind), metadata });
  }

  private send(type: string, object: KubeObject): void {
    const { kind, query, asTable, present, api } = this.request;
    if (!asTable) {
      this.write(type, present(object));
      return;
    }
    const { resourceVersion } = object.metadata;
    const table = tableOf(
      kind,
      [object],
      { resourceVersion },
      {
        nowMs: api.clock.wallMs,
        include: query.get('includeObject') ?? 'Metadata',
        withoutColumns: this.tables++ > 0,
      },
    );
    this.write(type, table);
  }

  private write(type: string, object: object): void {
    if (!this.response.writableEnded) {
      this.response.write(`${JSON.stringify({ type, object })}\n`);
    }
  }
}
