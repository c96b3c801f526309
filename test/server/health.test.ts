/** Whether the server is well, by the paths that probes ask. */
import { withServed } from './serving';

describe('the health of the server', () => {
  test.each(['/healthz', '/livez', '/readyz', '/livez/ping', '/readyz/ping'])(
    '%s is ok',
    async (path) => {
      await withServed(async ({ ask }) => {
        const { code, body } = await ask('GET', path);
        expect(code).toBe(200);
        expect(body).toEqual({ text: 'ok' });
      });
    },
  );

  test('is told check by check if asked for', async () => {
    await withServed(async ({ ask }) => {
      const { body } = await ask('GET', '/readyz?verbose&exclude=etcd&exclude=nope');
      const lines = String(body['text']).split('\n');
      expect(lines).toContain('[+]ping ok');
      expect(lines).toContain('[+]etcd excluded: ok');
      expect(lines).toContain('[+]poststarthook/rbac/bootstrap-roles ok');
      expect(lines.slice(-3)).toEqual([
        'warn: some health checks cannot be excluded: no matches for "nope"',
        'readyz check passed',
        '',
      ]);
      const one = await ask('GET', '/livez/poststarthook/rbac/bootstrap-roles');
      expect(one.body).toEqual({ text: 'ok' });
    });
  });

  test('is not told of parts that are not there', async () => {
    await withServed(async ({ ask }) => {
      expect((await ask('GET', '/livez/nope')).code).toBe(404);
    });
  });
});
