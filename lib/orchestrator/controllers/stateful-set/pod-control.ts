/** What a StatefulSet does to one of its pods and that pod's claims, and what it tells of it. */
import type { NewObject } from '../../api/object';
import { keyOf } from '../../api/object';
import type { PersistentVolumeClaim, Pod, StatefulSet } from '../../api/objects';
import { failure, isAlreadyExists, isNotFound } from '../../api/status-error';
import type { Client, EventRecorder, Informer } from '../../client';
import type { OwnWrites } from '../framework/own-writes';
import { isRefusal } from '../framework/slow-start';
import { claimsOf, identityLabels, podName } from './identity';
import { applyRetention, hasStaleOwner } from './retention';

export interface StatefulSetContext {
  readonly client: Client;
  readonly recorder: EventRecorder;
  readonly claims: Informer<PersistentVolumeClaim>;
  readonly pods: Informer<Pod>;
  readonly ownWrites: OwnWrites;
}

type Verb = 'Create' | 'Update' | 'Delete';

export function createPod(
  context: StatefulSetContext,
  set: StatefulSet,
  ordinal: number,
  draft: NewObject<Pod>,
): void {
  const name = podName(set, ordinal);
  recorded(context, set, 'Create', name, () => {
    createClaims(context, set, ordinal);
    const pod = context.client.create<Pod>('pods', set.metadata.namespace, draft);
    context.ownWrites.note(keyOf(set), context.pods, pod);
    applyRetention(context, set, ordinal, pod);
  });
}

export function deletePod(context: StatefulSetContext, set: StatefulSet, pod: Pod): void {
  const { namespace, name } = pod.metadata;
  recorded(context, set, 'Delete', name, () => context.client.delete('pods', namespace, name));
  const leaving = context.client.tryGet<Pod>('pods', namespace, name);
  if (leaving !== undefined) context.ownWrites.note(keyOf(set), context.pods, leaving);
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

/** Restores what people may have changed: identity labels, claims, and who owns the claims. */
export function repairPod(
  context: StatefulSetContext,
  set: StatefulSet,
  ordinal: number,
  pod: Pod,
): void {
  applyRetention(context, set, ordinal, pod);
  const wanted = identityLabels(pod.metadata.name, ordinal);
  const { labels } = pod.metadata;
  if (Object.keys(wanted).every((key) => labels?.[key] === wanted[key])) return;
  recorded(context, set, 'Update', pod.metadata.name, () => {
    const metadata = { ...pod.metadata, labels: { ...labels, ...wanted } };
    context.client.update<Pod>('pods', { ...pod, metadata });
  });
}

/** Creates the claims that are missing. A claim is never changed or resized. */
export function createClaims(context: StatefulSetContext, set: StatefulSet, ordinal: number): void {
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
  const what = `Create Claim ${name} Pod ${podName(set, ordinal)} in StatefulSet ${set.metadata.name}`;
  try {
    context.client.create('persistentvolumeclaims', set.metadata.namespace, claim);
    context.recorder.event(set, 'Normal', 'SuccessfulCreate', `${what} success`);
    return undefined;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (!isAlreadyExists(error)) {
      const message = `${what} failed error: ${error.message}`;
      context.recorder.event(set, 'Warning', 'FailedCreate', message);
    }
    return `failed to create PVC ${name}: ${error.message}`;
  }
}

function recorded(
  context: StatefulSetContext,
  set: StatefulSet,
  verb: Verb,
  name: string,
  act: () => void,
): void {
  const what = `${verb} Pod ${name} in StatefulSet ${set.metadata.name}`;
  try {
    act();
    context.recorder.event(set, 'Normal', `Successful${verb}`, `${what} successful`);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    // Already there, or already gone: the cache will show it.
    const expected = verb === 'Create' ? isAlreadyExists(error) : isNotFound(error);
    if (!expected) {
      const message = `${what} failed error: ${error.message}`;
      context.recorder.event(set, 'Warning', `Failed${verb}`, message);
    }
    throw error;
  }
}
