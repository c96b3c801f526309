/**
 * Requests in a row, with what a real API server (Kubernetes 1.36.3) answered to each: codes,
 * refusals, advice (`Warning:`) and, where no controller had a hand in it, whole objects.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cluster } from '../../lib/orchestrator/cluster/cluster';
import { serve, type RunningServer } from '../../lib/server/http-server';

interface Answer {
  readonly code: number;
  readonly warnings: readonly string[];
  readonly message?: unknown;
  readonly body?: unknown;
}
interface Conversation {
  readonly name: string;
  readonly requests: readonly {
    readonly method: string;
    readonly path: string;
    readonly type?: string;
    readonly body?: unknown;
    readonly answer: Answer;
  }[];
}

const conversations = readFileSync(join(__dirname, 'data/conversations.ndjson'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Conversation);

const VOLATILE = new Set([
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'deletionTimestamp',
  'managedFields',
  'selfLink',
  'clusterIP',
  'clusterIPs',
  'healthCheckNodePort',
  'lastTransitionTime',
  'lastPhaseTransitionTime',
  'lastProbeTime',
]);

/** As the recorder wrote bodies down: sorted, without what differs from run to run. */
function recorded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(recorded);
  if (typeof value === 'string') {
    return value
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/g, '<uid>')
      .replace(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-<s>')
      .replace(/^(web-)[a-z0-9]{5}$/, '$1<s>')
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>');
  }
  if (typeof value !== 'object' || value === null) return value;
  const { kind } = value as { kind?: unknown };
  const isObject = typeof kind === 'string' && kind !== 'Status' && kind !== 'Scale';
  const entries = Object.entries(value)
    .filter(([key]) => !VOLATILE.has(key) && !(isObject && key === 'status'))
    .map(([key, one]) => [key, key === 'nodePort' ? '<np>' : recorded(one)]);
  return Object.fromEntries(entries);
}

const warningsOf = (response: Response): string[] =>
  (response.headers.get('warning') ?? '')
    .split(/, (?=299 - )/)
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text.replace(/^299 - /, '')) as string);

let server: RunningServer;

beforeAll(async () => {
  const cluster = new Cluster({ runtime: 'kwok', withoutNodes: true, storageClass: false });
  cluster.advance(5000);
  // Time stands still: no controller changes an object between two requests.
  server = await serve(cluster, { port: 0, paused: true });
});
afterAll(() => server.close());

async function ask({ method, path, type, body }: Conversation['requests'][number]) {
  const response = await fetch(server.url + path, {
    method,
    headers: { 'content-type': type ?? 'application/json', accept: 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  let answer: unknown = text;
  try {
    answer = recorded(JSON.parse(text));
  } catch {
    // Some refusals are plain text.
  }
  return { code: response.status, warnings: warningsOf(response), body: answer };
}

it.each(conversations.map((one) => [one.name, one] as const))('%s', async (_, { requests }) => {
  for (const request of requests) {
    const { answer } = request;
    const { code, warnings, body } = await ask(request);
    const message = (body as { message?: unknown }).message ?? body;
    const given = { code, warnings, body, ...(code >= 400 ? { message } : {}) };
    expect(given).toMatchObject(answer.body === undefined ? answer : { ...answer, body: {} });
    if (answer.body !== undefined) expect(body).toEqual(answer.body);
  }
});
