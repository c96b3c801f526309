import { onCluster, type OnCluster } from './on-cluster';

let on: OnCluster;

beforeAll(() => {
  on = onCluster();
  on.printed('create deployment web --image=web:v1');
  on.printed(
    `run stuck --image=web:v1 --overrides='{"spec":{"nodeSelector":{"there":"is-none"}}}'`,
  );
  on.cluster.advance(30_000);
});

describe('kubectl events', () => {
  test('tells of one object, the latest last', () => {
    const lines = on.printed('events --for deploy/web').split('\n');
    expect(lines[0]).toBe('LAST SEEN   TYPE     REASON              OBJECT           MESSAGE');
    expect(lines[1]).toMatch(
      /^30s {9}Normal {3}ScalingReplicaSet {3}Deployment\/web {3}Scaled up replica set web-\w+ from 0 to 1$/,
    );
    const pod = on.printed('get pods -l app=web -o name').trim();
    const reasons = on.printed(`events --no-headers --for ${pod}`).trim().split('\n');
    expect(reasons.map((line) => line.split(/ {2,}/)[2])).toEqual(
      expect.arrayContaining(['Scheduled', 'Pulled', 'Created', 'Started']),
    );
    expect(reasons.at(-1)).toContain('Started');
  });

  test('selects by type, and looks everywhere', () => {
    expect(on.printed('events --types=Warning --no-headers')).toMatch(
      /^(\d+s {3}Warning {3}FailedScheduling {3}Pod\/stuck {3}0\/3 nodes are available: .*\n)+$/,
    );
    expect(on.printed('events -A')).toMatch(/^NAMESPACE {3}LAST SEEN/);
  });

  test.each([
    ['--for nothing', 'error: --for must be in resource/name form'],
    ['--for foo/bar', `the server doesn't have a resource type "foo"`],
    ['--types=Foo', 'error: valid --types are Normal or Warning'],
    ['-n kube-public', 'No events found in kube-public namespace.'],
  ])('with %s says why there is nothing', (flags, why) => {
    expect(on.kubectl(`events ${flags}`).stderr).toBe(`${why}\n`);
  });
});
