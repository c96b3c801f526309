/** Paths that are no resources: version, health, discovery, OpenAPI. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  builtInGroupVersions,
  customOpenApiV3,
  openApiV3,
  openApiV3Index,
} from '../../orchestrator/api/schema/openapi';
import { openApiV2 } from '../../orchestrator/api/schema/openapi-v2';
import { sendJson } from '../content';
import type { RequestInfo } from '../request-info';
import type { Discovery } from './discovery';
import { sendHealth } from './health';
import { encodeOpenApiV2 } from './openapi-protobuf';

export const KUBERNETES_VERSION = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: 'v1.36.3',
  gitCommit: '',
  gitTreeState: '',
  buildDate: '',
  goVersion: '',
  compiler: '',
  platform: 'linux/amd64',
};

/** Answers if the path is one of these; says whether it did. */
export async function handleNonResource(
  request: IncomingMessage,
  response: ServerResponse,
  info: RequestInfo,
  discovery: Discovery,
): Promise<boolean> {
  const path = info.path.replace(/\/+$/, '') || '/';
  const accept = request.headers.accept ?? '';
  if (path === '/version') return done(sendVersion(response));
  if (sendHealth(response, path, info.query)) return true;
  if (path === '/openapi/v2') return done(sendOpenApiV2(response, accept));
  if (path === '/openapi/v3') return done(sendJson(response, 200, openApiIndex(discovery)));
  if (path.startsWith('/openapi/v3/'))
    return sendOpenApi(response, path.slice('/openapi/v3/'.length), discovery);
  if (path === '/api' || path === '/apis')
    return done(sendGroups(response, path, accept, discovery));
  return sendResourceList(response, path, discovery);
}

function sendVersion(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(KUBERNETES_VERSION, null, 2));
}

const done = (_sent: void): boolean => true;

function openApiIndex({ custom }: Discovery): object {
  const own = custom().map(({ group, version }) => `${group}/${version}`);
  return openApiV3Index([...new Set([...builtInGroupVersions(), ...own])]);
}

function sendOpenApi(response: ServerResponse, path: string, { custom }: Discovery): boolean {
  const document = openApiV3(path) ?? customOpenApiV3(path, custom());
  if (document === undefined) return false;
  sendJson(response, 200, document);
  return true;
}

let encodedV2: Buffer | undefined;

/** kubectl asks for protobuf, people for JSON. */
function sendOpenApiV2(response: ServerResponse, accept: string): void {
  if (!accept.includes('protobuf')) return sendJson(response, 200, openApiV2());
  const type = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
  encodedV2 ??= encodeOpenApiV2(openApiV2());
  response.writeHead(200, { 'content-type': type });
  response.end(encodedV2);
}

function sendGroups(
  response: ServerResponse,
  path: string,
  accept: string,
  discovery: Discovery,
): void {
  if (accept.includes('as=APIGroupDiscoveryList')) {
    const type = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    response.writeHead(200, { 'content-type': type });
    response.end(JSON.stringify(discovery.aggregated(path === '/api')));
    return;
  }
  sendJson(response, 200, path === '/api' ? discovery.apiVersions() : discovery.groupList());
}

/** `/api/v1`, `/apis/apps`, `/apis/apps/v1`. */
function sendResourceList(response: ServerResponse, path: string, discovery: Discovery): boolean {
  const parts = path.split('/').filter(Boolean);
  const list =
    parts[0] === 'api' && parts.length === 2
      ? discovery.resourceList(parts[1]!)
      : parts[0] === 'apis' && parts.length === 3
        ? discovery.resourceList(`${parts[1]}/${parts[2]}`)
        : parts[0] === 'apis' && parts.length === 2
          ? discovery.groupNamed(parts[1]!)
          : undefined;
  if (list === undefined) return false;
  sendJson(response, 200, list);
  return true;
}
