/** `kubectl cordon` and `uncordon`: whether a node takes new pods. */
import type { Node } from '../../orchestrator/api/objects';
import type { Target } from '../input/targets';
import { targetsOf } from '../input/targets';
import { nameOf, type Invocation } from '../invocation';
import { helpError } from '../kubectl-error';
import { patchTarget } from '../workload-patch';

export const cordon = (invocation: Invocation): void => setAll(invocation, true);
export const uncordon = (invocation: Invocation): void => setAll(invocation, false);

function setAll(invocation: Invocation, unschedulable: boolean): void {
  for (const target of nodesOf(invocation)) setUnschedulable(invocation, target, unschedulable);
}

/** The nodes that the words, with or without `node`, or the selector name. */
export function nodesOf(invocation: Invocation): Target[] {
  const { flags, words, verb } = invocation;
  if (words.length === 0 && !flags.has('selector')) {
    throw helpError(verb, `USAGE: ${verb} NODE [flags]`);
  }
  const names = words.map((word) => word.replace(/^nodes?\//, ''));
  const given = names[0] === 'node' || names[0] === 'nodes' ? names.slice(1) : names;
  return targetsOf(invocation, ['nodes', ...given]);
}

export function setUnschedulable(
  invocation: Invocation,
  target: Target,
  unschedulable: boolean,
): void {
  const node = target.object as Node;
  const done = unschedulable ? 'cordoned' : 'uncordoned';
  const what = nameOf(target.kind, node);
  if ((node.spec.unschedulable ?? false) === unschedulable) {
    invocation.print(`${what} already ${done}${invocation.dryRunNote}`);
    return;
  }
  const patch = { spec: { unschedulable: unschedulable ? true : null } };
  patchTarget(invocation, target, patch, unschedulable ? 'kubectl-cordon' : 'kubectl-uncordon');
  invocation.print(`${what} ${done}${invocation.dryRunNote}`);
}
