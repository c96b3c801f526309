/**
 * Finds the ReplicaSet of a Deployment's present template, or creates it, and keeps revision
 * numbers in step.
 */
import type { NewObject } from '../../api/object';
import { controllerOf, controllerReference, keyOf } from '../../api/object';
import type { ReplicaSet } from '../../api/objects';
import { isAlreadyExists } from '../../api/status-error';
import { findCondition, withCondition } from '../framework/conditions';
import { isNamespaceTerminating } from '../framework/namespace-terminating';
import { isRefusal } from '../framework/slow-start';
import { templateHash } from '../framework/template-hash';
import {
  newReplicaSetAnnotations,
  REVISION,
  revisionOf,
  sizeAnnotations,
  withRevision,
} from './annotations';
import { maxSurge, newReplicaSetSize, progressDeadlineMs } from './limits';
import type { DeploymentPass, Revisions } from './pass';
import { equalIgnoringHash, POD_TEMPLATE_HASH, withHash } from './pod-template-hash';

const MAX_NAME_LENGTH = 253;

/** The present and the old ReplicaSets, with revision annotations brought up to date. */
export function syncRevisions(pass: DeploymentPass, createIfMissing: boolean): Revisions {
  const found = findNew(pass);
  const old = pass.owned.filter((set) => set.metadata.uid !== found?.metadata.uid);
  let highest = 0;
  for (const set of old) highest = Math.max(highest, revisionOf(set));
  if (found !== undefined) return { current: syncExisting(pass, found, highest + 1), old };
  if (!createIfMissing) return { current: undefined, old };
  return { current: createNew(pass, old, highest + 1), old };
}

/** The oldest whose template is the Deployment's. */
function findNew(pass: DeploymentPass): ReplicaSet | undefined {
  const { template } = pass.deployment.spec;
  return pass.owned.find((set) => equalIgnoringHash(set.spec.template, template));
}

function syncExisting(pass: DeploymentPass, found: ReplicaSet, revision: number): ReplicaSet {
  const { deployment } = pass;
  const annotations = newReplicaSetAnnotations(deployment, found.metadata.annotations, revision);
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
  if (
    annotations !== found.metadata.annotations ||
    (found.spec.minReadySeconds ?? 0) !== minReadySeconds
  ) {
    return pass.writeReplicaSet({
      ...found,
      metadata: { ...found.metadata, ...(annotations === undefined ? {} : { annotations }) },
      spec: withMinReadySeconds(found.spec, minReadySeconds),
    });
  }
  const own = found.metadata.annotations?.[REVISION];
  const next = own === undefined ? deployment : withRevision(deployment, own);
  const { conditions } = deployment.status;
  const unseen =
    progressDeadlineMs(deployment) !== undefined &&
    findCondition(conditions, 'Progressing') === undefined;
  if (unseen) {
    const message = `Found new replica set "${found.metadata.name}"`;
    const progressing = pass.condition('Progressing', 'True', 'FoundNewReplicaSet', message);
    const status = { ...deployment.status, conditions: withCondition(conditions, progressing) };
    pass.writeStatus(status, next);
  } else if (next !== deployment) {
    pass.writeStatus(deployment.status, next);
  }
  return found;
}

/** A field of 0 is left out, as Go's omitempty does. */
function withMinReadySeconds(spec: ReplicaSet['spec'], seconds: number): ReplicaSet['spec'] {
  if ((spec.minReadySeconds ?? 0) === seconds) return spec;
  const { minReadySeconds: _before, ...rest } = spec;
  return seconds === 0 ? rest : { ...rest, minReadySeconds: seconds };
}

