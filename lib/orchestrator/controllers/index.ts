/**
 * The controllers of kube-controller-manager, in the order in which they start. A new controller
 * is one file (or folder) here and one line below; framework/ holds what they are built of.
 */
import type { ControllerDefinition } from '../client';
import { disruptionController } from './disruption/disruption-controller';
import { clusterRoleAggregationController } from './cluster-role-aggregation';
import { cronJobController } from './cron-job/cron-job-controller';
import { customResourceDefinitionController } from './custom-resource-definition/custom-resource-definition-controller';
import { jobController } from './job/job-controller';
import { ttlAfterFinishedController } from './job/ttl-after-finished';
import { namespaceController } from './namespace/namespace-controller';
import { resourceQuotaController } from './resource-quota';
import { rootCertificatePublisher, serviceAccountController } from './service-account';
import { daemonSetController } from './daemon-set/daemon-set-controller';
import { deploymentController } from './deployment/deployment-controller';
import { replicaSetControllerOf } from './replica-set/replica-set-controller';
import { statefulSetController } from './stateful-set/stateful-set-controller';
import { endpointsController } from './endpoints/endpoints-controller';
import { endpointSliceController } from './endpoints/endpoint-slice-controller';
import { garbageCollectorController } from './garbage-collector/garbage-collector';
import { nodeIpamController } from './node-ipam';
import { nodeTtlController } from './node-ttl';
import { nodeLifecycleController } from './node-lifecycle/node-lifecycle-controller';
import { podGarbageCollectorController } from './pod-garbage-collector';
import { taintEvictionController } from './taint-eviction';
import { horizontalPodAutoscalerController } from './horizontal-pod-autoscaler/horizontal-pod-autoscaler-controller';
import { persistentVolumeController } from './persistent-volume/persistent-volume-controller';
import {
  attributesProtectionController,
  claimProtectionController,
  volumeProtectionController,
} from './persistent-volume/protection-controller';

/** How long what the controllers wait for takes, in milliseconds. */
export interface ControllerTimes {
  /** For the metrics API to answer. */
  readonly metricsMs: number;
  /** Until the first pods of a new ReplicaSet are made. */
  readonly newReplicaSetMs: number;
}

export const controllersOf = ({
  metricsMs,
  newReplicaSetMs,
}: ControllerTimes): readonly ControllerDefinition[] => [
  deploymentController,
  replicaSetControllerOf(newReplicaSetMs),
  statefulSetController,
  daemonSetController,
  jobController,
  ttlAfterFinishedController,
  cronJobController,
  customResourceDefinitionController,
  disruptionController,
  serviceAccountController,
  rootCertificatePublisher,
  namespaceController,
  resourceQuotaController,
  nodeIpamController,
  nodeTtlController,
  nodeLifecycleController,
  taintEvictionController,
  podGarbageCollectorController,
  endpointsController,
  endpointSliceController,
  garbageCollectorController,
  persistentVolumeController,
  attributesProtectionController,
  claimProtectionController,
  volumeProtectionController,
  horizontalPodAutoscalerController(metricsMs),
  clusterRoleAggregationController,
];
