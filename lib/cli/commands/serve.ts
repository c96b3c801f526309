/** `serve`: a live cluster over HTTP for kubectl, in real time or faster. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { Cluster } from '../../testing/cluster';
import { DeployError } from '../../testing/deploy-error';
import { serve, type RunningServer } from '../../server/http-server';
import { SERVED_LATENCIES } from '../../server/served-latencies';
import { kubeconfigFor } from '../../server/kubeconfig';
import { topologyArgument } from '../arguments/nodes-argument';
import { seedArgument } from '../arguments/output-argument';
import { formatSpeed, speedArgument } from '../arguments/speed-argument';
import { refused, usage } from '../cli-error';
import { ExitCode } from '../exit-code';
import { Notes } from '../output/notes';
import { count } from '../output/simulation-text';
import { readManifests } from '../source/manifests';
import { KUBERNETES_MINOR } from '../version';
import type { CommandContext, CommandDefinition } from './command';
import { HotKeys } from './hot-keys';

interface Flags {
  readonly port: string;
  readonly speed: string;
  readonly paused?: boolean;
  readonly kubeconfig: string;
  readonly nodes?: string;
  readonly zones?: string;
  readonly runtime: string;
  readonly seed: string;
  readonly color: boolean;
}

const KUBECONFIG = '.drydock/kubeconfig';

const EXAMPLES = `Examples:
  $ cdk8s-drydock serve dist/
  $ kubectl --kubeconfig ${KUBECONFIG} get pods -w
  $ npx cdk8s synth -p | kubectl --kubeconfig ${KUBECONFIG} apply -f -
`;

const HELP = `
It listens on 127.0.0.1 only, without TLS. Ctrl-C ends it, and what was in it is gone.`;

export const serveCommand: CommandDefinition = {
  name: 'serve',
  summary: 'run a simulated cluster that kubectl can talk to',
  define(command, run) {
    command
      .argument(
        '[what...]',
        'app.ts, YAML files or folders, or - for stdin, to deploy at the start',
      )
      .option('--port <port>', 'port on 127.0.0.1; 0 takes a free one', '8001')
      .option('--speed <speed>', 'virtual seconds in a real one: 1x, 10x, max', '1x')
      .option('--paused', 'start with the time standing still')
      .option('--kubeconfig <path>', 'where to write the kubeconfig', KUBECONFIG)
      .option('--nodes <NxCPU/MEMORY>', 'nodes in all, and their size (default: 3x4cpu/16Gi)')
      .option('--zones <names>', 'zones of the nodes (default: a,b,c)')
      .option(
        '--runtime <runtime>',
        'simulated: images, probes and programs; kwok: pods are ready after 2s',
        'simulated',
      )
      .option('--seed <seed>', 'where all chance comes from', '1')
      .option('--no-color', 'no colours')
      .addHelpText('before', EXAMPLES)
      .addHelpText('after', HELP)
      .action((what: string[], flags: Flags) => run((context) => runServe(what, flags, context)));
  },
};

async function runServe(
  what: readonly string[],
  flags: Flags,
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal } = context;
  const port = portArgument(flags.port);
  const speed = speedArgument(flags.speed);
  const runtime = runtimeArgument(flags.runtime);
  const topology = topologyArgument(flags.nodes, flags.zones);
  const cluster = Cluster.create({
    ...topology,
    runtime,
    seed: seedArgument(flags.seed),
    // kubectl reckons ages by its own clock.
    epochMs: Date.now(),
    latencies: SERVED_LATENCIES,
  });
  if (what.length > 0) await deploy(cluster, what, context);
  const paused = flags.paused === true;
  const server = await serve(cluster.core, { port, speed, paused }).catch(portProblem(port));
  const kubeconfig = resolve(terminal.cwd, flags.kubeconfig);
  writeKubeconfig(kubeconfig, server.url, flags.kubeconfig === KUBECONFIG);
  const pace = paused ? 'paused' : formatSpeed(speed);
  terminal.stdout.write(
    `The cluster is up: Kubernetes ${KUBERNETES_MINOR} API on ${server.url}  ` +
      `(${count(cluster.core.nodes.length, 'node')}, virtual time ${pace}, seed ${flags.seed})\n` +
      'You can now use it with:\n\n' +
      `    kubectl --kubeconfig ${relative(terminal.cwd, kubeconfig)} get pods -A -w\n\n`,
  );
  return untilStopped(cluster, server, speed, context);
}

async function deploy(
  cluster: Cluster,
  what: readonly string[],
  { terminal, signal }: CommandContext,
): Promise<void> {
  const notes = new Notes(terminal.stderr, false);
  const { objects, from } = await readManifests(what, terminal, signal);
  try {
    const results = cluster.deploy(objects.map(({ manifest }) => manifest));
    notes.row('apply', `${from}: ${count(results.length, 'object')}`);
  } catch (error) {
    if (error instanceof DeployError) throw refused(error.message);
    throw error;
  }
}

/** Serves until Ctrl-C or the key q. */
function untilStopped(
  cluster: Cluster,
  server: RunningServer,
  speed: number,
  { terminal, signal }: CommandContext,
): Promise<ExitCode> {
  return new Promise((resolve) => {
    let ended = false;
    const end = (code: ExitCode): void => {
      if (ended) return;
      ended = true;
      release();
      void server.close().then(() => resolve(code));
    };
    const keys = new HotKeys({ cluster, pace: server.pace, speed, output: terminal.stderr });
    const release =
      terminal.keyboard?.listen((key) => {
        if (key === '\u0003') end(ExitCode.Interrupted);
        else if (key === 'q') end(ExitCode.Ok);
        else keys.press(key);
      }) ?? (() => undefined);
    if (terminal.keyboard !== undefined) keys.explain();
    if (signal.aborted) end(ExitCode.Interrupted);
    signal.addEventListener('abort', () => end(ExitCode.Interrupted));
  });
}

function portArgument(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw usage(`--port '${text}' is no port; write a number from 1 to 65535, or 0 for a free one.`);
}

function runtimeArgument(text: string): 'simulated' | 'kwok' {
  if (text === 'simulated' || text === 'kwok') return text;
  throw usage(`--runtime '${text}': there are the runtimes simulated and kwok.`);
}

const portProblem = (port: number) => (error: NodeJS.ErrnoException) => {
  if (error.code === 'EADDRINUSE') {
    throw usage(
      `port ${port} is taken; choose another: --port ${port + 1}, or --port 0 for a free one.`,
    );
  }
  throw error;
};

/** In our own folder nothing is to be committed. */
function writeKubeconfig(path: string, url: string, inOwnFolder: boolean): void {
  mkdirSync(dirname(path), { recursive: true });
  if (inOwnFolder) writeFileSync(join(dirname(path), '.gitignore'), '*\n');
  writeFileSync(path, kubeconfigFor(url), { mode: 0o600 });
}
