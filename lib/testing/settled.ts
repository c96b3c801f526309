/** Whether the cluster has become what its objects ask for. */
import type { KubeObject } from '../orchestrator/api/object';
import type {
  DaemonSet,
  Deployment,
  HorizontalPodAutoscaler,
  PersistentVolumeClaim,
  Pod,
  StatefulSet,
} from '../orchestrator/api/objects';
import { isPodReady, isTerminal } from '../orchestrator/api/objects';
import type { Cluster } from '../orchestrator/cluster/cluster';

export function isSettled(cluster: Cluster): boolean {
  return unsettled(cluster) === undefined;
}

/** The first object that is not as it should be, and why; undefined if all are. */
export function unsettled(cluster: Cluster): { object: KubeObject; why: string } | undefined {
  const { store } = cluster.api;
  for (const [resource, check] of CHECKS) {
    for (const object of store.objects(resource).values()) {
      const why = check(object);
      if (why !== undefined) return { object, why };
    }
  }
  return undefined;
}

type Check = (object: KubeObject) => string | undefined;

const CHECKS: readonly (readonly [string, Check])[] = [
  ['deployments.apps', (object) => whyNotRolledOut(object as Deployment)],
  ['statefulsets.apps', (object) => whyNotUpdated(object as StatefulSet)],
  ['daemonsets.apps', (object) => whyNotEverywhere(object as DaemonSet)],
  ['persistentvolumeclaims', (object) => whyNotBound(object as PersistentVolumeClaim)],
  ['pods', (object) => whyNotUp(object as Pod)],
  [
    'horizontalpodautoscalers.autoscaling',
    (object) => whyNotScaled(object as HorizontalPodAutoscaler),
  ],
];

/** In the words of `kubectl rollout status`. */
export function whyNotRolledOut({ metadata, spec, status }: Deployment): string | undefined {
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) {
    return 'the deployment spec update has not been observed';
  }
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  if (updatedReplicas < spec.replicas) {
    return `${updatedReplicas} out of ${spec.replicas} new replicas have been updated`;
  }
  if (replicas > updatedReplicas) {
    return `${replicas - updatedReplicas} old replicas are pending termination`;
  }
  if (availableReplicas < updatedReplicas) {
    return `${availableReplicas} of ${updatedReplicas} updated replicas are available`;
  }
  return undefined;
}

export function whyNotUpdated({ metadata, spec, status }: StatefulSet): string | undefined {
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) {
    return 'the statefulset spec update has not been observed';
  }
  const { readyReplicas = 0, updatedReplicas = 0 } = status;
  const partition = spec.updateStrategy.rollingUpdate?.partition ?? 0;
  if (readyReplicas < spec.replicas) return `${spec.replicas - readyReplicas} pods are not ready`;
  if (spec.updateStrategy.type === 'RollingUpdate' && updatedReplicas < spec.replicas - partition) {
    return `${updatedReplicas} out of ${spec.replicas - partition} new pods have been updated`;
  }
  if (status.replicas > spec.replicas) return `${status.replicas - spec.replicas} pods are to go`;
  return undefined;
}

function whyNotEverywhere({ metadata, status }: DaemonSet): string | undefined {
  const { observedGeneration = 0, desiredNumberScheduled = 0, numberAvailable = 0 } = status;
  if (observedGeneration < (metadata.generation ?? 0)) {
    return 'the daemon set spec update has not been observed';
  }
  return numberAvailable < desiredNumberScheduled
    ? `${numberAvailable} of ${desiredNumberScheduled} pods are available`
    : undefined;
}

/** A claim that waits for its first consumer is no unfinished business. */
function whyNotBound({ status }: PersistentVolumeClaim): string | undefined {
  return status.phase === 'Lost' ? 'its volume is lost' : undefined;
}

/** An autoscaler that has not brought its target to the fewest pods yet is about to add some. */
function whyNotScaled({ spec, status }: HorizontalPodAutoscaler): string | undefined {
  const { currentReplicas = 0, conditions = [] } = status;
  const idle = conditions.some(
    ({ type, status: holds }) =>
      (type === 'AbleToScale' || type === 'ScalingActive') && holds === 'False',
  );
  if (currentReplicas >= spec.minReplicas || (idle && currentReplicas === 0)) return undefined;
  return `${currentReplicas} of at least ${spec.minReplicas} replicas have been asked for`;
}

function whyNotUp(pod: Pod): string | undefined {
  if (pod.metadata.deletionTimestamp !== undefined) return 'it is terminating';
  if (isTerminal(pod) || isPodReady(pod)) return undefined;
  return pod.status.phase === 'Pending' ? 'it is Pending' : 'it is not ready';
}