function createNew(pass: DeploymentPass, old: readonly ReplicaSet[], revision: number): ReplicaSet {
  const { deployment, context } = pass;
  const draft = newReplicaSet(pass, old, revision);
  const { name } = draft.metadata;
  let created: ReplicaSet;
  try {
    created = context.client.create('replicasets.apps', deployment.metadata.namespace, draft);
    context.ownWrites.note(keyOf(deployment), context.replicaSets, created);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (isAlreadyExists(error)) {
      const existing = ownExisting(pass, name!);
      if (existing === undefined) {
        countCollision(pass);
        throw error;
      }
      return recordNew(pass, existing, false);
    }
    if (!isNamespaceTerminating(error)) reportFailure(pass, name!, error.message);
    throw error;
  }
  if (created.spec.replicas > 0) {
    const size = `from 0 to ${created.spec.replicas}`;
    pass.event('Normal', 'ScalingReplicaSet', `Scaled up replica set ${name} ${size}`);
  }
  return recordNew(pass, created, true);
}

function newReplicaSet(
  pass: DeploymentPass,
  old: readonly ReplicaSet[],
  revision: number,
): NewObject<ReplicaSet> & { metadata: { name?: string } } {
  const { deployment } = pass;
  const { selector, template, replicas, minReadySeconds } = deployment.spec;
  const hash = templateHash(template, deployment.status.collisionCount);
  const labels = withHash(template.metadata?.labels, hash);
  const prefix = deployment.metadata.name.slice(0, MAX_NAME_LENGTH - hash.length - 1);
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${prefix}-${hash}`,
      labels,
      annotations: {
        ...newReplicaSetAnnotations(deployment, undefined, revision),
        ...sizeAnnotations(replicas, replicas + maxSurge(deployment)),
      },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas: newReplicaSetSize(deployment, old, 0),
      ...(minReadySeconds ? { minReadySeconds } : {}),
      selector: {
        ...selector,
        matchLabels: { ...selector.matchLabels, [POD_TEMPLATE_HASH]: hash },
      },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

/** One of that name that this Deployment made before, and of which its cache had yet to learn. */
function ownExisting(pass: DeploymentPass, name: string): ReplicaSet | undefined {
  const { deployment, context } = pass;
  const { namespace, uid } = deployment.metadata;
  const existing = context.client.tryGet<ReplicaSet>('replicasets.apps', namespace, name);
  if (existing === undefined || controllerOf(existing)?.uid !== uid) return undefined;
  const equal = equalIgnoringHash(existing.spec.template, deployment.spec.template);
  return equal ? existing : undefined;
}

/** The name belongs to another template: the next try hashes to another one. */
function countCollision(pass: DeploymentPass): void {
  const { status } = pass.deployment;
  pass.writeStatus({ ...status, collisionCount: (status.collisionCount ?? 0) + 1 });
}

function reportFailure(pass: DeploymentPass, name: string, error: string): void {
  const message = `Failed to create new replica set "${name}": ${error}`;
  const { deployment } = pass;
  if (progressDeadlineMs(deployment) !== undefined) {
    const failed = pass.condition('Progressing', 'False', 'ReplicaSetCreateError', message);
    const conditions = withCondition(deployment.status.conditions, failed);
    try {
      pass.writeStatus({ ...deployment.status, conditions });
    } catch (refusal) {
      if (!isRefusal(refusal)) throw refusal;
    }
  }
  pass.event('Warning', 'ReplicaSetCreateError', message);
}

function recordNew(pass: DeploymentPass, set: ReplicaSet, isNew: boolean): ReplicaSet {
  const { deployment } = pass;
  pass.owned = [...pass.owned, set];
  const next = withRevision(deployment, set.metadata.annotations?.[REVISION] ?? '1');
  let { status } = deployment;
  if (isNew && progressDeadlineMs(deployment) !== undefined) {
    const message = `Created new replica set "${set.metadata.name}"`;
    const created = pass.condition('Progressing', 'True', 'NewReplicaSetCreated', message);
    status = { ...status, conditions: withCondition(status.conditions, created) };
  }
  if (next !== deployment || status !== deployment.status) pass.writeStatus(status, next);
  return set;
}
