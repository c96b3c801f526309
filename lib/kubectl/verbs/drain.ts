/**
 * `kubectl drain`: cordons a node and evicts its pods, patiently where a disruption budget refuses:
 * again every 5 s of virtual time.
 */
import { parseSelector, SelectorError } from '../../orchestrator/api/label-selector';
import { controllerOf, keyOf } from '../../orchestrator/api/object';
import type { Pod } from '../../orchestrator/api/objects';
import { isTerminal } from '../../orchestrator/api/objects';
import { ApiStatusError } from '../../orchestrator/api/status-error';
import type { Target } from '../input/targets';
import { timeoutMs } from '../input/timeout';
import type { Invocation } from '../invocation';
import { KubectlError, usageError } from '../kubectl-error';
import { nodesOf, setUnschedulable } from './cordon';

const RETRY_MS = 5000;
const POLL_MS = 1000;

export function drain(invocation: Invocation): void {
  const targets = nodesOf(invocation);
  podSelection(invocation);
  for (const target of targets) setUnschedulable(invocation, target, true);
  for (const target of targets) drainNode(invocation, target);
}

function drainNode(invocation: Invocation, { object, kind }: Target): void {
  const { name } = object.metadata;
  const pods = podsToEvict(invocation, name);
  if (invocation.isDryRun) {
    for (const pod of pods) invocation.print(`evicting pod ${keyOf(pod)}${invocation.dryRunNote}`);
  } else {
    evictAll(invocation, name, pods);
  }
  invocation.print(`${kind.singular}/${name} drained${invocation.dryRunNote}`);
}

/** The node's pods that are to go; throws if some may not without a flag that says so. */
function podsToEvict(invocation: Invocation, node: string): Pod[] {
  const { api, flags } = invocation;
  const isMeant = podSelection(invocation);
  const items = api.list<Pod>('pods', { nodeName: node }).items.filter(isMeant);
  const daemons: Pod[] = [];
  const unmanaged: Pod[] = [];
  const withData: Pod[] = [];
  const leave: Pod[] = [];
  for (const pod of items) {
    const owner = controllerOf(pod);
    if (owner?.kind === 'DaemonSet') {
      daemons.push(pod);
      continue;
    }
    if (!isTerminal(pod)) {
      if (owner === undefined) unmanaged.push(pod);
      if (pod.spec.volumes?.some((volume) => 'emptyDir' in volume)) withData.push(pod);
    }
    leave.push(pod);
  }
  const problems = [
    problem(daemons, flags.isTrue('ignore-daemonsets'), DAEMONS),
    problem(withData, flags.isTrue('delete-emptydir-data'), LOCAL_DATA),
    problem(unmanaged, flags.isTrue('force'), UNMANAGED),
  ].filter((text) => text !== undefined);
  if (problems.length > 0) {
    throw new KubectlError(
      `error: unable to drain node "${node}" due to error: ${listText(problems)}, continuing command...\n` +
        `There are pending nodes to be drained:\n ${node}\n` +
        problems.map((text) => `${text}`).join('\n'),
    );
  }
  const names = (pods: readonly Pod[]): string => pods.map(keyOf).join(', ');
  if (daemons.length > 0) {
    invocation.printError(`Warning: ignoring DaemonSet-managed Pods: ${names(daemons)}`);
  }
  if (unmanaged.length > 0) {
    const pods = names(unmanaged);
    invocation.printError(`Warning: deleting Pods that declare no controller: ${pods}`);
  }
  return leave;
}

/** What `--pod-selector` says of a pod. */
function podSelection({ flags }: Invocation): (pod: Pod) => boolean {
  const text = flags.text('pod-selector');
  if (text === undefined) return () => true;
  try {
    const { matches } = parseSelector(text);
    return ({ metadata }) => matches(metadata.labels);
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    throw usageError('--pod-selector=<pod_selector> must be a valid label selector');
  }
}

const DAEMONS = 'cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)';
const LOCAL_DATA = 'cannot delete Pods with local storage (use --delete-emptydir-data to override)';
const UNMANAGED = 'cannot delete Pods that declare no controller (use --force to override)';

const problem = (pods: readonly Pod[], allowed: boolean, text: string): string | undefined =>
  allowed || pods.length === 0 ? undefined : `${text}: ${pods.map(keyOf).join(', ')}`;

const listText = (texts: readonly string[]): string =>
  texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]`;

interface Leaving {
  readonly pod: Pod;
  nextAttemptAt: number;
  evicted: boolean;
}

function evictAll(invocation: Invocation, node: string, pods: readonly Pod[]): void {
  const { cluster } = invocation;
  const end = cluster.now + timeoutMs(invocation, '0');
  let left: Leaving[] = pods.map((pod) => ({ pod, nextAttemptAt: cluster.now, evicted: false }));
  for (;;) {
    for (const leaving of left) {
      if (!leaving.evicted && leaving.nextAttemptAt <= cluster.now) evict(invocation, leaving);
    }
    left = left.filter((leaving) => !isGone(invocation, leaving));
    if (left.length === 0) return;
    if (cluster.now >= end) {
      throw new KubectlError(
        `error: unable to drain node "${node}" due to error: ` +
          `${listText(left.map(timeoutText))}, continuing command...\n` +
          `There are pending nodes to be drained:\n ${node}`,
      );
    }
    cluster.advance(Math.min(POLL_MS, end - cluster.now));
  }
}

const timeoutText = ({ pod, evicted }: Leaving): string =>
  evicted
    ? `error when waiting for pod "${pod.metadata.name}" in namespace ` +
      `"${pod.metadata.namespace}" to terminate: global timeout reached`
    : `error when evicting pods/"${pod.metadata.name}" -n "${pod.metadata.namespace}": ` +
      'global timeout reached';

function evict(invocation: Invocation, leaving: Leaving): void {
  const { api, flags, cluster } = invocation;
  const { namespace, name } = leaving.pod.metadata;
  const requester = invocation.requester('kubectl');
  const grace = flags.int('grace-period') ?? -1;
  const deleteOptions = grace < 0 ? {} : { gracePeriodSeconds: grace };
  invocation.print(`evicting pod ${namespace}/${name}`);
  try {
    if (flags.isTrue('disable-eviction')) {
      api.delete(requester, 'pods', namespace, name, deleteOptions);
    } else {
      const metadata = { name, namespace };
      const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata, deleteOptions };
      api.subresource(requester, 'create', 'pods', namespace, name, 'eviction', eviction);
    }
    leaving.evicted = true;
  } catch (error) {
    if (!(error instanceof ApiStatusError)) throw error;
    leaving.evicted = error.reason === 'NotFound';
    if (error.reason !== 'TooManyRequests' && !leaving.evicted) throw error;
    if (leaving.evicted) return;
    leaving.nextAttemptAt = cluster.now + RETRY_MS;
    invocation.printError(
      `error when evicting pods/"${name}" -n "${namespace}" (will retry after 5s): ${error.message}`,
    );
  }
}

function isGone(invocation: Invocation, { pod, evicted }: Leaving): boolean {
  const { namespace, name, uid } = pod.metadata;
  const present = invocation.api.tryGet('pods', namespace, name);
  const gone = evicted && present?.metadata.uid !== uid;
  if (gone) invocation.print(`pod/${name} evicted`);
  return gone;
}
