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

  test('is not told of parts that are not there', async () => {
    await withServed(async ({ ask }) => {
      expect((await ask('GET', '/livez/nope')).code).toBe(404);
    });
  });
});
