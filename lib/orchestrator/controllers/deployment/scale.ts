/**
 * Sizes ReplicaSets. When the number of replicas changes in the middle of a rollout, or while it
 * is paused, each ReplicaSet gets its share, so that the mix of revisions stays as it is.
 */
import type { Deployment, ReplicaSet } from '../../api/objects';
import {
  byAge,
  DESIRED_REPLICAS,
  integerAnnotation,
  MAX_REPLICAS,
  sizeAnnotations,
} from './annotations';
import { isRollingUpdate, isScaledUp, maxSurge, totalReplicas } from './limits';
import type { DeploymentPass, Revisions } from './pass';
import { allOf } from './pass';

/** Whether the Deployment has been scaled since its active ReplicaSets were last sized. */
export function isScalingEvent(deployment: Deployment, revisions: Revisions): boolean {
  for (const set of allOf(revisions)) {
    if (!isScaledUp(set)) continue;
    const desired = integerAnnotation(set, DESIRED_REPLICAS);
    if (desired !== undefined && desired !== deployment.spec.replicas) return true;
  }
  return false;
}

export function scale(pass: DeploymentPass, revisions: Revisions): void {
  const { deployment } = pass;
  const { replicas } = deployment.spec;
  const only = activeOrLatest(revisions);
  if (only !== undefined) {
    scaleIfDifferent(pass, only, replicas);
    return;
  }
  if (isSaturated(deployment, revisions.current)) {
    for (const set of revisions.old.filter(isScaledUp)) scaleIfDifferent(pass, set, 0);
    return;
  }
  if (isRollingUpdate(deployment)) scaleInProportion(pass, allOf(revisions).filter(isScaledUp));
}

/**
 * Sets the size of a ReplicaSet, and notes from which size of the Deployment.
 * @returns whether the size changed.
 */
export function scaleReplicaSet(pass: DeploymentPass, set: ReplicaSet, size: number): boolean {
  const { deployment } = pass;
  const { replicas } = deployment.spec;
  const noted = sizeAnnotations(replicas, replicas + maxSurge(deployment));
  const current = set.metadata.annotations;
  const before = set.spec.replicas;
  const stale = Object.keys(noted).some((key) => current?.[key] !== noted[key]);
  if (before === size && !stale) return false;
  pass.writeReplicaSet({
    ...set,
    metadata: { ...set.metadata, annotations: { ...current, ...noted } },
    spec: { ...set.spec, replicas: size },
  });
  if (before === size) return false;
  const direction = before < size ? 'up' : 'down';
  const message = `Scaled ${direction} replica set ${set.metadata.name} from ${before} to ${size}`;
  pass.event('Normal', 'ScalingReplicaSet', message);
  return true;
}

/** Leaves a ReplicaSet of the right size alone, even if what it notes is out of date. */
export function scaleIfDifferent(pass: DeploymentPass, set: ReplicaSet, size: number): boolean {
  return set.spec.replicas !== size && scaleReplicaSet(pass, set, size);
}

/** The only one with replicas; the newest if none has any; undefined if several have. */
function activeOrLatest(revisions: Revisions): ReplicaSet | undefined {
  const active = allOf(revisions).filter(isScaledUp);
  if (active.length === 1) return active[0];
  if (active.length > 1) return undefined;
  return revisions.current ?? [...revisions.old].sort(byAge).at(-1);
}

function isSaturated(deployment: Deployment, current: ReplicaSet | undefined): boolean {
  const { replicas } = deployment.spec;
  return (
    current !== undefined &&
    current.spec.replicas === replicas &&
    integerAnnotation(current, DESIRED_REPLICAS) === replicas &&
    (current.status.availableReplicas ?? 0) === replicas
  );
}

function scaleInProportion(pass: DeploymentPass, active: readonly ReplicaSet[]): void {
  const { deployment } = pass;
  const { replicas } = deployment.spec;
  const allowed = replicas > 0 ? replicas + maxSurge(deployment) : 0;
  const toAdd = allowed - totalReplicas(active);
  const sorted = [...active].sort(
    (a, b) => b.spec.replicas - a.spec.replicas || (toAdd > 0 ? byAge(b, a) : byAge(a, b)),
  );
  let added = 0;
  const sizes = sorted.map((set) => {
    const share = shareOf(deployment, set, toAdd, added);
    added += share;
    return set.spec.replicas + share;
  });
  sorted.forEach((set, index) => {
    const rest = index === 0 ? toAdd - added : 0;
    scaleReplicaSet(pass, set, rest === 0 ? sizes[index]! : Math.max(0, sizes[index]! + rest));
  });
}

/** How many of the replicas to add (or remove, if negative) fall to this ReplicaSet. */
function shareOf(deployment: Deployment, set: ReplicaSet, toAdd: number, added: number): number {
  if (set.spec.replicas === 0 || toAdd === 0 || toAdd === added) return 0;
  const wanted = fractionOf(deployment, set);
  return toAdd > 0 ? Math.min(wanted, toAdd - added) : Math.max(wanted, toAdd - added);
}

function fractionOf(deployment: Deployment, set: ReplicaSet): number {
  const { replicas } = deployment.spec;
  if (replicas === 0) return -set.spec.replicas;
  const before = integerAnnotation(set, MAX_REPLICAS) ?? deployment.status.replicas ?? 0;
  if (before === 0) return 0;
  const share = (set.spec.replicas * (replicas + maxSurge(deployment))) / before;
  return Math.round(share) - set.spec.replicas;
}
