import {
  builtInGroupVersions,
  openApiV3,
  openApiV3Index,
} from '../../../lib/orchestrator/api/schema/openapi';

type Json = Record<string, unknown>;
const at = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((below, key) => (below as Json | undefined)?.[key], value);

test('the index names a document for every group and version', () => {
  const paths = openApiV3Index().paths as Record<string, { serverRelativeURL: string }>;
  expect(Object.keys(paths)).toEqual(expect.arrayContaining(['api/v1', 'apis/apps/v1']));
  expect(Object.keys(paths)).toHaveLength(builtInGroupVersions().length);
  for (const [path, { serverRelativeURL }] of Object.entries(paths)) {
    expect(serverRelativeURL).toMatch(`/openapi/v3/${path}?hash=`);
    expect(openApiV3(path)).toBeDefined();
  }
});

test('what is not built in has no document', () => {
  expect(openApiV3('apis/example.com/v1')).toBeUndefined();
  expect(openApiV3('apis/v1')).toBeUndefined();
});

test('a path says its kind, its patches and that fields are validated', () => {
  const path = '/apis/apps/v1/namespaces/{namespace}/deployments/{name}';
  const patch = at(openApiV3('apis/apps/v1'), 'paths', path, 'patch');
  expect(at(patch, 'x-kubernetes-group-version-kind')).toEqual({
    group: 'apps',
    kind: 'Deployment',
    version: 'v1',
  });
  expect(at(patch, 'requestBody', 'content')).toHaveProperty([
    'application/strategic-merge-patch+json',
  ]);
  expect(at(patch, 'parameters')).toContainEqual(
    expect.objectContaining({ name: 'fieldValidation', in: 'query' }),
  );
});

test('every reference leads to a schema of the same document', () => {
  for (const groupVersion of builtInGroupVersions()) {
    const path = groupVersion.includes('/') ? `apis/${groupVersion}` : `api/${groupVersion}`;
    const document = openApiV3(path);
    const schemas = at(document, 'components', 'schemas') as Json;
    const text = JSON.stringify(document);
    expect(text).not.toContain('x-go-');
    for (const [, key] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      expect(schemas).toHaveProperty([key ?? '']);
    }
  }
});

test('a schema says its kind and how its lists merge', () => {
  const schemas = at(openApiV3('apis/apps/v1'), 'components', 'schemas') as Json;
  expect(at(schemas['io.k8s.api.apps.v1.Deployment'], 'x-kubernetes-group-version-kind')).toEqual([
    { group: 'apps', kind: 'Deployment', version: 'v1' },
  ]);
  expect(at(schemas['io.k8s.api.core.v1.PodSpec'], 'properties', 'containers')).toEqual({
    type: 'array',
    items: { allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.Container' }] },
    'x-kubernetes-list-map-keys': ['name'],
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-patch-merge-key': 'name',
    'x-kubernetes-patch-strategy': 'merge',
  });
});
