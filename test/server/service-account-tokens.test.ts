/** Tokens of service accounts: what they say, and what they end with. */
import { withServed, type Answer } from './serving';

const ACCOUNTS = '/api/v1/namespaces/default/serviceaccounts';
const request = (spec: object): object => ({
  apiVersion: 'authentication.k8s.io/v1',
  kind: 'TokenRequest',
  spec,
});
const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'web' } };
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: { serviceAccountName: 'web', containers: [{ name: 'c', image: 'i' }] },
};

interface TokenBody {
  readonly spec: object;
  readonly status: { readonly token: string; readonly expirationTimestamp: string };
}

const bodyOf = ({ body }: Answer): TokenBody => body as unknown as TokenBody;

function claimsOf(answer: Answer): Record<string, unknown> {
  const { token } = bodyOf(answer).status;
  const [, claims = ''] = token.split('.');
  return JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
}

describe('the token of a service account', () => {
  test('names the account and holds for an hour unless another time is asked for', async () => {
    await withServed(async ({ ask }) => {
      await ask('POST', ACCOUNTS, account);
      const answer = await ask('POST', `${ACCOUNTS}/web/token`, request({}));
      expect(answer.code).toBe(201);
      const { exp, iat, sub, aud } = claimsOf(answer);
      expect(sub).toBe('system:serviceaccount:default:web');
      expect(aud).toEqual(['https://kubernetes.default.svc']);
      expect(Number(exp) - Number(iat)).toBe(3600);
      const asked = request({ expirationSeconds: 600, audiences: ['vault'] });
      const shorter = await ask('POST', `${ACCOUNTS}/web/token`, asked);
      expect(claimsOf(shorter)).toMatchObject({ aud: ['vault'] });
      expect(bodyOf(shorter).spec).toMatchObject({ expirationSeconds: 600 });
      expect(bodyOf(shorter).status.token).not.toBe(bodyOf(answer).status.token);
    });
  });

  test('is bound to a pod of that account only', async () => {
    await withServed(async ({ ask }) => {
      await ask('POST', ACCOUNTS, account);
      await ask('POST', '/api/v1/namespaces/default/pods', pod);
      const bound = request({ boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'p' } });
      const own = await ask('POST', `${ACCOUNTS}/web/token`, bound);
      expect(claimsOf(own)['kubernetes.io']).toMatchObject({ pod: { name: 'p' } });
      await ask('POST', ACCOUNTS, { ...account, metadata: { name: 'other' } });
      const foreign = await ask('POST', `${ACCOUNTS}/other/token`, bound);
      expect(foreign.code).toBe(400);
      expect(foreign.body['message']).toBe(
        'cannot bind token for serviceaccount "other" to pod running with different ' +
          'serviceaccount name.',
      );
    });
  });

  test('is refused for a pod that has been made anew', async () => {
    await withServed(async ({ ask }) => {
      await ask('POST', ACCOUNTS, account);
      await ask('POST', '/api/v1/namespaces/default/pods', pod);
      const reference = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'of-another' };
      const answer = await ask(
        'POST',
        `${ACCOUNTS}/web/token`,
        request({ boundObjectRef: reference }),
      );
      expect(answer.code).toBe(409);
    });
  });
});
