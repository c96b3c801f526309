/**
 * Plays a scenario in process and in virtual time: its script runs on our own kubectl, and what the
 * API server wrote becomes the recording. Minutes of a cluster's life take milliseconds.
 */
import { Cluster } from '../../orchestrator/cluster/cluster';
import type { WriteFact } from '../../orchestrator/apiserver/requests';
import { durationMs } from '../../orchestrator/sim';
import { runKubectl } from '../../kubectl/kubectl';
import { projectionOf, type Projection } from '../projection';
import { nodesOf, type Scenario } from '../scenario';
import type { RecordedObject, WatchRecord } from '../watch-record';
import { Shell, succeeded, type Command } from './shell';
import { RECORDED_CLUSTER } from '../recorded-cluster';

/** What kubectl takes to start, find the resources and ask, on the machine of the recordings. */
const KUBECTL_MS = 80;
/** What it takes from one change to the next, as between the objects of a file. */
const REQUEST_MS = 10;
/** `create` looks up the schema of each object when its turn comes, where others do so before. */
const CREATE_MS = 60;
const BEFORE_MS = 2000;
const AFTER_MS = 1500;
const OUT_DIR = '/out';
/** An instant in the past of everything: the replay of today is that of tomorrow. */
const EPOCH_MS = 1_795_000_000_000;

export interface Replay {
  readonly cluster: Cluster;
  readonly records: readonly WatchRecord[];
  /** What the compared commands printed, by name. */
  readonly texts: Readonly<Record<string, string>>;
  readonly projection: Projection;
}

export function replay(scenario: Scenario, seed: number | string = 1): Replay {
  const cluster = new Cluster({
    runtime: 'kwok',
    withoutNodes: true,
    ...RECORDED_CLUSTER,
    epochMs: EPOCH_MS,
    seed,
  });
  const list = { apiVersion: 'v1', kind: 'List', items: nodesOf(scenario) };
  runKubectl(cluster, 'apply -f -', { stdin: JSON.stringify(list) });
  runKubectl(cluster, 'wait --for=condition=Ready node --all --timeout=60s');
  cluster.advance(BEFORE_MS);
  const start = cluster.now;
  const since = cluster.trace.length;
  const nodes = cluster.api.list<RecordedObject & never>('nodes').items;
  const shell: Shell = new Shell(
    new Map(Object.entries(VARIABLES)),
    commandsFor(cluster, scenario, () => shell),
  );
  shell.run(scenario.script);
  cluster.advance(AFTER_MS);
  const records = [
    ...nodes.map((object) => ({ t: 0, type: 'ADDED', object })),
    ...recordsOf(cluster, since, start),
  ];
  const texts = textsOf(shell);
  return { cluster, records, texts, projection: projectionOf(records, texts) };
}

const VARIABLES = { K: 'kubectl', OUT_DIR };

/** The writes of the API server from one entry of its trace on, as watch events. */
function recordsOf(cluster: Cluster, since: number, start: number): WatchRecord[] {
  return cluster.trace
    .of<WriteFact>('write')
    .filter(({ id }) => id >= since)
    .map(({ at, fact }) => ({
      t: at - start,
      type: fact.verb,
      object: fact.object as unknown as RecordedObject,
    }));
}

function textsOf({ files }: Shell): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [path, text] of files) {
    const name = /^\/out\/(.*)\.txt$/.exec(path)?.[1];
    if (name !== undefined) texts[name] = text;
  }
  return texts;
}

function commandsFor(
  cluster: Cluster,
  { directory }: Scenario,
  shell: () => Shell,
): ReadonlyMap<string, Command> {
  const kubectl: Command = (args, stdin) => {
    cluster.advance(KUBECTL_MS);
    const requestMs = args[0] === 'create' ? CREATE_MS : REQUEST_MS;
    let output = '';
    const onOutput = (text: string): void => void (output += text);
    const options = { stdin, cwd: directory, requestMs, onOutput };
    return { ...runKubectl(cluster, args, options), output };
  };
  const quietly = (...args: readonly string[]): number => kubectl(args, '').exitCode;
  return new Map<string, Command>([
    ['kubectl', kubectl],
    [
      'settle',
      ([seconds = '0']) => {
        cluster.advance(Math.round(Number(seconds) * 1000));
        return succeeded();
      },
    ],
    ['step', () => succeeded()],
    [
      'out',
      ([name = '', ...words]) => {
        const { stdout, stderr, output, exitCode } = shell().call(words);
        const text = output ?? `${stdout}${stderr}`;
        shell().files.set(`${OUT_DIR}/${name}.txt`, `${text}[exit ${exitCode}]\n`);
        return succeeded();
      },
    ],
    [
      'rollout_done',
      ([what = '', timeout = '120s']) => ({
        ...succeeded(),
        exitCode: quietly('rollout', 'status', what, `--timeout=${durationMs(timeout)}ms`),
      }),
    ],
    [
      'fail_node',
      ([node = '']) => {
        quietly('annotate', 'node', node, 'drydock/failed=true', '--overwrite');
        return succeeded();
      },
    ],
    [
      'recover_node',
      ([node = '']) => {
        quietly('annotate', 'node', node, 'drydock/failed-');
        return succeeded();
      },
    ],
    ['echo', (args) => succeeded(`${args.join(' ')}\n`)],
    ['head', ([count = '-10'], stdin) => succeeded(firstLines(stdin, Number(count.slice(1))))],
    ['cut', (args, stdin) => succeeded(cut(args, stdin))],
  ]);
}

function firstLines(text: string, count: number): string {
  const lines = text.split('\n').filter((line, i, all) => i < all.length - 1 || line !== '');
  return lines
    .slice(0, count)
    .map((line) => `${line}\n`)
    .join('');
}

/** `cut -dX -fN` */
function cut(args: readonly string[], text: string): string {
  const delimiter = args.find((arg) => arg.startsWith('-d'))?.slice(2) ?? '\t';
  const field = Number(args.find((arg) => arg.startsWith('-f'))?.slice(2) ?? '1');
  return text
    .split('\n')
    .map((line) => (line.includes(delimiter) ? (line.split(delimiter)[field - 1] ?? '') : line))
    .join('\n');
}
