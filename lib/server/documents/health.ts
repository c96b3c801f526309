/**
 * `/healthz`, `/livez` and `/readyz`: whether the API server is well, as a whole and check by check
 * (`?verbose`, `?exclude=`, `/readyz/etcd`). All of it always is, for all of it is one process.
 */
import type { ServerResponse } from 'node:http';
import { sendText } from '../content';

/** The names of a real server's checks: what starts with it, in the order in which that starts. */
const STARTED = [
  'start-apiserver-admission-initializer',
  'generic-apiserver-start-informers',
  'priority-and-fairness-config-consumer',
  'priority-and-fairness-filter',
  'storage-object-count-tracker-hook',
  'start-apiextensions-informers',
  'start-apiextensions-controllers',
  'crd-informer-synced',
  'start-system-namespaces-controller',
  'peer-endpoint-reconciler-controller',
  'start-cluster-authentication-info-controller',
  'start-kube-apiserver-identity-lease-controller',
  'start-kube-apiserver-identity-lease-garbage-collector',
  'storage-readiness',
  'start-legacy-token-tracking-controller',
  'start-service-ip-repair-controllers',
  'rbac/bootstrap-roles',
  'scheduling/bootstrap-system-priority-classes',
  'priority-and-fairness-config-producer',
  'bootstrap-controller',
  'start-kubernetes-service-cidr-controller',
  'start-kube-aggregator-informers',
  'apiservice-status-local-available-controller',
  'apiservice-status-remote-available-controller',
  'apiservice-registration-controller',
  'apiservice-discovery-controller',
  'kube-apiserver-autoregistration',
].map((name) => `poststarthook/${name}`);
const OPEN_API = ['apiservice-openapi-controller', 'apiservice-openapiv3-controller'].map(
  (name) => `poststarthook/${name}`,
);
const LIVE = [
  'ping',
  'log',
  'loopback-serving-certificate',
  'etcd',
  ...STARTED,
  'autoregister-completion',
  ...OPEN_API,
];
const CHECKS: Readonly<Record<string, readonly string[] | undefined>> = {
  healthz: LIVE,
  livez: LIVE,
  readyz: [
    'ping',
    'log',
    'etcd',
    'etcd-readiness',
    'informer-sync',
    ...STARTED,
    'autoregister-completion',
    ...OPEN_API,
    'shutdown',
  ],
};

/** Answers if the path is one of these; says whether it did. */
export function sendHealth(
  response: ServerResponse,
  path: string,
  query: URLSearchParams,
): boolean {
  const [, kind = '', check] = /^\/([a-z]+)(?:\/(.+))?$/.exec(path) ?? [];
  const checks = CHECKS[kind];
  if (checks === undefined) return false;
  if (check !== undefined) {
    if (!checks.includes(check)) return false;
    sendText(response, 200, 'ok');
    return true;
  }
  const isVerbose = query.has('verbose');
  sendText(response, 200, isVerbose ? report(kind, checks, query.getAll('exclude')) : 'ok');
  return true;
}

function report(kind: string, checks: readonly string[], given: readonly string[]): string {
  const excluded = new Set(given.flatMap((names) => names.split(',')));
  const lines = checks.map((name) => `[+]${name}${excluded.delete(name) ? ' excluded:' : ''} ok`);
  if (excluded.size > 0) {
    const names = [...excluded].map((name) => JSON.stringify(name)).join(',');
    lines.push(`warn: some health checks cannot be excluded: no matches for ${names}`);
  }
  return [...lines, `${kind} check passed`, ''].join('\n');
}
