import { Cluster } from '../../lib/orchestrator/cluster/cluster';
import { serve, type RunningServer } from '../../lib/server/http-server';

const PATH = '/api/v1/namespaces/default/configmaps';

interface List {
  readonly metadata: { readonly continue?: string; readonly remainingItemCount?: number };
  readonly items: readonly { readonly metadata: { readonly name: string } }[];
}

let server: RunningServer;

beforeEach(async () => {
  const cluster = new Cluster({ runtime: 'kwok', withoutNodes: true });
  cluster.advance(5000);
  server = await serve(cluster, { port: 0, paused: true });
  for (const name of ['c', 'a', 'e', 'b', 'd']) {
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, labels: { of: 'us' } },
    };
    const headers = { 'content-type': 'application/json' };
    await fetch(server.url + PATH, { method: 'POST', headers, body: JSON.stringify(object) });
  }
});
afterEach(() => server.close());

const list = async (query: string): Promise<List> =>
  (await (await fetch(`${server.url}${PATH}?${query}`)).json()) as List;
const namesOf = ({ items }: List): string => items.map(({ metadata }) => metadata.name).join(' ');

describe('A list with a limit', () => {
  it('goes on behind the last object, though others come and go in between', async () => {
    const first = await list('limit=2');
    expect(namesOf(first)).toBe('a b');
    expect(first.metadata.remainingItemCount).toBe(4);
    await fetch(`${server.url}${PATH}/a`, { method: 'DELETE' });
    const second = await list(`limit=2&continue=${first.metadata.continue ?? ''}`);
    expect(namesOf(second)).toBe('c d');
    const third = await list(`limit=2&continue=${second.metadata.continue ?? ''}`);
    expect(namesOf(third)).toBe('e kube-root-ca.crt');
    expect(third.metadata.continue).toBeUndefined();
  });

  it('does not count what is left if it selects', async () => {
    const { metadata } = await list('limit=2&labelSelector=of%3Dus');
    expect(metadata.continue).toBeDefined();
    expect(metadata.remainingItemCount).toBeUndefined();
  });
});
