/** What an API server keeps for its own running. */
import { withServed, type Served } from './serving';

const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };

async function rows(ask: Served['ask'], path: string): Promise<unknown[][]> {
  const { body } = await ask('GET', path, undefined, TABLE);
  return (body['rows'] as { cells: unknown[] }[]).map(({ cells }) => cells);
}

test('each group version has an APIService, that of metrics behind a Service', async () => {
  await withServed(async ({ ask }) => {
    const services = await rows(ask, '/apis/apiregistration.k8s.io/v1/apiservices');
    expect(services).toHaveLength(22);
    expect(services.map((cells) => cells.slice(0, 3))).toEqual(
      expect.arrayContaining([
        ['v1.', 'Local', 'True'],
        ['v1.apps', 'Local', 'True'],
        ['v1beta1.metrics.k8s.io', 'kube-system/metrics-server', 'True'],
      ]),
    );
    const { body } = await ask('GET', '/apis/apiregistration.k8s.io/v1/apiservices/v1.');
    expect(body['spec']).toEqual({
      groupPriorityMinimum: 18_000,
      version: 'v1',
      versionPriority: 1,
    });
  });
});

test('a cluster without metrics has no APIService for them', async () => {
  await withServed(
    async ({ ask }) => {
      expect(await rows(ask, '/apis/apiregistration.k8s.io/v1/apiservices')).toHaveLength(21);
    },
    { metricsServer: false },
  );
});

test('FlowSchemas are shown in the order in which they are asked, each with its level', async () => {
  await withServed(async ({ ask }) => {
    const schemas = await rows(ask, '/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas');
    expect(schemas.map(([name]) => name).slice(0, 3)).toEqual([
      'exempt',
      'probes',
      'system-leader-election',
    ]);
    expect(schemas.at(-1)).toEqual(
      expect.arrayContaining(['catch-all', 'catch-all', '10000', 'ByUser']),
    );
    const path = '/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations';
    const levels = new Set((await rows(ask, path)).map(([name]) => name));
    expect(schemas.every(([, level]) => levels.has(level))).toBe(true);
  });
});
