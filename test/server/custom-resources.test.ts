/**
 * Custom resources over HTTP: how definitions come to be served, and requests in a row with what a
 * real API server (Kubernetes 1.36.3) answered.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cluster } from '../../lib/orchestrator/cluster/cluster';
import { serve, type RunningServer } from '../../lib/server/http-server';

interface Recorded {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly type?: string;
  readonly body?: unknown;
  readonly answer: {
    readonly code: number;
    readonly warnings?: readonly string[];
    readonly message?: unknown;
    readonly content?: unknown;
  };
}

const text = (name: string): string => readFileSync(join(__dirname, 'data', name), 'utf8');
const definitions = JSON.parse(text('definitions.json')) as { metadata: { name: string } }[];
const recorded = text('custom-resources.ndjson')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Recorded);

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const WIDGETS = '/apis/shop.io/v1/namespaces/default/widgets';

let cluster: Cluster;
let server: RunningServer;

/** A cluster with two definitions, a moment after they were created. */
beforeEach(async () => {
  cluster = new Cluster({ runtime: 'kwok', withoutNodes: true, storageClass: false });
  cluster.advance(5000);
  server = await serve(cluster, { port: 0, paused: true });
  for (const definition of definitions) await ask('POST', DEFINITIONS, definition);
  cluster.advance(1000);
});
afterEach(() => server.close());

interface Given {
  readonly code: number;
  readonly warnings: readonly string[];
  readonly body: Readonly<Record<string, unknown>>;
}

