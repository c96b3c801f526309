/**
 * `npm run fidelity:api -- CASES ANSWERS`: sends recorded requests to our server and compares with
 * what a real API server answered.
 */
import { readFileSync } from 'node:fs';
import { Cluster } from '../orchestrator/cluster/cluster';
import { serve } from '../server/http-server';
import { askCases, type ApiAnswer, type ApiCase } from './api-cases';
import { RECORDED_CLUSTER } from './recorded-cluster';

/** For the cluster's own objects, such as the default service account, to be there. */
const BOOT_MS = 5000;
const SHOWN = 900;

async function main(): Promise<number> {
  const [cases, answers] = process.argv.slice(2);
  if (cases === undefined || answers === undefined) {
    console.error('usage: npm run fidelity:api -- CASES ANSWERS');
    return 2;
  }
  const given = await ask(JSON.parse(readFileSync(cases, 'utf8')) as ApiCase[]);
  const recorded = new Map<string, string>();
  for (const line of readFileSync(answers, 'utf8').split('\n').filter(Boolean)) {
    recorded.set((JSON.parse(line) as ApiAnswer).name, line);
  }
  let same = 0;
  for (const answer of given) {
    const here = JSON.stringify(answer);
    const real = recorded.get(answer.name);
    if (here === real) same++;
    else console.log(differing(answer.name, real, here));
  }
  const percent = given.length === 0 ? 0 : (100 * same) / given.length;
  console.log(`agree ${same} of ${given.length} (${percent.toFixed(1)}%)`);
  return same === given.length ? 0 : 1;
}

async function ask(cases: readonly ApiCase[]): Promise<ApiAnswer[]> {
  const cluster = new Cluster({
    runtime: 'kwok',
    withoutNodes: true,
    ...RECORDED_CLUSTER,
    epochMs: Date.now(),
  });
  cluster.advance(BOOT_MS);
  // Time stands still: no controller changes an object between two requests.
  const server = await serve(cluster, { port: 0, paused: true });
  try {
    return await askCases(server.url, cases);
  } finally {
    await server.close();
  }
}

const differing = (name: string, real: string | undefined, here: string): string =>
  `${name}\n  real: ${real?.slice(0, SHOWN)}\n  here: ${here.slice(0, SHOWN)}`;

void main().then((code) => process.exit(code));
