/** `kubectl rollout`: status, history, undo, pause, resume, restart. */
import { deepEqual } from '../../orchestrator/api/deep-equal';
import type { Deployment } from '../../orchestrator/api/objects';
import { formatTime } from '../../orchestrator/api/timestamps';
import { LAST_APPLIED } from '../../orchestrator/api/apply/last-applied';
import { resourceNameOf } from '../../orchestrator/apiserver/resource-registry';
import { targetsOf, type Target } from '../input/targets';
import { timeoutMs } from '../input/timeout';
import { nameOf, type Invocation } from '../invocation';
import { helpError, KubectlError, usageError } from '../kubectl-error';
import { describeTemplate } from '../output/describe-template';
import { alignedLines } from '../output/table';
import { revisionsOf, withoutHash } from '../rollout/revisions';
import { rolloutState } from '../rollout/rollout-state';
import { patchTarget } from '../workload-patch';

const HISTORY_GAP = 2;
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

type Action = (invocation: Invocation, target: Target) => void;

const actions: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['history', history],
  ['pause', pause],
  ['restart', restart],
  ['resume', resume],
  ['status', status],
  ['undo', undo],
]);

export function rollout(invocation: Invocation): void {
  const [what = '', ...words] = invocation.words;
  const action = actions.get(what);
  if (action === undefined) {
    throw helpError('rollout', `unknown command "${invocation.words.join(' ')}"`);
  }
  if (words.length === 0 && !invocation.flags.has('filename')) {
    throw usageError('required resource not specified');
  }
  for (const target of targetsOf(invocation, words)) action(invocation, target);
}

/** Prints where the rollout is, and again at each change, until it is done. */
function status(invocation: Invocation, { resource, object }: Target): void {
  const { api, flags } = invocation;
  const { namespace, name } = object.metadata;
  let failure: unknown;
  let finished = false;
  const report = (present: Target['object']): void => {
    if (finished) return;
    try {
      const state = rolloutState(present);
      invocation.print(state.text);
      finished = state.done;
    } catch (error) {
      failure = error;
      finished = true;
    }
  };
  report(object);
  if (!finished && flags.isTrue('watch', true)) {
    const selection = { name, ...(namespace === undefined ? {} : { namespace }) };
    const watch = api.watch(resource, selection, api.store.revision, (event) => {
      if (event.type === 'DELETED') {
        failure = usageError('object has been deleted');
        finished = true;
      } else report(event.object);
    });
    const inTime = invocation.waitUntil(() => finished, timeoutMs(invocation, '0'));
    watch.stop();
    if (!inTime) failure = usageError('timed out waiting for the condition');
  }
  if (failure !== undefined) throw failure;
}

function history(invocation: Invocation, target: Target): void {
  const revisions = revisionsOf(invocation, target);
  const what = nameOf(target.kind, target.object);
  const asked = invocation.flags.int('revision');
  if (asked !== undefined && asked > 0) {
    const found = revisions.find(({ revision }) => revision === asked);
    if (found === undefined) throw usageError(`unable to find the specified revision`);
    invocation.print(`${what} with revision #${asked}`);
    for (const line of describeTemplate(found.template)) invocation.print(line);
    invocation.print('');
    return;
  }
  const rows = revisions.map(({ revision, changeCause }) => [
    String(revision),
    changeCause ?? '<none>',
  ]);
  invocation.print(`${what} `);
  if (rows.length === 0) invocation.print('No rollout history found.');
  else {
    const lines = alignedLines([['REVISION', 'CHANGE-CAUSE'], ...rows], HISTORY_GAP, 0);
    for (const line of lines) invocation.print(line);
  }
  invocation.print('');
}

