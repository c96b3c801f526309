/** `kubectl delete`: deletes what is named, and by default waits until it is gone. */
import type { KubeObject } from '../../orchestrator/api/object';
import { ApiStatusError } from '../../orchestrator/api/status-error';
import type { DeleteOptions } from '../../orchestrator/apiserver/requests';
import { resourceNameOf } from '../../orchestrator/apiserver/resource-registry';
import { objectsOf, referencesOf, type Reference, type Target } from '../input/targets';
import { timeoutMs } from '../input/timeout';
import { typeOf, type Invocation } from '../invocation';
import { KubectlError, usageError } from '../kubectl-error';

const POLICIES: Readonly<Record<string, NonNullable<DeleteOptions['propagationPolicy']>>> = {
  background: 'Background',
  foreground: 'Foreground',
  orphan: 'Orphan',
  true: 'Background',
  false: 'Orphan',
};

export function deleteVerb(invocation: Invocation): void {
  const { flags, words } = invocation;
  const references = referencesOf(invocation, words);
  requireSelection(invocation, references);
  const options = optionsOf(invocation);
  if (options.gracePeriodSeconds === 0 && flags.isTrue('force')) {
    invocation.printError(IMMEDIATE);
  }
  const deleted: Target[] = [];
  let found = 0;
  for (const reference of references) {
    try {
      for (const target of objectsOf(invocation, reference)) {
        found++;
        deleteOne(invocation, target, options);
        deleted.push(target);
      }
    } catch (error) {
      const missing = error instanceof ApiStatusError && error.reason === 'NotFound';
      if (!missing || !flags.isTrue('ignore-not-found')) invocation.fail(error);
    }
  }
  if (found === 0 && invocation.exitCode === 0) invocation.print('No resources found');
  if (!invocation.isDryRun && flags.isTrue('wait', true)) awaitGone(invocation, deleted);
}

const IMMEDIATE =
  'Warning: Immediate deletion does not wait for confirmation that the running resource has been ' +
  'terminated. The resource may continue to run on the cluster indefinitely.';

/** A kind alone is no reason to delete everything of it. */
function requireSelection({ flags }: Invocation, references: readonly Reference[]): void {
  const selects = flags.has('selector') || flags.has('field-selector') || flags.isTrue('all');
  if (selects || references.every(({ name }) => name !== undefined)) return;
  throw usageError('resource(s) were provided, but no name was specified');
}

function optionsOf({ flags, dryRun }: Invocation): DeleteOptions {
  const cascade = flags.text('cascade') ?? 'background';
  const propagationPolicy = POLICIES[cascade];
  if (propagationPolicy === undefined) {
    throw usageError(
      `invalid cascade value (${cascade}). Must be "background", "foreground", or "orphan"`,
    );
  }
  const now = flags.isTrue('now') ? 1 : undefined;
  const asked = flags.int('grace-period') ?? now;
  const gracePeriodSeconds = asked ?? (flags.isTrue('force') ? 0 : -1);
  return {
    propagationPolicy,
    ...(gracePeriodSeconds < 0 ? {} : { gracePeriodSeconds }),
    dryRun: dryRun === 'server',
  };
}

function deleteOne(invocation: Invocation, target: Target, options: DeleteOptions): void {
  const { kind, resource, object } = target;
  const { namespace, name } = object.metadata;
  if (invocation.dryRun !== 'client') {
    const requester = invocation.requester('kubectl-delete');
    invocation.api.delete(requester, resource, namespace, name, options);
  }
  if (invocation.flags.text('output') === 'name') {
    invocation.print(`${typeOf(kind)}/${name}`);
    return;
  }
  const forced = options.gracePeriodSeconds === 0 ? 'force deleted' : 'deleted';
  const place = namespace === undefined ? '' : ` from ${namespace} namespace`;
  invocation.print(`${typeOf(kind)} "${name}" ${forced}${place}${invocation.dryRunNote}`);
}

function awaitGone(invocation: Invocation, targets: readonly Target[]): void {
  const isGone = ({ kind, object }: Target): boolean => {
    const { namespace, name, uid } = object.metadata;
    const now = invocation.api.tryGet<KubeObject>(resourceNameOf(kind), namespace, name);
    return now === undefined || now.metadata.uid !== uid;
  };
  const limit = timeoutMs(invocation, '0');
  if (invocation.waitUntil(() => targets.every(isGone), limit)) return;
  const left = targets.find((target) => !isGone(target))!;
  const { kind, object } = left;
  throw new KubectlError(
    `error: timed out waiting for the condition on ${kind.plural}/${object.metadata.name}`,
  );
}
