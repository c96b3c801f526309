/**
 * The HTTP face of a cluster, for kubectl and anything else that speaks to Kubernetes. The only
 * place with sockets. Plain HTTP on loopback; who asks is an administrator unless it says
 * otherwise (Impersonate-User).
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiStatusError, failure } from '../orchestrator/api/status-error';
import type { UserInfo } from '../orchestrator/apiserver/authorization/attributes';
import { RbacAuthorizer } from '../orchestrator/apiserver/authorization/rbac-authorizer';
import { resourceNameOf } from '../orchestrator/apiserver/resource-registry';
import type { Requester } from '../orchestrator/apiserver/requests';
import type { Cluster } from '../orchestrator/cluster/cluster';
import { createDefaultRoles } from '../orchestrator/cluster/default-roles';
import { createOwnObjects } from '../orchestrator/cluster/own-objects';
import { requireVerb } from './access/allowed-requests';
import { userOf } from './access/authentication';
import { requireAllowed } from './access/authorization';
import { AnswerTimes } from './answer-times';
import { sendStatus } from './content';
import { Discovery } from './documents/discovery';
import { handleNonResource } from './documents/non-resource';
import { Pace, type PaceOptions } from './pace';
import { requestInfo, type RequestInfo } from './request-info';
import { handleResource } from './resources/resource-handler';
import { handleSpecial } from './special-resources';

export interface ServeOptions extends PaceOptions {
  /** 0 takes a free port. @default 8001 */
  readonly port?: number;
  /** @default '127.0.0.1' */
  readonly host?: string;
}

export interface RunningServer {
  readonly url: string;
  readonly pace: Pace;
  close(): Promise<void>;
}

export function serve(cluster: Cluster, options: ServeOptions = {}): Promise<RunningServer> {
  createDefaultRoles(cluster.api);
  createOwnObjects(cluster.api);
  const pace = new Pace(cluster.clock, options);
  const face: Face = {
    cluster,
    pace,
    discovery: new Discovery(servesMetrics(cluster), () => cluster.api.registry.custom()),
    times: new AnswerTimes(),
  };
  const server = createServer((request, response) => {
    void answer(face, request, response);
  });
  const host = options.host ?? '127.0.0.1';
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 8001, host, () => {
      pace.start();
      const { port } = server.address() as AddressInfo;
      resolve({ url: `http://${host}:${port}`, pace, close: () => close(server, pace) });
    });
  });
}

/** What all requests share. */
interface Face {
  readonly cluster: Cluster;
  readonly pace: Pace;
  readonly discovery: Discovery;
  readonly times: AnswerTimes;
}

const servesMetrics = ({ api }: Cluster): boolean =>
  api.registry.served('pods.metrics.k8s.io', 'metrics.k8s.io', 'v1beta1') !== undefined;

function close(server: Server, pace: Pace): Promise<void> {
  pace.stop();
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

async function answer(
  face: Face,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pace, times } = face;
  try {
    await pace.pass(times.of(request));
    pace.catchUp();
    const info = requestInfo(request);
    await route(face, request, response, info);
  } catch (error) {
    const refusal =
      error instanceof ApiStatusError
        ? error
        : failure(500, 'InternalError', `Internal error occurred: ${(error as Error).stack ?? ''}`);
    if (!response.headersSent) sendStatus(response, refusal.status);
    else response.end();
  } finally {
    pace.rearm();
  }
}

async function route(
  { cluster, discovery }: Face,
  request: IncomingMessage,
  response: ServerResponse,
  info: RequestInfo,
): Promise<void> {
  const user = userOf(request);
  const { resource: path } = info;
  requireAllowed(new RbacAuthorizer(cluster.api.store), user, info);
  if (await handleNonResource(request, response, info, discovery)) return;
  if (path === undefined) return notServed(cluster, response, info);
  const requester = requesterOf(user, request);
  if (await handleSpecial({ cluster, request, response, info, path, user, requester })) return;
  const kind = cluster.api.registry.served(path.qualified, path.group, path.version);
  if (kind === undefined) {
    requireVerb(path, info);
    return notServed(cluster, response, info);
  }
  const stored = { ...path, qualified: resourceNameOf(kind) };
  const context = { api: cluster.api, request, response, info, path: stored, kind, requester };
  await handleResource(context);
}

/** A group that the server has itself is answered for in JSON, anything else by a plain page. */
function notServed({ api }: Cluster, response: ServerResponse, { path }: RequestInfo): void {
  const [root = '', group = ''] = path.split('/').filter(Boolean);
  const known = root === 'api' ? group !== '' : root === 'apis' && api.registry.hasGroup(group);
  if (!known) return pageNotFound(response);
  throw failure(404, 'NotFound', 'the server could not find the requested resource', {});
}

function pageNotFound(response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' });
  response.end('404 page not found\n');
}

function requesterOf(user: UserInfo, { headers }: IncomingMessage): Requester {
  const manager = (headers['user-agent'] ?? 'unknown').split('/')[0]!;
  const { name, ...others } = user;
  return { ...others, user: name, manager, trusted: false };
}
