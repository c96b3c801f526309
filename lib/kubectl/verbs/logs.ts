/**
 * `kubectl logs`: what containers have written.
 * FIDELITY: `--follow` prints what there is and ends.
 */
import type { Pod } from '../../orchestrator/api/objects';
import { ApiStatusError } from '../../orchestrator/api/status-error';
import { parseTime } from '../../orchestrator/api/timestamps';
import { containerLog, type LogOptions } from '../../orchestrator/cluster/container-log';
import { durationMs } from '../../orchestrator/sim';
import { byLogging, podsBehind } from '../input/pods-behind';
import { selectionOf } from '../input/selection';
import { objectsOf, referencesOf, type Target } from '../input/targets';
import type { Invocation } from '../invocation';
import { helpError, KubectlError, usageError } from '../kubectl-error';

/** One container's log. */
interface Source {
  readonly pod: Pod;
  readonly container: string;
}

/** How long a workload may take until it has its first pod. */
const FIRST_POD_MS = 20_000;
/** Of several pods only the newest lines are shown. */
const SELECTED_TAIL = 10;
const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

export function logs(invocation: Invocation): void {
  const { flags, words } = invocation;
  requireArguments(invocation);
  const container = flags.text('container') ?? words[1];
  const options = logOptions(invocation);
  const pods = flags.has('selector') ? selectedPods(invocation) : namedPods(invocation);
  const sources = pods.flatMap((pod) => sourcesOf(invocation, pod, container));
  const withPrefix = flags.isTrue('prefix') || flags.isTrue('all-pods');
  for (const source of sources) {
    try {
      const text = containerLog(invocation.cluster.agents, source.pod, {
        ...options,
        container: source.container,
      });
      invocation.write(withPrefix ? prefixed(source, text) : text);
    } catch (error) {
      if (!(error instanceof ApiStatusError) || !flags.isTrue('ignore-errors')) throw error;
      invocation.print(`error: ${error.message}`);
    }
  }
}

const USAGE =
  "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\n" +
  'POD or TYPE/NAME is a required argument for the logs command';

function requireArguments({ flags, words }: Invocation): void {
  const bySelector = flags.has('selector');
  if (words.length > 2 || (words.length === 0 && !bySelector)) throw helpError('logs', USAGE);
  if (words.length > 0 && bySelector) {
    throw helpError('logs', 'only a selector (-l) or a POD name is allowed');
  }
  const container = flags.text('container');
  if (words.length === 2 && container !== undefined) {
    throw helpError('logs', 'only one of -c or an inline [CONTAINER] arg is allowed');
  }
  if (flags.isTrue('all-containers') && (container ?? words[1]) !== undefined) {
    throw usageError(
      '--all-containers=true should not be specified with container name ' +
        `${container ?? words[1]}`,
    );
  }
}

function logOptions({ flags, cluster }: Invocation): LogOptions {
  const tail = flags.int('tail') ?? (flags.has('selector') ? SELECTED_TAIL : -1);
  if (tail < -1) throw usageError('--tail must be greater than or equal to -1');
  const limitBytes = flags.int('limit-bytes') ?? 0;
  const [since, time] = [flags.text('since'), flags.text('since-time')];
  if (since !== undefined && time !== undefined) {
    throw usageError('at most one of `sinceTime` or `sinceSeconds` may be specified');
  }
  const sinceMs = since === undefined ? 0 : durationMs(since);
  return {
    previous: flags.isTrue('previous'),
    timestamps: flags.isTrue('timestamps'),
    ...(tail < 0 ? {} : { tailLines: tail }),
    ...(limitBytes > 0 ? { limitBytes } : {}),
    ...(sinceMs > 0 ? { sinceMs: cluster.clock.wallMs - sinceMs } : {}),
    ...(time === undefined ? {} : { sinceMs: parseTime(time) }),
  };
}

function selectedPods(invocation: Invocation): readonly Pod[] {
  const { api, flags, namespace } = invocation;
  const matches = selectionOf(invocation.kindNamed('pods'), flags);
  const { items } = api.list<Pod>('pods', { namespace, matches });
  if (items.length === 0) {
    invocation.printError(`No resources found in ${namespace} namespace.`);
  }
  return items;
}

/** The pod itself, or one of those behind a workload; all of them with `--all-pods`. */
function namedPods(invocation: Invocation): readonly Pod[] {
  const [word = ''] = invocation.words;
  const target = targetNamed(invocation, word);
  if (target.kind.kind === 'Pod') return [target.object as Pod];
  const found = (): readonly Pod[] => podsBehind(invocation, target);
  if (!invocation.waitUntil(() => found().length > 0, FIRST_POD_MS)) {
    throw usageError('timed out waiting for the condition');
  }
  const pods = found();
  if (invocation.flags.isTrue('all-pods')) return pods;
  const [first] = byLogging(pods);
  if (pods.length > 1) {
    invocation.printError(`Found ${pods.length} pods, using pod/${first!.metadata.name}`);
  }
  return [first!];
}

function targetNamed(invocation: Invocation, word: string): Target {
  const words = [word.includes('/') ? word : `pods/${word}`];
  const [reference] = referencesOf(invocation, words);
  try {
    return objectsOf(invocation, reference!)[0]!;
  } catch (error) {
    if (!(error instanceof ApiStatusError) || error.reason !== 'NotFound') throw error;
    const where =
      reference!.namespace === undefined ? '' : ` in namespace "${reference!.namespace}"`;
    throw new KubectlError(`error: error from server (NotFound): ${error.message}${where}`);
  }
}

function sourcesOf(invocation: Invocation, pod: Pod, asked: string | undefined): Source[] {
  const { containers, initContainers = [] } = pod.spec;
  const inits = initContainers.map(({ name }) => name);
  const names = containers.map(({ name }) => name);
  if (invocation.flags.isTrue('all-containers')) {
    return [...inits, ...names].map((container) => ({ pod, container }));
  }
  const listed = [...names, ...inits.map((name) => `${name} (init)`)].join(', ');
  if (asked !== undefined) {
    if ([...names, ...inits].includes(asked)) return [{ pod, container: asked }];
    throw usageError(
      `container ${asked} is not valid for pod ${pod.metadata.name} out of: ${listed}`,
    );
  }
  const annotated = pod.metadata.annotations?.[DEFAULT_CONTAINER] ?? '';
  if ([...names, ...inits].includes(annotated)) return [{ pod, container: annotated }];
  const [first] = names;
  if (names.length + inits.length > 1 && !invocation.flags.isTrue('all-pods')) {
    invocation.printError(`Defaulted container "${first}" out of: ${listed}`);
  }
  return [{ pod, container: first! }];
}

const prefixed = ({ pod, container }: Source, text: string): string =>
  text.replace(/^(?=.)/gm, `[pod/${pod.metadata.name}/${container}] `);
