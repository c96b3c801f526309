/** `kubectl scale`: sets the number of replicas through the scale subresource. */
import type { Scale } from '../../orchestrator/apiserver/subresources/scale';
import { targetsOf, type Target } from '../input/targets';
import { nameOf, type Invocation } from '../invocation';
import { usageError } from '../kubectl-error';

export function scale(invocation: Invocation): void {
  if (!invocation.flags.has('replicas')) throw usageError('required flag(s) "replicas" not set');
  const replicas = invocation.flags.int('replicas');
  if (replicas === undefined || replicas < 0) {
    throw usageError(
      'The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0',
    );
  }
  for (const target of targetsOf(invocation, invocation.words)) {
    scaleTo(invocation, target, replicas);
    invocation.print(`${nameOf(target.kind, target.object)} scaled${invocation.dryRunNote}`);
  }
}

function scaleTo(invocation: Invocation, { resource, object }: Target, replicas: number): void {
  const { api, flags, dryRun } = invocation;
  const requester = invocation.requester('kubectl');
  const { namespace, name } = object.metadata;
  const current = api.subresource(requester, 'get', resource, namespace, name, 'scale') as Scale;
  const expected = flags.int('current-replicas');
  const present = current.spec.replicas ?? 0;
  if (expected !== undefined && expected >= 0 && expected !== present) {
    throw usageError(`Expected replicas to be ${expected}, was ${present}`);
  }
  if (dryRun === 'client') return;
  const wanted = { ...current, spec: { ...current.spec, replicas } };
  const options = { dryRun: dryRun === 'server' };
  api.subresource(requester, 'update', resource, namespace, name, 'scale', wanted, options);
}