async function ask(
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Given> {
  const response = await fetch(server.url + path, {
    method,
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const answer = await response.text();
  const warnings = (response.headers.get('warning') ?? '')
    .split(/, (?=299 - )/)
    .filter((one) => one !== '')
    .map((one) => JSON.parse(one.replace(/^299 - /, '')) as string);
  const isJson = answer.startsWith('{');
  const parsed = isJson ? JSON.parse(answer) : { message: answer };
  return { code: response.status, warnings, body: parsed as Given['body'] };
}

const widget = (name: string, size: number): object => ({
  apiVersion: 'shop.io/v1',
  kind: 'Widget',
  metadata: { name },
  spec: { size },
});

it('answers as recorded', async () => {
  for (const { name, method, path, type, body, answer } of recorded) {
    const given = await ask(method, path, body, type === undefined ? {} : { 'content-type': type });
    const { spec, status, metadata, message } = given.body as Record<string, unknown>;
    const { generation } = (metadata ?? {}) as { generation?: number };
    const shown = {
      name,
      code: given.code,
      ...(answer.warnings === undefined ? {} : { warnings: given.warnings }),
      ...(answer.message === undefined ? {} : { message }),
      ...(answer.content === undefined ? {} : { content: { spec, status, generation } }),
    };
    const withoutTimes = JSON.parse(
      JSON.stringify(shown).replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '<time>'),
    ) as unknown;
    expect(withoutTimes).toEqual({ name, ...answer });
  }
  expect(recorded.length).toBeGreaterThan(80);
});

it('serves a definition once its names are accepted', async () => {
  const { body } = await ask('GET', `${DEFINITIONS}/widgets.shop.io`);
  const { status } = body as unknown as {
    status: { acceptedNames: object; conditions: { type: string; status: string }[] };
  };
  expect(status.acceptedNames).toEqual({
    plural: 'widgets',
    singular: 'widget',
    shortNames: ['wd'],
    kind: 'Widget',
    listKind: 'WidgetList',
    categories: ['all'],
  });
  expect(status.conditions.map((one) => `${one.type}=${one.status}`)).toEqual([
    'NamesAccepted=True',
    'Established=True',
  ]);
});

it('lists groups, versions and resources in discovery, stable versions first', async () => {
  const group = await ask('GET', '/apis/shop.io');
  expect(group.body).toMatchObject({ preferredVersion: { version: 'v1' } });
  const resources = await ask('GET', '/apis/shop.io/v1');
  const names = (resources.body['resources'] as { name: string }[]).map(({ name }) => name);
  expect(names).toEqual(['widgets', 'widgets/status', 'widgets/scale', 'things']);
  expect((await ask('GET', '/apis/shop.io/v2')).code).toBe(404);
});

it('describes what is defined in OpenAPI, for explain and apply', async () => {
  const index = await ask('GET', '/openapi/v3');
  expect(Object.keys(index.body['paths'] as object)).toContain('apis/shop.io/v1');
  const { body } = await ask('GET', '/openapi/v3/apis/shop.io/v1');
  expect(body).toMatchObject({
    paths: { '/apis/shop.io/v1/namespaces/{namespace}/widgets/{name}': { patch: {} } },
    components: {
      schemas: {
        'io.shop.v1.Widget': {
          properties: { spec: { properties: { size: { type: 'integer', maximum: 10 } } } },
          'x-kubernetes-group-version-kind': [{ group: 'shop.io', version: 'v1', kind: 'Widget' }],
        },
      },
    },
  });
});

it('shows an object in every version, with advice where one is deprecated', async () => {
  await ask('POST', WIDGETS, widget('a', 3));
  const { body, warnings } = await ask('GET', WIDGETS.replace('v1', 'v1beta1') + '/a');
  expect(body).toMatchObject({ apiVersion: 'shop.io/v1beta1', spec: { size: 3 } });
  expect(warnings).toEqual(['shop.io/v1beta1 Widget is deprecated; use shop.io/v1 Widget']);
});

it('prints the columns of the definition', async () => {
  await ask('POST', WIDGETS, widget('a', 3));
  const conditions = [{ type: 'Ready', status: 'True' }];
  await ask(
    'PATCH',
    `${WIDGETS}/a/status`,
    { status: { conditions } },
    {
      'content-type': 'application/merge-patch+json',
    },
  );
  const { body } = await ask('GET', WIDGETS, undefined, {
    accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
  });
  const { columnDefinitions, rows } = body as unknown as {
    columnDefinitions: { name: string }[];
    rows: { cells: unknown[] }[];
  };
  expect(columnDefinitions.map(({ name }) => name)).toEqual([
    'Name',
    'Size',
    'Ready',
    'Img',
    'Age',
  ]);
  expect(rows.map(({ cells }) => cells)).toEqual([['a', 3, 'True', 'img:v1', '0s']]);
});

it('streams changes to those who watch', async () => {
  const watching = fetch(`${server.url}${WIDGETS}?watch=1&timeoutSeconds=1`).then((r) => r.text());
  await ask('POST', WIDGETS, widget('seen', 3));
  const lines = (await watching).trim().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual(['ADDED']);
});

it('does not accept names that another definition of the group has', async () => {
  const other = definitions[1] as unknown as { spec: object };
  const spec = { ...other.spec, names: { kind: 'Widget', plural: 'gadgets', shortNames: ['wd'] } };
  await ask('POST', DEFINITIONS, { ...other, metadata: { name: 'gadgets.shop.io' }, spec });
  cluster.advance(1000);
  const { body } = await ask('GET', `${DEFINITIONS}/gadgets.shop.io`);
  const { conditions } = body['status'] as { conditions: { reason: string; message: string }[] };
  expect(conditions.map(({ reason, message }) => `${reason}: ${message}`)).toEqual([
    'ListKindConflict: "WidgetList" is already in use',
    'NotAccepted: not all names are accepted',
  ]);
  expect((await ask('GET', '/apis/shop.io/v1/gadgets')).body['message']).toBe(
    '404 page not found\n',
  );
});

it('deletes all objects of a definition before the definition itself', async () => {
  await ask('POST', WIDGETS, widget('a', 3));
  const { body } = await ask('DELETE', `${DEFINITIONS}/widgets.shop.io`);
  expect(body).toMatchObject({
    metadata: { finalizers: ['customresourcecleanup.apiextensions.k8s.io'] },
  });
  const refused = await ask('POST', WIDGETS, widget('late', 3));
  expect(refused.body['message']).toBe(
    'widgets.shop.io "late" is forbidden: ' +
      'create not allowed while custom resource definition is terminating',
  );
  cluster.advance(10_000);
  expect((await ask('GET', `${DEFINITIONS}/widgets.shop.io`)).code).toBe(404);
  expect((await ask('GET', WIDGETS)).code).toBe(404);
});

it('deletes what custom resources own, and those of a namespace with it', async () => {
  await ask('POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'shop' },
  });
  const widgets = WIDGETS.replace('default', 'shop');
  const { body } = await ask('POST', widgets, widget('owner', 3));
  const { uid } = body['metadata'] as { uid: string };
  const ownerReferences = [{ apiVersion: 'shop.io/v1', kind: 'Widget', name: 'owner', uid }];
  const metadata = { name: 'owned', ownerReferences };
  const maps = '/api/v1/namespaces/shop/configmaps';
  await ask('POST', maps, { apiVersion: 'v1', kind: 'ConfigMap', metadata });
  cluster.advance(1000);
  expect((await ask('GET', `${maps}/owned`)).code).toBe(200);
  await ask('DELETE', `${widgets}/owner`);
  cluster.advance(5000);
  expect((await ask('GET', `${maps}/owned`)).code).toBe(404);
  await ask('POST', widgets, widget('rest', 3));
  await ask('DELETE', '/api/v1/namespaces/shop');
  cluster.advance(20_000);
  expect((await ask('GET', `${widgets}/rest`)).code).toBe(404);
  expect((await ask('GET', '/api/v1/namespaces/shop')).code).toBe(404);
});
