import { onCluster, type OnCluster } from './on-cluster';

const BINDING = `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: viewers}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects:
- {kind: User, name: jane, apiGroup: rbac.authorization.k8s.io}
- {kind: ServiceAccount, name: default, namespace: default}
`;

let on: OnCluster;

beforeAll(() => {
  on = onCluster();
  on.printed('auth whoami');
  on.printed('apply -f -', BINDING);
});

describe('kubectl auth can-i', () => {
  test.each([
    ['delete nodes -A', 'yes'],
    ["'*' '*'", 'yes'],
    ['get pods --as jane', 'yes'],
    ['get po/web --as jane', 'yes'],
    ['get pods --subresource=log --as jane', 'yes'],
    ['list deployments.apps --as jane', 'yes'],
    ['get pods --as system:serviceaccount:default:default', 'yes'],
    ['get pods --as bob --as-group system:masters', 'yes'],
    ['get /healthz --as jane', 'yes'],
    ['delete pods --as jane', 'no'],
    ['get secrets --as jane', 'no'],
    ['get pods -n kube-system --as jane', 'no'],
    ['get pods -A --as jane', 'no'],
    ["'*' '*' --as jane", 'no'],
    ['get /logs --as jane', 'no'],
  ])('%s: %s', (question, answer) => {
    expect(on.kubectl(`auth can-i ${question}`)).toEqual({
      stdout: `${answer}\n`,
      stderr: '',
      exitCode: answer === 'yes' ? 0 : 1,
    });
  });

  test.each([
    ['get nodes --as jane', "resource 'nodes' is not namespace scoped"],
    ['list foos --as jane', "the server doesn't have a resource type 'foos'"],
    [
      'list deployments.old --as jane',
      "the server doesn't have a resource type 'deployments' in group 'old'",
    ],
    ['fly pods --as jane', "verb 'fly' is not a known verb"],
  ])('%s: no, with a warning', (question, warning) => {
    expect(on.kubectl(`auth can-i ${question}`)).toEqual({
      stdout: 'no\n',
      stderr: `Warning: ${warning}\n\n`,
      exitCode: 1,
    });
    expect(on.kubectl(`auth can-i ${question} --quiet`)).toEqual({
      stdout: '',
      stderr: '',
      exitCode: 1,
    });
  });

  test('lists the rules, one resource a line', () => {
    const lines = on.printed('auth can-i --list --as jane').split('\n');
    expect(lines[0]).toMatch(/^Resources +Non-Resource URLs +Resource Names +Verbs$/);
    expect(lines[1]).toMatch(
      /^selfsubjectreviews\.authentication\.k8s\.io +\[\] +\[\] +\[create\]$/,
    );
    expect(lines).toContainEqual(
      expect.stringMatching(/^daemonsets\.apps\/status +\[\] +\[\] +\[get list watch\]$/),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^ +\[\/api\/\*\] +\[\] +\[get\]$/));
  });

  test('wants a verb and a resource', () => {
    expect(on.kubectl('auth can-i get').stderr).toMatch(/^error: you must specify two arguments/);
  });
});

test('kubectl auth whoami says for whom a command speaks', () => {
  expect(on.printed('auth whoami')).toBe(
    'ATTRIBUTE   VALUE\n' +
      'Username    kubernetes-admin\n' +
      'Groups      [system:masters system:authenticated]\n',
  );
  expect(on.printed('auth whoami --as jane')).toContain('Groups      [system:authenticated]\n');
});
