/** What a URL asks for, by the regular grammar of the Kubernetes API. */
import type { IncomingMessage } from 'node:http';

export interface RequestInfo {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Undefined for paths that are no resources (`/version`). */
  readonly resource: ResourcePath | undefined;
}

export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  readonly namespace: string | undefined;
  /** `pods` */
  readonly plural: string;
  readonly name: string | undefined;
  readonly subresource: string;
  /** `pods`, `deployments.apps`: as the in-process API names it. */
  readonly qualified: string;
}

export function requestInfo(request: IncomingMessage): RequestInfo {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const path = url.pathname;
  return {
    method: request.method ?? 'GET',
    path,
    query: url.searchParams,
    resource: parseResourcePath(path),
  };
}

/** `/api/v1/…` or `/apis/GROUP/VERSION/…`, with or without a namespace. */
export function parseResourcePath(path: string): ResourcePath | undefined {
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent);
  const core = parts[0] === 'api';
  if (!core && parts[0] !== 'apis') return undefined;
  const head = core ? 2 : 3;
  if (parts.length <= head) return undefined;
  const group = core ? '' : parts[1]!;
  const version = parts[head - 1]!;
  let rest = parts.slice(head);
  let namespace: string | undefined;
  if (rest[0] === 'namespaces' && rest.length > 2 && !NAMESPACE_SUBRESOURCES.has(rest[2]!)) {
    namespace = rest[1];
    rest = rest.slice(2);
  }
  const [plural = '', name, ...sub] = rest;
  return {
    group,
    version,
    namespace,
    plural,
    name,
    subresource: sub.join('/'),
    qualified: group ? `${plural}.${group}` : plural,
  };
}

const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);

export const isWatch = (query: URLSearchParams): boolean =>
  query.get('watch') === 'true' || query.get('watch') === '1';
