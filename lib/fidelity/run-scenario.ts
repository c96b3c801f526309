/**
 * Runs one scenario against a server of its own, with bash and the real kubectl in real time, and
 * records what the server's watches said.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Cluster } from '../orchestrator/cluster/cluster';
import type { ClusterOptions } from '../orchestrator/cluster/cluster-options';
import { serve } from '../server/http-server';
import { SERVED_LATENCIES } from '../server/served-latencies';
import { kubeconfigFor } from '../server/kubeconfig';
import { GIVEN_NODES, nodesOf, type Scenario } from './scenario';
import { SHELL_PRELUDE } from './shell-prelude';
import { WatchRecorder } from './watch-recorder';
import { RECORDED_CLUSTER } from './recorded-cluster';

/** For the scheduler to see the not-ready taints go. */
const BEFORE_MS = 1500;
const WATCHES_SETTLE_MS = 500;
const AFTER_MS = 1500;

/** Records the scenario into a directory, made anew; the exit code of its script. */
export async function runScenario(scenario: Scenario, directory: string): Promise<number> {
  const out = resolve(directory);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(join(out, CACHE), { recursive: true });
  const cluster = new Cluster(clusterOptions(scenario));
  const server = await serve(cluster, { port: 0 });
  try {
    return await record(scenario, out, server.url);
  } finally {
    await server.close();
    rmSync(join(out, CACHE), { recursive: true, force: true });
  }
}

/** kubectl's own files: nothing of this run may meet another's. */
const CACHE = '.kube';

function clusterOptions(scenario: Scenario): ClusterOptions {
  const common = {
    epochMs: Date.now(),
    ...RECORDED_CLUSTER,
    metricsServer: scenario.metrics,
    latencies: SERVED_LATENCIES,
  };
  // Without nodes of its own, a scenario is about kubelets: it finds one real node.
  return scenario.nodes === GIVEN_NODES
    ? { ...common, runtime: 'simulated', zones: ['real'], nodesPerZone: 1 }
    : { ...common, runtime: 'kwok', withoutNodes: true };
}

async function record(scenario: Scenario, out: string, url: string): Promise<number> {
  const kubeconfig = join(out, CACHE, 'config');
  writeFileSync(kubeconfig, kubeconfigFor(url));
  const env = {
    ...process.env,
    KUBECONFIG: kubeconfig,
    KUBECACHEDIR: join(out, CACHE),
    OUT_DIR: out,
  };
  await prepare(scenario, env);
  const start = Date.now();
  const recorder = await WatchRecorder.start(url);
  await wait(WATCHES_SETTLE_MS);
  const exit = await runScript(scenario, env);
  await wait(AFTER_MS);
  recorder.stop();
  const lines = recorder.records().map((entry) => `${JSON.stringify(entry)}\n`);
  writeFileSync(join(out, 'trace.ndjson'), lines.join(''));
  const { title, nodes } = scenario;
  const summary = { title, nodes, exit, milliseconds: Date.now() - start, start };
  writeFileSync(join(out, 'scenario.json'), `${JSON.stringify(summary)}\n`);
  return exit;
}

async function prepare(scenario: Scenario, env: NodeJS.ProcessEnv): Promise<void> {
  const items = nodesOf(scenario);
  if (items.length > 0) {
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    await kubectl(env, ['apply', '-f', '-'], list);
  }
  await kubectl(env, ['wait', '--for=condition=Ready', 'node', '--all', '--timeout=60s']);
  await kubectl(env, ['wait', '--for=create', 'serviceaccount/default', '--timeout=60s']);
  await wait(BEFORE_MS);
}

function kubectl(env: NodeJS.ProcessEnv, args: readonly string[], input = ''): Promise<void> {
  return new Promise((done, fail) => {
    const child = execFile(env['KUBECTL'] ?? 'kubectl', args, { env }, (error, _out, stderr) => {
      if (error === null) done();
      else fail(new Error(`kubectl ${args.join(' ')}: ${stderr || error.message}`));
    });
    child.stdin?.end(input);
  });
}

function runScript(scenario: Scenario, env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((done, fail) => {
    const bash = spawn('bash', ['-c', SHELL_PRELUDE], {
      cwd: scenario.directory,
      stdio: ['ignore', 'ignore', 'inherit'],
      env,
    });
    bash.on('error', fail);
    bash.on('exit', (code) => done(code ?? 1));
  });
}
