/** Who may do what, by RBAC; texts are word for word what a real server said. */
import type { WriteFact } from '../../lib/orchestrator/apiserver/requests';
import { withServed, type Answer, type Served } from './serving';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const ROBOT = 'system:serviceaccount:team-a:robot';
const GROUP = 'rbac.authorization.k8s.io';
type As = Readonly<Record<string, string>>;
const as = (user: string, group?: string): As => ({
  'impersonate-user': user,
  ...(group === undefined ? {} : { 'impersonate-group': group }),
});

const role = (name: string, resources: readonly string[], verbs: readonly string[]): object => ({
  apiVersion: `${GROUP}/v1`,
  kind: 'Role',
  metadata: { name },
  rules: [{ apiGroups: [''], resources, verbs }],
});

const binding = (name: string, kind: string, to: string, subject: object): object => ({
  apiVersion: `${GROUP}/v1`,
  kind: 'RoleBinding',
  metadata: { name },
  roleRef: { apiGroup: GROUP, kind, name: to },
  subjects: [subject],
});

const user = (name: string): object => ({ apiGroup: GROUP, kind: 'User', name });

/** Namespace team-a, where ServiceAccount robot may get and list pods. */
async function withTeam(scenario: (served: Served) => Promise<void>): Promise<void> {
  await withServed(async (served) => {
    const { ask } = served;
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team-a' } };
    await ask('POST', '/api/v1/namespaces', namespace);
    const team = `${RBAC}/namespaces/team-a`;
    await ask('POST', `${team}/roles`, role('reader', ['pods', 'services'], ['get', 'list']));
    const robot = { kind: 'ServiceAccount', name: 'robot', namespace: 'team-a' };
    await ask('POST', `${team}/rolebindings`, binding('reader', 'Role', 'reader', robot));
    await scenario(served);
  });
}

const messageOf = ({ body }: Answer): unknown => body['message'];
const refused = (what: string, cannot: string, where: string, who = ROBOT): string =>
  `${what} is forbidden: User "${who}" cannot ${cannot} ${where}`;
const IN_TEAM = 'in the namespace "team-a"';
const EVERYWHERE = 'at the cluster scope';

describe('a request of somebody without the rights for it', () => {
  test.each([
    [
      'GET',
      '/api/v1/namespaces/team-a/secrets',
      'secrets',
      'list resource "secrets" in API group ""',
      IN_TEAM,
    ],
    [
      'GET',
      '/api/v1/namespaces/team-a/secrets/x',
      'secrets "x"',
      'get resource "secrets" in API group ""',
      IN_TEAM,
    ],
    ['GET', '/api/v1/pods', 'pods', 'list resource "pods" in API group ""', EVERYWHERE],
    [
      'GET',
      '/api/v1/namespaces/team-a/pods?watch=1',
      'pods',
      'watch resource "pods" in API group ""',
      IN_TEAM,
    ],
    [
      'GET',
      '/apis/apps/v1/namespaces/team-a/deployments/x',
      'deployments.apps "x"',
      'get resource "deployments" in API group "apps"',
      IN_TEAM,
    ],
    [
      'GET',
      '/api/v1/namespaces/team-a/pods/x/log',
      'pods "x"',
      'get resource "pods/log" in API group ""',
      IN_TEAM,
    ],
    [
      'GET',
      '/api/v1/namespaces/team-a',
      'namespaces "team-a"',
      'get resource "namespaces" in API group ""',
      IN_TEAM,
    ],
    [
      'DELETE',
      '/api/v1/namespaces/team-a/pods',
      'pods',
      'deletecollection resource "pods" in API group ""',
      IN_TEAM,
    ],
    [
      'DELETE',
      '/api/v1/namespaces/team-a/pods/x',
      'pods "x"',
      'delete resource "pods" in API group ""',
      IN_TEAM,
    ],
    [
      'POST',
      '/api/v1/namespaces',
      'namespaces',
      'create resource "namespaces" in API group ""',
      EVERYWHERE,
    ],
    [
      'PATCH',
      '/api/v1/namespaces/team-a/configmaps/q',
      'configmaps "q"',
      'patch resource "configmaps" in API group ""',
      IN_TEAM,
    ],
  ])('%s %s is forbidden', async (method, path, what, cannot, where) => {
    await withTeam(async ({ ask }) => {
      const answer = await ask(method, path, undefined, as(ROBOT));
      expect(answer.code).toBe(403);
      expect(messageOf(answer)).toBe(refused(what, cannot, where));
      expect(answer.body).toMatchObject({ kind: 'Status', reason: 'Forbidden', code: 403 });
    });
  });

  test('for a path that is no resource is forbidden, but discovery is for everybody', async () => {
    await withTeam(async ({ ask }) => {
      const answer = await ask('GET', '/metrics', undefined, as(ROBOT));
      expect(answer.code).toBe(403);
      expect(messageOf(answer)).toBe(`forbidden: User "${ROBOT}" cannot get path "/metrics"`);
      for (const path of [
        '/version',
        '/healthz',
        '/api',
        '/apis',
        '/apis/apps/v1',
        '/openapi/v3',
      ]) {
        expect((await ask('GET', path, undefined, as('bob'))).code).toBe(200);
      }
      expect((await ask('GET', '/api', undefined, as('system:anonymous'))).code).toBe(403);
      expect((await ask('GET', '/version', undefined, as('system:anonymous'))).code).toBe(200);
    });
  });

  test('tells of roles that are not there', async () => {
    await withTeam(async ({ ask }) => {
      const missing = binding('missing', 'Role', 'nope', user('dora'));
      await ask('POST', `${RBAC}/namespaces/team-a/rolebindings`, missing);
      const answer = await ask('GET', '/api/v1/namespaces/team-a/pods', undefined, as('dora'));
      const cannot = 'list resource "pods" in API group ""';
      expect(messageOf(answer)).toBe(
        `${refused('pods', cannot, IN_TEAM, 'dora')}: RBAC: role.${GROUP} "nope" not found`,
      );
    });
  });
});

