/** The annotations by which a Deployment and its ReplicaSets keep revisions and sizes. */
import type { KubeObject, StringMap } from '../../api/object';
import type { Deployment, ReplicaSet } from '../../api/objects';

export const REVISION = 'deployment.kubernetes.io/revision';
export const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';
export const ROLLBACK_TO = 'deprecated.deployment.rollback.to';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

const HISTORY_LIMIT = 2000;
const NOT_COPIED = new Set([
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  ROLLBACK_TO,
  LAST_APPLIED,
]);

/** Whether the annotation belongs to one object and does not travel between the two kinds. */
export const staysBehind = (annotation: string): boolean => NOT_COPIED.has(annotation);

const INTEGER = /^[-+]?\d+$/;

/** A whole number out of an annotation; undefined if absent or not one. */
export function integerAnnotation(object: KubeObject, annotation: string): number | undefined {
  const text = object.metadata.annotations?.[annotation];
  return text !== undefined && INTEGER.test(text) ? Number(text) : undefined;
}

/** The revision of an object, 0 if it has none (yet). */
export const revisionOf = (object: KubeObject): number => integerAnnotation(object, REVISION) ?? 0;

export function withRevision(deployment: Deployment, revision: string): Deployment {
  const { annotations } = deployment.metadata;
  if (annotations?.[REVISION] === revision) return deployment;
  const metadata = {
    ...deployment.metadata,
    annotations: { ...annotations, [REVISION]: revision },
  };
  return { ...deployment, metadata };
}

/** The sizes at the last scaling, from which proportional scaling starts. */
export const sizeAnnotations = (desired: number, max: number): StringMap => ({
  [DESIRED_REPLICAS]: String(desired),
  [MAX_REPLICAS]: String(max),
});

/**
 * What the new ReplicaSet's annotations should be: the Deployment's own copied over, its revision
 * raised to `revision`, and the revision that it had before remembered. The very map that it has
 * if nothing changes.
 */
export function newReplicaSetAnnotations(
  deployment: Deployment,
  current: StringMap | undefined,
  revision: number,
): StringMap | undefined {
  const next: Record<string, string> = { ...current };
  let changed = false;
  const own = deployment.metadata.annotations ?? {};
  for (const key in own) {
    if (staysBehind(key) || next[key] === own[key]) continue;
    next[key] = own[key]!;
    changed = true;
  }
  const before = current?.[REVISION];
  if (before !== undefined && before !== '' && !INTEGER.test(before)) {
    return changed ? next : current;
  }
  if (Number(before ?? 0) < revision) {
    next[REVISION] = String(revision);
    if (before !== undefined) next[REVISION_HISTORY] = remember(next[REVISION_HISTORY], before);
    changed = true;
  }
  return changed ? next : current;
}

/** Appends a revision to the list; the oldest drop out when it gets too long. */
function remember(history: string | undefined, revision: string): string {
  if (history === undefined || history === '') return revision;
  const revisions = history.split(',');
  let length = history.length + revision.length + 1;
  let start = 0;
  while (length > HISTORY_LIMIT && start < revisions.length) {
    length -= revisions[start]!.length + 1;
    start++;
  }
  if (length > HISTORY_LIMIT) return history;
  return [...revisions.slice(start), revision].join(',');
}

/** The ReplicaSets by revision, the lowest first; by age if equal. */
export function byRevision(a: ReplicaSet, b: ReplicaSet): number {
  return revisionOf(a) - revisionOf(b) || byAge(a, b);
}

/** The oldest first; names decide within one second. */
export function byAge(a: ReplicaSet, b: ReplicaSet): number {
  const [left, right] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
  if (left !== right) return left < right ? -1 : 1;
  return a.metadata.name < b.metadata.name ? -1 : a.metadata.name > b.metadata.name ? 1 : 0;
}
