import { onCluster, type OnCluster } from './on-cluster';

let on: OnCluster;

beforeAll(() => {
  on = onCluster();
  on.printed('run b --image=b:v1 --labels=rank=1');
  on.printed('run a --image=a:v1 --labels=rank=2,app=a');
  on.cluster.advance(10_000);
});

describe('kubectl get --sort-by', () => {
  test('puts objects without the field first', () => {
    expect(on.printed('get pods --sort-by=.metadata.labels.rank -o name')).toBe('pod/b\npod/a\n');
    expect(on.printed('get pods --sort-by=metadata.labels.app -o name')).toBe('pod/b\npod/a\n');
  });

  test('refuses a field that no object has', () => {
    expect(on.kubectl('get pods --sort-by=.nope -o name').stderr).toBe(
      `error: couldn't find any field with path "{.nope}" in the list of objects\n`,
    );
    expect(on.kubectl('get pods --sort-by=.nope')).toEqual({
      stdout: '',
      stderr: 'No resources found in default namespace.\n',
      exitCode: 0,
    });
  });
});

test('an index that is not there is an error, a field that is not there is none', () => {
  expect(on.kubectl("get pods -l app=none -o jsonpath='{.items[0].metadata.name}'")).toMatchObject({
    stdout: '',
    stderr: expect.stringContaining('array index out of bounds: index 0, length 0') as string,
    exitCode: 1,
  });
  expect(on.printed("get pod a -o jsonpath='{.spec.nothing}'")).toBe('');
});

test('YAML has its lists as far left as Go writes them', () => {
  expect(on.printed('get pod a -o yaml')).toContain('\nspec:\n  containers:\n  - image: a:v1\n');
});

test('the last column of a table may be empty', () => {
  expect(on.printed('get pods -L app --no-headers')).toMatch(/10s {3}a\nb .* {3}10s {3}\n$/);
});

test('asks for a resource', () => {
  expect(on.kubectl('get').stderr).toMatch(/^You must specify the type of resource to get\./);
});

describe('kubectl get of a kind that is to go', () => {
  test('passes on the advice of the server, once', () => {
    on.printed('create service clusterip web --tcp=80');
    on.printed('create service clusterip api --tcp=80');
    on.cluster.advance(1000);
    expect(on.kubectl('get endpoints web api -o name')).toEqual({
      stdout: 'endpoints/web\nendpoints/api\n',
      stderr:
        'Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\n',
      exitCode: 0,
    });
    expect(on.kubectl('get services -o name').stderr).toBe('');
  });
});
