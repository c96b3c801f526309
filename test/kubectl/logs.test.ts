import { onCluster, type OnCluster } from './on-cluster';

const MANIFEST = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "web:v1"}, {name: side, image: "talk:v1"}]
---
apiVersion: v1
kind: Pod
metadata: {name: talker}
spec:
  initContainers: [{name: setup, image: "setup:v1"}]
  containers: [{name: main, image: "talk:v1"}]
---
apiVersion: v1
kind: Pod
metadata: {name: crasher}
spec:
  containers: [{name: main, image: "crash:v1"}]
---
apiVersion: v1
kind: Pod
metadata: {name: nowhere}
spec:
  nodeSelector: {there-is: none}
  containers: [{name: main, image: "talk:v1"}]
`;

const images = {
  'talk:*': { logs: ['one', 'two', 'three'] },
  'web:*': { logs: ['listening'] },
  'setup:*': { logs: ['prepared'], exitAfter: '1s', exitCode: 0 },
  'crash:*': { logs: ['boom'], exitAfter: '1s', exitCode: 3 },
} as const;

let on: OnCluster;

beforeAll(() => {
  on = onCluster({ images });
  on.printed('apply -f -', MANIFEST);
  on.cluster.advance(30_000);
});

test("prints a pod's first container and says which others there are", () => {
  expect(on.kubectl('logs talker')).toEqual({
    stdout: 'one\ntwo\nthree\n',
    stderr: 'Defaulted container "main" out of: main, setup (init)\n',
    exitCode: 0,
  });
  expect(on.printed('logs talker -c setup')).toBe('prepared\n');
  expect(on.printed('logs talker setup')).toBe('prepared\n');
});

test('prints all containers, with their names if asked', () => {
  expect(on.printed('logs talker --all-containers --prefix --tail=1')).toBe(
    '[pod/talker/setup] prepared\n[pod/talker/main] three\n',
  );
});

test('takes one pod of a workload, or all of them', () => {
  const one = on.kubectl('logs deployment/web -c side --tail=2');
  expect(one.stdout).toBe('two\nthree\n');
  expect(one.stderr).toMatch(/^Found 2 pods, using pod\/web-\w+-\w+\n$/);
  expect(on.printed('logs deploy/web --all-pods')).toMatch(
    /^(\[pod\/web-\w+-\w+\/web\] listening\n){2}$/,
  );
});

test('takes the pods of a selector', () => {
  expect(on.printed('logs -l app=web -c web')).toBe('listening\nlistening\n');
  expect(on.kubectl('logs -l app=other').stderr).toBe('No resources found in default namespace.\n');
});

test('prints the container that ended, and the one before it', () => {
  const first = onCluster({ images });
  first.printed('apply -f -', MANIFEST);
  const status = '{.status.containerStatuses[0].restartCount}';
  const restarts = (): string => first.printed(`get pod crasher -o jsonpath=${status}`);
  first.cluster.runUntil(() => restarts() === '0', 5000);
  expect(first.kubectl('logs crasher -p').stderr).toBe(
    'Error from server (BadRequest): previous terminated container "main" in pod "crasher" ' +
      'not found\n',
  );
  first.cluster.runUntil(() => restarts() === '2', 60_000);
  const [now, before] = ['', '-p'].map((flag) =>
    first.printed(`logs crasher --timestamps ${flag}`),
  );
  expect(now).toMatch(/^\S+T00:\d\d:\d\d\.\d{9}Z boom\n$/);
  expect(before).toMatch(/Z boom\n$/);
  expect(before! < now!).toBe(true);
});

test('leaves out what is older than asked for', () => {
  expect(on.printed('logs talker -c main --since=1s')).toBe('');
  expect(on.printed('logs talker -c main --since=1h --limit-bytes=5')).toBe('one\nt');
});

test('has nothing of a pod without a node', () => {
  expect(on.kubectl('logs nowhere')).toEqual({ stdout: '', stderr: '', exitCode: 0 });
});

test.each([
  ['talker -c other', 'container other is not valid for pod talker out of: main, setup (init)'],
  ['nobody', 'error from server (NotFound): pods "nobody" not found in namespace "default"'],
  ['node/a-1', 'cannot get the logs from *v1.Node: selector for *v1.Node not implemented'],
  ['talker --tail=-2', '--tail must be greater than or equal to -1'],
  [
    'talker -c main --all-containers',
    '--all-containers=true should not be specified with container name main',
  ],
  [
    '-l app=web talker',
    "only a selector (-l) or a POD name is allowed\nSee 'kubectl logs -h' for help and examples",
  ],
])('refuses %s', (words, why) => {
  expect(on.kubectl(`logs ${words}`)).toEqual({
    stdout: '',
    stderr: `error: ${why}\n`,
    exitCode: 1,
  });
});