describe('a request of somebody with the rights for it', () => {
  test('is carried out', async () => {
    await withTeam(async ({ ask }) => {
      const pods = '/api/v1/namespaces/team-a/pods';
      expect((await ask('GET', pods, undefined, as(ROBOT))).code).toBe(200);
      expect((await ask('GET', `${pods}/x`, undefined, as(ROBOT))).code).toBe(404);
      const masters = as('bob', 'system:masters');
      expect((await ask('GET', '/api/v1/nodes', undefined, masters)).code).toBe(200);
    });
  });

  test('may come from a group, and holds in the namespace of the binding only', async () => {
    await withTeam(async ({ ask }) => {
      const dev = { apiGroup: GROUP, kind: 'Group', name: 'dev' };
      const edit = binding('dev-edit', 'ClusterRole', 'edit', dev);
      await ask('POST', `${RBAC}/namespaces/team-a/rolebindings`, edit);
      const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
      const create = (namespace: string): Promise<Answer> =>
        ask('POST', `/api/v1/namespaces/${namespace}/configmaps`, config, as('carl', 'dev'));
      expect((await create('team-a')).code).toBe(201);
      expect((await create('default')).code).toBe(403);
    });
  });

  test('may be narrowed down to names', async () => {
    await withTeam(async ({ ask }) => {
      const one = {
        ...role('one', ['configmaps'], ['get', 'list']),
        rules: [
          {
            apiGroups: [''],
            resources: ['configmaps'],
            verbs: ['get', 'list'],
            resourceNames: ['a'],
          },
        ],
      };
      const team = `${RBAC}/namespaces/team-a`;
      await ask('POST', `${team}/roles`, one);
      await ask('POST', `${team}/rolebindings`, binding('one', 'Role', 'one', user('eve')));
      const get = async (path: string): Promise<number> =>
        (await ask('GET', `/api/v1/namespaces/team-a/configmaps${path}`, undefined, as('eve')))
          .code;
      expect(await get('/a')).toBe(404);
      expect(await get('/b')).toBe(403);
      expect(await get('')).toBe(403);
      expect(await get('?fieldSelector=metadata.name%3Da')).toBe(200);
    });
  });
});

describe('the default roles', () => {
  test('are those of a real server, with what they gather', async () => {
    await withServed(async ({ ask }) => {
      const { body } = await ask('GET', `${RBAC}/clusterroles`);
      const roles = body['items'] as readonly { metadata: { name: string }; rules: object[] }[];
      const count = (name: string): number =>
        roles.find(({ metadata }) => metadata.name === name)!.rules.length;
      expect(roles).toHaveLength(69);
      expect(['cluster-admin', 'admin', 'edit', 'view'].map(count)).toEqual([2, 29, 27, 12]);
    });
  });

  test('are never gathered anew from a part of them', async () => {
    await withServed(({ cluster }) => {
      cluster.advance(1000);
      const writes = cluster.trace
        .of<WriteFact>('write')
        .filter(({ fact }) => fact.resource.startsWith('clusterroles.'));
      expect(writes.map(({ fact }) => fact.verb)).not.toContain('MODIFIED');
      return Promise.resolve();
    });
  });

  test('gather the rules of roles that are labelled for them', async () => {
    await withServed(async ({ ask, cluster }) => {
      const widgets = {
        ...role('widgets', ['widgets'], ['get']),
        kind: 'ClusterRole',
        metadata: { name: 'widgets', labels: { [`${GROUP}/aggregate-to-view`]: 'true' } },
      };
      await ask('POST', `${RBAC}/clusterroles`, widgets);
      cluster.advance(200);
      const { body } = await ask('GET', `${RBAC}/clusterroles/admin`);
      expect(JSON.stringify(body['rules'])).toContain('"widgets"');
    });
  });
});

describe('who may write roles', () => {
  const admin = async ({ ask }: Served): Promise<void> => {
    const grant = binding('admins', 'ClusterRole', 'admin', user('adm'));
    await ask('POST', `${RBAC}/namespaces/team-a/rolebindings`, grant);
  };
  const HELD =
    'user "adm" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not ' +
    'currently held:\n';

  test('cannot grant in a role what they do not have', async () => {
    await withTeam(async (served) => {
      await admin(served);
      const create = (object: object): Promise<Answer> =>
        served.ask('POST', `${RBAC}/namespaces/team-a/roles`, object, as('adm'));
      expect((await create(role('fine', ['pods'], ['get']))).code).toBe(201);
      expect(messageOf(await create(role('esc', ['nodes'], ['*'])))).toBe(
        `roles.${GROUP} "esc" is forbidden: ${HELD}` +
          '{APIGroups:[""], Resources:["nodes"], Verbs:["*"]}',
      );
    });
  });

  test('cannot bind a role that can more than they', async () => {
    await withTeam(async (served) => {
      await admin(served);
      const bind = (name: string, to: string): Promise<Answer> =>
        served.ask(
          'POST',
          `${RBAC}/namespaces/team-a/rolebindings`,
          binding(name, 'ClusterRole', to, user('x')),
          as('adm'),
        );
      expect((await bind('fine', 'view')).code).toBe(201);
      expect(messageOf(await bind('esc', 'cluster-admin'))).toBe(
        `rolebindings.${GROUP} "esc" is forbidden: ${HELD}` +
          '{APIGroups:["*"], Resources:["*"], Verbs:["*"]}\n{NonResourceURLs:["*"], Verbs:["*"]}',
      );
    });
  });
});
