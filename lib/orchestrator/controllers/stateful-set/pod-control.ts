/** What a StatefulSet does to one of its pods and that pod's claims, and what it tells of it. */
import type { NewObject } from '../../api/object';
import { keyOf } from '../../api/object';
import type { PersistentVolumeClaim, Pod, StatefulSet } from '../../api/objects';
import { failure, isAlreadyExists, isNotFound } from '../../api/status-error';
import { isRefusal } from '../framework/slow-start';
import { claimsOf, identityLabels, POD_NAME_LABEL, podName } from './identity';
import { applyRetention, hasStaleOwner, matchesRetention } from './retention';
import type { StatefulSetContext } from './stateful-set-context';

type Verb = 'Create' | 'Update' | 'Delete';

export function createPod(
  context: StatefulSetContext,
  set: StatefulSet,
  ordinal: number,
  draft: NewObject<Pod>,
): void {
  const name = podName(set, ordinal);
  const pod = attempt(context, set, 'Create', name, () => {
    createClaims(context, set, ordinal);
    return context.client.create<Pod>('pods', set.metadata.namespace, draft);
  });
  context.ownWrites.note(keyOf(set), context.pods, pod);
  attempt(context, set, 'Update', name, () => applyRetention(context, set, ordinal, pod));
  tellSuccess(context, set, 'Create', name);
}

/** One that is gone already is as good as deleted. */
export function deletePod(context: StatefulSetContext, set: StatefulSet, pod: Pod): void {
  const { namespace, name } = pod.metadata;
  attempt(context, set, 'Delete', name, () => {
    try {
      context.client.delete('pods', namespace, name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  });
  tellSuccess(context, set, 'Delete', name);
  const leaving = context.client.tryGet<Pod>('pods', namespace, name);
  if (leaving !== undefined) context.ownWrites.note(keyOf(set), context.pods, leaving);
}

/** How many claims have to be created before the pod of this ordinal. */
export function countMissingClaims(
  context: StatefulSetContext,
  set: StatefulSet,
  ordinal: number,
): number {
  const { namespace } = set.metadata;
  return claimsOf(set, ordinal).filter(({ name }) => !context.claims.get(namespace, name)).length;
}

/** Claims of a name that an older pod of that name still owns are about to go. */
export function hasStaleClaims(
  context: StatefulSetContext,
  set: StatefulSet,
  ordinal: number,
): boolean {
  if (set.spec.persistentVolumeClaimRetentionPolicy?.whenScaled !== 'Delete') return false;
  return claimsOf(set, ordinal).some(({ name }) => {
    const claim = context.claims.get(set.metadata.namespace, name);
    return claim !== undefined && hasStaleOwner(claim, podName(set, ordinal));
  });
}

/**
 * Restores what people may have changed: the pod's identity, and who owns its claims. The pod is
 * written, and that is told, even if it was only about its claims.
 */
export function repairPod(
  context: StatefulSetContext,
  set: StatefulSet,
  ordinal: number,
  pod: Pod,
): void {
  const { name, labels } = pod.metadata;
  const isItself = labels?.[POD_NAME_LABEL] === name;
  const isRetained = matchesRetention(context, set, ordinal, pod);
  if (isItself && isRetained) return;
  attempt(context, set, 'Update', name, () => {
    if (!isRetained) applyRetention(context, set, ordinal, pod);
    const identity = isItself ? {} : identityLabels(name, ordinal);
    const metadata = { ...pod.metadata, labels: { ...labels, ...identity } };
    const written = context.client.update<Pod>('pods', { ...pod, metadata });
    context.ownWrites.note(keyOf(set), context.pods, written);
  });
  tellSuccess(context, set, 'Update', name);
}

/** The claims that a pod waits for: those that are missing, and the owners of those that came. */
export function supplyClaims(
  context: StatefulSetContext,
  set: StatefulSet,
  ordinal: number,
  pod: Pod,
): void {
  createClaims(context, set, ordinal);
  const { name } = pod.metadata;
  attempt(context, set, 'Update', name, () => applyRetention(context, set, ordinal, pod));
}

/** Creates the claims that are missing. A claim is never changed or resized. */
function createClaims(context: StatefulSetContext, set: StatefulSet, ordinal: number): void {
  const problems: string[] = [];
  for (const { claim, name } of claimsOf(set, ordinal)) {
    const existing = context.claims.get(set.metadata.namespace, name);
    if (existing === undefined) {
      const problem = createClaim(context, set, ordinal, claim, name);
      if (problem !== undefined) problems.push(problem);
    } else if (existing.metadata.deletionTimestamp !== undefined) {
      problems.push(`pvc ${name} is being deleted`);
    }
  }
  if (problems.length === 0) return;
  const text = problems.length === 1 ? problems[0]! : `[${problems.join(', ')}]`;
  throw failure(500, undefined, text);
}

function createClaim(
  context: StatefulSetContext,
  set: StatefulSet,
  ordinal: number,
  claim: NewObject<PersistentVolumeClaim>,
  name: string,
): string | undefined {
  const of = `Pod ${podName(set, ordinal)} in StatefulSet ${set.metadata.name}`;
  try {
    const { namespace } = set.metadata;
    const created = context.client.create<PersistentVolumeClaim>(
      'persistentvolumeclaims',
      namespace,
      claim,
    );
    context.noteClaim(set, created);
    const message = `Create Claim ${name} ${of} success`;
    context.recorder.event(set, 'Normal', 'SuccessfulCreate', message);
    return undefined;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (!isAlreadyExists(error)) {
      const message = `Create Claim ${name} for ${of} failed error: ${error.message}`;
      context.recorder.event(set, 'Warning', 'FailedCreate', message);
    }
    return `failed to create PVC ${name}: ${error.message}`;
  }
}

const told = (set: StatefulSet, verb: Verb, name: string): string =>
  `${verb} Pod ${name} in StatefulSet ${set.metadata.name}`;

/** Does it; tells of it if it fails, unless what was to be created is there already. */
function attempt<T>(
  context: StatefulSetContext,
  set: StatefulSet,
  verb: Verb,
  name: string,
  act: () => T,
): T {
  try {
    return act();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (verb !== 'Create' || !isAlreadyExists(error)) {
      const message = `${told(set, verb, name)} failed error: ${error.message}`;
      context.recorder.event(set, 'Warning', `Failed${verb}`, message);
    }
    throw error;
  }
}

function tellSuccess(
  context: StatefulSetContext,
  set: StatefulSet,
  verb: Verb,
  name: string,
): void {
  const message = `${told(set, verb, name)} successful`;
  context.recorder.event(set, 'Normal', `Successful${verb}`, message);
}
