/** Questions about rights and identity, as `kubectl auth` asks them. */
import { withServed, type Answer, type Served } from './serving';

const AUTHZ = '/apis/authorization.k8s.io/v1';
const AUTHN = '/apis/authentication.k8s.io/v1';
const pods = { verb: 'get', resource: 'pods' };

const review = (kind: string, spec: object): object => ({
  apiVersion: 'authorization.k8s.io/v1',
  kind,
  spec,
});

async function withViewer(scenario: (served: Served) => Promise<void>): Promise<void> {
  await withServed(async (served) => {
    await served.ask('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'bob-view' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'bob' }],
    });
    await scenario(served);
  });
}

const statusOf = ({ body }: Answer): unknown => body['status'];

describe('a SubjectAccessReview', () => {
  const ask = ({ ask: send }: Served, spec: object): Promise<Answer> =>
    send('POST', `${AUTHZ}/subjectaccessreviews`, review('SubjectAccessReview', spec));

  test('says whether and why somebody may', async () => {
    await withViewer(async (served) => {
      const answer = await ask(served, { user: 'bob', resourceAttributes: pods });
      expect(answer.code).toBe(201);
      expect(statusOf(answer)).toEqual({
        allowed: true,
        reason:
          'RBAC: allowed by ClusterRoleBinding "bob-view" of ClusterRole "view" to User "bob"',
      });
      const url = { verb: 'get', path: '/x' };
      const other = await ask(served, { user: 'zed', nonResourceAttributes: url });
      expect(statusOf(other)).toEqual({ allowed: false });
    });
  });

  test('needs somebody and something to ask about', async () => {
    await withServed(async (served) => {
      const causes = async (spec: object): Promise<unknown> => {
        const { code, body } = await ask(served, spec);
        expect(code).toBe(422);
        return (body['details'] as { causes: readonly { field: string }[] }).causes;
      };
      expect(await causes({ user: 'dora' })).toMatchObject([
        {
          field: 'spec.resourceAttributes',
          message:
            'Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be ' +
            'specified',
        },
      ]);
      expect(await causes({ resourceAttributes: pods })).toMatchObject([
        { message: 'Invalid value: "": at least one of user or group must be specified' },
      ]);
    });
  });

  test('in a namespace is about that namespace', async () => {
    await withServed(async ({ ask: send }) => {
      const spec = { user: 'bob', resourceAttributes: { ...pods, namespace: 'other' } };
      const { code, body } = await send(
        'POST',
        `${AUTHZ}/namespaces/default/localsubjectaccessreviews`,
        review('LocalSubjectAccessReview', spec),
      );
      expect(code).toBe(422);
      expect(body['message']).toContain('Invalid value: "other": must match metadata.namespace');
    });
  });
});

describe('reviews of oneself', () => {
  test('say what one may, alone and all in all', async () => {
    await withViewer(async ({ ask }) => {
      const as = { 'impersonate-user': 'bob' };
      const can = async (resourceAttributes: object): Promise<unknown> => {
        const spec = { resourceAttributes };
        const object = review('SelfSubjectAccessReview', spec);
        const answer = await ask('POST', `${AUTHZ}/selfsubjectaccessreviews`, object, as);
        return (statusOf(answer) as { allowed: boolean }).allowed;
      };
      expect(await can(pods)).toBe(true);
      expect(await can({ ...pods, verb: 'delete' })).toBe(false);
      const rules = review('SelfSubjectRulesReview', { namespace: 'default' });
      const { body } = await ask('POST', `${AUTHZ}/selfsubjectrulesreviews`, rules, as);
      const { resourceRules, nonResourceRules, incomplete } = body['status'] as {
        resourceRules: readonly unknown[];
        nonResourceRules: readonly unknown[];
        incomplete: boolean;
      };
      expect(incomplete).toBe(false);
      // Those of view, and two of what everybody may.
      expect(resourceRules).toHaveLength(14);
      expect(nonResourceRules).toHaveLength(2);
    });
  });

  test('say who one is', async () => {
    await withServed(async ({ ask }) => {
      const who = async (headers: Readonly<Record<string, string>>): Promise<unknown> => {
        const object = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
        return statusOf(await ask('POST', `${AUTHN}/selfsubjectreviews`, object, headers));
      };
      expect(await who({})).toEqual({
        userInfo: {
          username: 'kubernetes-admin',
          groups: ['system:masters', 'system:authenticated'],
        },
      });
      const account = 'system:serviceaccount:team-a:robot';
      expect(await who({ 'impersonate-user': account })).toEqual({
        userInfo: {
          username: account,
          groups: [
            'system:serviceaccounts',
            'system:serviceaccounts:team-a',
            'system:authenticated',
          ],
        },
      });
      const bob = { 'impersonate-user': 'bob', 'impersonate-group': 'dev', 'impersonate-uid': '7' };
      expect(await who(bob)).toEqual({
        userInfo: { username: 'bob', uid: '7', groups: ['dev', 'system:authenticated'] },
      });
    });
  });
});
