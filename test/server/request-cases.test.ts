/**
 * Single requests of many kinds over HTTP, held against what a real API server (Kubernetes 1.36.3)
 * answered: patches of all types, server-side apply, subresources, deletes, metadata, selectors.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { askCases, type ApiAnswer, type ApiCase } from '../../lib/fidelity/api-cases';
import { Cluster } from '../../lib/orchestrator/cluster/cluster';
import { serve } from '../../lib/server/http-server';

const text = (name: string): string => readFileSync(join(__dirname, 'data', name), 'utf8');
const linesOf = (name: string): string[] =>
  text(name)
    .split('\n')
    .filter((line) => line !== '');

/** Each set was recorded from a cluster of its own. */
describe.each([
  'change',
  'create',
  'update',
  'other',
  'schema',
  'field',
  'part',
  'wide',
  'kind',
  'more',
  'rest',
  'applied',
])('%s cases', (set) => {
  const cases = JSON.parse(text(`${set}-cases.json`)) as ApiCase[];
  const recorded = linesOf(`${set}-answers.ndjson`).map((line) => JSON.parse(line) as ApiAnswer);
  let given: Map<string, ApiAnswer>;

  beforeAll(async () => {
    const cluster = new Cluster({ runtime: 'kwok', withoutNodes: true, storageClass: false });
    cluster.advance(5000);
    const server = await serve(cluster, { port: 0, paused: true });
    const answers = await askCases(server.url, cases);
    given = new Map(answers.map((answer) => [answer.name, answer]));
    await server.close();
  });

  it.each(recorded.map((answer) => [answer.name, answer] as const))('%s', (name, answer) => {
    expect(JSON.parse(JSON.stringify(given.get(name)))).toEqual(answer);
  });
});
