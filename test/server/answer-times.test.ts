/** Requests take as long as they would: what a write leads to is under way when it is answered. */
import { Cluster } from '../../lib/orchestrator/cluster/cluster';
import { serve } from '../../lib/server/http-server';

const namespace = (name: string): object => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name },
});

async function timed(
  paused: boolean,
  act: (ask: (method: string, body?: object) => Promise<number>) => Promise<void>,
): Promise<void> {
  const cluster = new Cluster({ withoutNodes: true });
  const server = await serve(cluster, { port: 0, paused });
  try {
    await act(async (method, body) => {
      const before = cluster.now;
      const response = await fetch(`${server.url}/api/v1/namespaces`, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      expect(response.ok).toBe(true);
      await response.text();
      return cluster.now - before;
    });
  } finally {
    await server.close();
  }
}

describe('a request to a served cluster', () => {
  test('takes milliseconds, a write more of them than a read', async () => {
    await timed(false, async (ask) => {
      expect(await ask('GET')).toBeGreaterThanOrEqual(6);
      expect(await ask('GET')).toBeGreaterThanOrEqual(2);
      expect(await ask('POST', namespace('a'))).toBeGreaterThanOrEqual(3);
    });
  });

  test('takes no time while time stands still', async () => {
    await timed(true, async (ask) => {
      expect(await ask('GET')).toBe(0);
      expect(await ask('POST', namespace('a'))).toBe(0);
    });
  });
});
