/** How far a rollout is, in the words of `kubectl rollout status`. */
import type { KubeObject } from '../../orchestrator/api/object';
import type { DaemonSet, Deployment, StatefulSet } from '../../orchestrator/api/objects';
import { usageError } from '../kubectl-error';

export interface RolloutState {
  readonly text: string;
  readonly done: boolean;
}

/** Throws KubectlError for a rollout that has failed, or an object that does not roll out. */
export function rolloutState(object: KubeObject): RolloutState {
  switch (object.kind) {
    case 'Deployment':
      return deploymentState(object as Deployment);
    case 'StatefulSet':
      return statefulSetState(object as StatefulSet);
    case 'DaemonSet':
      return daemonSetState(object as DaemonSet);
    default:
      throw usageError(`no status viewer has been implemented for ${object.kind}`);
  }
}

const waiting = (text: string): RolloutState => ({ text, done: false });
const done = (text: string): RolloutState => ({ text, done: true });

const isObserved = (generation: number | undefined, observed: number | undefined): boolean =>
  (generation ?? 0) <= (observed ?? 0);

function deploymentState(deployment: Deployment): RolloutState {
  const { metadata, spec, status } = deployment;
  if (!isObserved(metadata.generation, status.observedGeneration))
    return waiting('Waiting for deployment spec update to be observed...');
  const { name } = metadata;
  const late = status.conditions?.find(({ type }) => type === 'Progressing');
  if (late?.reason === 'ProgressDeadlineExceeded') {
    throw usageError(`deployment "${name}" exceeded its progress deadline`);
  }
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = status;
  const still = `Waiting for deployment "${name}" rollout to finish:`;
  if (updatedReplicas < spec.replicas) {
    return waiting(
      `${still} ${updatedReplicas} out of ${spec.replicas} new replicas have been updated...`,
    );
  }
  if (replicas > updatedReplicas) {
    return waiting(
      `${still} ${replicas - updatedReplicas} old replicas are pending termination...`,
    );
  }
  if (availableReplicas < updatedReplicas) {
    return waiting(
      `${still} ${availableReplicas} of ${updatedReplicas} updated replicas are available...`,
    );
  }
  return done(`deployment "${name}" successfully rolled out`);
}

function statefulSetState(set: StatefulSet): RolloutState {
  const { metadata, spec, status } = set;
  if (spec.updateStrategy.type !== 'RollingUpdate') {
    throw usageError('rollout status is only available for RollingUpdate strategy type');
  }
  if (
    (status.observedGeneration ?? 0) === 0 ||
    !isObserved(metadata.generation, status.observedGeneration)
  ) {
    return waiting('Waiting for statefulset spec update to be observed...');
  }
  const { readyReplicas = 0, updatedReplicas = 0 } = status;
  if (readyReplicas < spec.replicas) {
    return waiting(`Waiting for ${spec.replicas - readyReplicas} pods to be ready...`);
  }
  const partition = spec.updateStrategy.rollingUpdate?.partition ?? 0;
  if (partition > 0) {
    const wanted = spec.replicas - partition;
    if (updatedReplicas < wanted) {
      return waiting(
        `Waiting for partitioned roll out to finish: ${updatedReplicas} out of ${wanted} new pods ` +
          'have been updated...',
      );
    }
    return done(`partitioned roll out complete: ${updatedReplicas} new pods have been updated...`);
  }
  if (status.updateRevision !== status.currentRevision) {
    return waiting(
      `waiting for statefulset rolling update to complete ${updatedReplicas} pods at revision ` +
        `${status.updateRevision}...`,
    );
  }
  return done(
    `statefulset rolling update complete ${status.currentReplicas ?? 0} pods at revision ` +
      `${status.currentRevision}...`,
  );
}

function daemonSetState(set: DaemonSet): RolloutState {
  const { metadata, spec, status } = set;
  if (spec.updateStrategy.type !== 'RollingUpdate') {
    throw usageError('rollout status is only available for RollingUpdate strategy type');
  }
  if (!isObserved(metadata.generation, status.observedGeneration))
    return waiting('Waiting for daemon set spec update to be observed...');
  const { updatedNumberScheduled = 0, desiredNumberScheduled = 0, numberAvailable = 0 } = status;
  const still = `Waiting for daemon set "${metadata.name}" rollout to finish:`;
  if (updatedNumberScheduled < desiredNumberScheduled) {
    return waiting(
      `${still} ${updatedNumberScheduled} out of ${desiredNumberScheduled} new pods have been ` +
        'updated...',
    );
  }
  if (numberAvailable < desiredNumberScheduled) {
    return waiting(
      `${still} ${numberAvailable} of ${desiredNumberScheduled} updated pods are available...`,
    );
  }
  return done(`daemon set "${metadata.name}" successfully rolled out`);
}
