/** What kubectl says where a command is refused, or finds nothing to do. */
import { onCluster, type OnCluster } from './on-cluster';

const BAD = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: bad}
spec:
  foo: 1
  selector: {matchLabels: {a: b}}
  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}
`;
const QUOTED = `
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data: {a: b}
`;

let on: OnCluster;
beforeAll(() => {
  on = onCluster();
  on.printed('create deployment web --image=web:v1');
  on.printed('run shell --image=sh');
  on.cluster.advance(20_000);
});

const why = (line: string, stdin = ''): string => on.kubectl(line, stdin).stderr;

describe('apply and create name the file and what they were about', () => {
  test('an object that is not read', () => {
    const reason =
      'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: ' +
      'unknown field "spec.foo"\n';
    const about = 'Error from server (BadRequest): error when creating "STDIN": ';
    expect(why('apply -f -', BAD)).toBe(about + reason);
    expect(why('create -f -', BAD)).toBe(about + reason);
    expect(on.kubectl('create -f bad.yaml', '', { 'bad.yaml': BAD }).stderr).toContain(
      'error when creating "bad.yaml": ',
    );
  });

  test('a change that is refused', () => {
    on.printed('apply -f -', `${QUOTED}immutable: true\n`);
    expect(why('apply -f -', `${QUOTED.replace('a: b}', 'a: c}')}immutable: true\n`)).toMatch(
      /^The ConfigMap "a" is invalid: data: Forbidden: field is immutable when `immutable` is set/,
    );
  });

  test('a namespace and a kind that are not there', () => {
    expect(why('apply -n nowhere -f -', QUOTED)).toBe(
      'Error from server (NotFound): error when creating "STDIN": namespaces "nowhere" not found\n',
    );
    expect(why('apply -f -', 'apiVersion: foo/v1\nkind: Bar\nmetadata: {name: x}')).toMatch(
      /^error: resource mapping not found for name: "x" namespace: "" from "STDIN": no matches/,
    );
  });
});

test('replace puts an object in the place of another', () => {
  const other = onCluster();
  expect(other.kubectl('replace -f -', QUOTED).stderr).toBe(
    'Error from server (NotFound): error when replacing "STDIN": configmaps "a" not found\n',
  );
  other.printed('create -f -', QUOTED);
  expect(other.printed('replace -f -', QUOTED.replace('{a: b}', '{c: d}'))).toBe(
    'configmap/a replaced\n',
  );
  expect(other.printed('get cm a -o jsonpath={.data}')).toBe('{"c":"d"}');
});

test('apply prints what is asked for', () => {
  expect(on.printed('apply -f - -o name', QUOTED.replace('name: a', 'name: z'))).toBe(
    'configmap/z\n',
  );
  expect(on.printed('apply -f - -o jsonpath={.data.a}', QUOTED.replace('name: a', 'name: z'))).toBe(
    'b',
  );
});

describe('nodes', () => {
  test('cordon and drain without a node do nothing', () => {
    for (const verb of ['cordon', 'uncordon', 'drain']) {
      expect(why(verb)).toBe(
        `error: USAGE: ${verb} NODE [flags]\nSee 'kubectl ${verb} -h' for help and examples\n`,
      );
    }
    expect(on.printed('get nodes -o jsonpath={.items[*].spec.unschedulable}')).toBe('');
  });

  test('a taint that takes the place of another modifies the node', () => {
    on.printed('taint nodes a-1 k=v:NoSchedule');
    expect(on.printed('taint nodes a-1 k=w:NoSchedule --overwrite')).toBe('node/a-1 modified\n');
    expect(on.printed('taint nodes a-1 k-')).toBe('node/a-1 untainted\n');
  });
});

test('label says what it has not done, and lists', () => {
  expect(on.printed('label pod shell zz-')).toBe('label "zz" not found.\npod/shell not labeled\n');
  expect(on.printed('label pod shell run=shell')).toBe('pod/shell not labeled\n');
  expect(on.printed('label pod shell --list')).toContain('run=shell\n');
  expect(on.printed('label pod shell a=b -o name')).toBe('pod/shell\n');
  expect(on.printed('annotate pod shell zz-')).toBe('pod/shell annotated\n');
});

test('rollout undo of a paused deployment looks for the revision first', () => {
  expect(why('rollout undo deployment/web')).toBe(
    'error: no rollout history found for deployment "web"\n',
  );
  on.printed('set image deployment/web web=web:v2');
  on.printed('rollout status deployment/web');
  on.printed('rollout pause deployment/web');
  expect(why('rollout undo deployment/web --to-revision=9')).toBe(
    'error: unable to find specified revision 9 in history\n',
  );
  expect(why('rollout undo deployment/web')).toMatch(/^error: you cannot rollback a paused/);
  on.printed('rollout resume deployment/web');
});

test('top sorts, and tells containers apart', () => {
  on.cluster.advance(60_000);
  expect(on.printed('top pods --containers')).toMatch(
    /^POD +NAME +CPU\(cores\) +MEMORY\(bytes\) +\n/,
  );
  expect(why('top pods --sort-by=age')).toBe('error: --sort-by accepts only cpu or memory\n');
  expect(why('top node nowhere')).toBe(
    'Error from server (NotFound): nodes.metrics.k8s.io "nowhere" not found\n',
  );
});

test.each([
  ['scale deploy web', 'required flag(s) "replicas" not set'],
  ['autoscale deploy web', 'required flag(s) "max" not set'],
  [
    'autoscale deploy web --min=5 --max=4',
    '--max=MAXPODS must be larger or equal to --min=MINPODS, max: 4, min: 5',
  ],
  ['set image deploy/web', 'at least one image update is required'],
  ['set foo', `unknown command "foo"\nSee 'kubectl set -h' for help and examples`],
  ['rollout undo', 'required resource not specified'],
  ['rollout undo pod/shell', 'no rollbacker has been implemented for "Pod"'],
  ['rollout restart pod/shell', 'pods "shell" restarting is not supported'],
  ['get pods/a/b', 'arguments in resource/name form may not have more than one slash'],
  ['get pods --watchh', "unknown flag: --watchh\nSee 'kubectl get --help' for usage."],
  ['get pods -x', "unknown shorthand flag: 'x' in -x\nSee 'kubectl get --help' for usage."],
  ['get pods -o', "flag needs an argument: 'o' in -o\nSee 'kubectl get --help' for usage."],
  ['apply foo', "Unexpected args: [foo]\nSee 'kubectl apply -h' for help and examples"],
  ['wait pod/shell', 'unrecognized condition: []'],
])('%s is refused', (line, reason) => {
  expect(why(line)).toBe(`error: ${reason}\n`);
});

test('a patch that is no JSON is refused', () => {
  expect(why(`patch deploy web -p '{"spec":'`)).toBe(
    'Error from server (BadRequest): unexpected end of JSON input\n',
  );
});

test('a letter means what its verb has it mean', () => {
  const other = onCluster();
  other.printed('run x --image=a -l app=y');
  expect(other.printed('get pod x -o jsonpath={.metadata.labels.app}')).toBe('y');
});

test.each([
  [
    "-l 'a in b'",
    'label selector "a in b", field selector ""',
    "unable to parse requirement: found 'b' expected: '('",
  ],
  [
    '--field-selector foo=bar',
    'label selector "", field selector "foo=bar"',
    'field label not supported: foo',
  ],
])('selecting pods by %s is refused', (flags, selectors, reason) => {
  expect(why(`get pods ${flags}`)).toBe(
    `Error from server (BadRequest): Unable to find "/v1, Resource=pods" that match ${selectors}: ${reason}\n`,
  );
});

test('deleting at once comes with a warning', () => {
  const other = onCluster();
  other.printed('run x --image=a');
  expect(other.kubectl('delete pod x --force')).toMatchObject({
    stdout: 'pod "x" force deleted from default namespace\n',
    stderr: expect.stringMatching(/^Warning: Immediate deletion does not wait/) as string,
  });
});