function undo(invocation: Invocation, target: Target): void {
  const { kind, resource, object } = target;
  const { namespace, name } = object.metadata;
  const what = nameOf(kind, object);
  if (!ROLLS_BACK.has(kind.kind)) {
    warnOfApply(invocation, target);
    throw usageError(`no rollbacker has been implemented for "${kind.kind}"`);
  }
  warnOfApply(invocation, target);
  const revisions = revisionsOf(invocation, target);
  const asked = invocation.flags.int('to-revision') ?? 0;
  if (asked === 0 && revisions.length <= 1) {
    throw usageError(`no rollout history found for ${kind.singular} "${name}"`);
  }
  const found =
    asked === 0 ? revisions.at(-2) : revisions.find(({ revision }) => revision === asked);
  if (found === undefined)
    throw usageError(`unable to find specified revision ${asked} in history`);
  if (kind.kind === 'Deployment' && (object as Deployment).spec.paused === true) {
    throw usageError(
      "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and " +
        'try again',
    );
  }
  const { template } = (object as Deployment).spec;
  if (deepEqual(withoutHash(found.template), withoutHash(template))) {
    const note = `skipped rollback (current template already matches revision ${found.revision})`;
    invocation.print(`${what} ${note}`);
    return;
  }
  if (invocation.dryRun !== 'client') {
    const { type, body } = found.undo;
    const options = { dryRun: invocation.dryRun === 'server' };
    const requester = invocation.requester('kubectl-rollout');
    invocation.api.patch(requester, resource, namespace, name, type, body, '', options);
  }
  invocation.print(`${what} rolled back${invocation.dryRunNote}`);
}

const ROLLS_BACK = new Set(['DaemonSet', 'Deployment', 'StatefulSet']);

function warnOfApply(invocation: Invocation, { kind, object }: Target): void {
  if (object.metadata.annotations?.[LAST_APPLIED] === undefined) return;
  invocation.printError(
    `Warning: resource ${kind.plural}/${object.metadata.name} was previously managed with ` +
      `'kubectl apply'. Rolling back will not update the ${LAST_APPLIED} annotation, which may ` +
      "cause unexpected behavior on future 'kubectl apply' operations. Consider using 'kubectl " +
      "apply' with your previous configuration file instead.",
  );
}

function pause(invocation: Invocation, target: Target): void {
  setPaused(invocation, target, true);
}

function resume(invocation: Invocation, target: Target): void {
  setPaused(invocation, target, false);
}

function setPaused(invocation: Invocation, target: Target, paused: boolean): void {
  const { kind, object } = target;
  const [done, already] = paused ? ['paused', 'is already paused'] : ['resumed', 'is not paused'];
  const { name } = object.metadata;
  if (kind.kind !== 'Deployment') {
    const verb = paused ? 'pausing' : 'resuming';
    throw usageError(`${kind.plural}.${kind.group} "${name}" ${verb} is not supported`);
  }
  if (((object as Deployment).spec.paused ?? false) === paused) {
    throw usageError(`${kind.plural}.${kind.group} "${name}" ${already}`);
  }
  patchTarget(invocation, target, { spec: { paused: paused ? true : null } }, 'kubectl-rollout');
  invocation.print(`${nameOf(kind, object)} ${done}`);
}

function restart(invocation: Invocation, target: Target): void {
  const { kind, object } = target;
  if (kind.kind === 'Deployment' && (object as Deployment).spec.paused === true) {
    throw new KubectlError(
      `error: ${kind.plural}.${kind.group} "${object.metadata.name}" can't restart paused ` +
        'deployment (run rollout resume first)',
    );
  }
  if (!ROLLS_BACK.has(kind.kind)) {
    const type = resourceNameOf(kind);
    throw usageError(`${type} "${object.metadata.name}" restarting is not supported`);
  }
  const annotations = { [RESTARTED_AT]: formatTime(invocation.cluster.clock.wallMs) };
  const patch = { spec: { template: { metadata: { annotations } } } };
  patchTarget(invocation, target, patch, 'kubectl-rollout');
  invocation.print(`${nameOf(kind, object)} restarted`);
}
