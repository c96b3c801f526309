/**
 * The built-in kinds that the API server serves, in the order of discovery, and the ways to find
 * one. Custom resources are registered with the API server itself, not here.
 */
import type { KindDefinition } from '../kind';
import { controllerRevisionKind } from './controller-revision';
import { cronJobKind } from './cron-job';
import { daemonSetKind } from './daemon-set';
import { deploymentKind } from './deployment';
import { jobKind } from './job';
import { podKind } from './pod';
import { podTemplateKind } from './pod-template';
import { replicaSetKind } from './replica-set';
import { replicationControllerKind } from './replication-controller';
import { statefulSetKind } from './stateful-set';
import { configMapKind } from './config-map';
import { validatingAdmissionPolicyBindingKind } from './admission-hooks/validating-admission-policy-binding';
import { deviceKinds } from './devices/device-kinds';
import { flowSchemaKind } from './flow-control/flow-schema';
import { priorityLevelConfigurationKind } from './flow-control/priority-level-configuration';
import { endpointSliceKind } from './endpoint-slice';
import { endpointsKind } from './endpoints';
import { eventKind, eventsV1EventKind } from './event';
import { ingressKind } from './ingress';
import { limitRangeKind } from './limit-range';
import { namespaceKind } from './namespace';
import { networkPolicyKind } from './network-policy';
import { nodeKind } from './node';
import { persistentVolumeClaimKind } from './persistent-volume-claim';
import { persistentVolumeKind } from './persistent-volume';
import { podDisruptionBudgetKind } from './pod-disruption-budget';
import { resourceQuotaKind } from './resource-quota';
import { secretKind } from './secret';
import { serviceAccountKind } from './service-account';
import { serviceKind } from './service';
import { customResourceDefinitionKind } from './custom-resource-definition';
import { horizontalPodAutoscalerKind } from './horizontal-pod-autoscaler';
import { horizontalPodAutoscalerV1Kind } from './horizontal-pod-autoscaler-v1';
import { leaseKind } from './lease';
import { priorityClassKind } from './priority-class';
import { clusterRoleBindingKind, roleBindingKind } from './role-bindings';
import { clusterRoleKind, roleKind } from './roles';
import { storageClassKind } from './storage-class';
import { certificateSigningRequestKind } from './certificate-signing-request';
import { csiDriverKind, csiNodeKind, csiStorageCapacityKind } from './csi-kinds';
import { ingressClassKind } from './ingress-class';
import { runtimeClassKind } from './runtime-class';
import { ipAddressKind, serviceCidrKind } from './service-addresses';
import { volumeAttachmentKind, volumeAttributesClassKind } from './volume-attachment';
import {
  mutatingWebhookConfigurationKind,
  validatingWebhookConfigurationKind,
} from './webhook-configurations';
import { plainKinds } from './plain-kinds';

const special: readonly KindDefinition[] = [
  podKind,
  podTemplateKind,
  replicationControllerKind,
  controllerRevisionKind,
  daemonSetKind,
  deploymentKind,
  replicaSetKind,
  statefulSetKind,
  cronJobKind,
  jobKind,
  configMapKind,
  endpointSliceKind,
  endpointsKind,
  eventKind,
  eventsV1EventKind,
  ingressKind,
  limitRangeKind,
  namespaceKind,
  networkPolicyKind,
  nodeKind,
  persistentVolumeClaimKind,
  persistentVolumeKind,
  podDisruptionBudgetKind,
  resourceQuotaKind,
  secretKind,
  serviceAccountKind,
  serviceKind,
  horizontalPodAutoscalerKind,
  horizontalPodAutoscalerV1Kind,
  leaseKind,
  priorityClassKind,
  roleKind,
  roleBindingKind,
  clusterRoleKind,
  clusterRoleBindingKind,
  storageClassKind,
  customResourceDefinitionKind,
  certificateSigningRequestKind,
  csiDriverKind,
  csiNodeKind,
  csiStorageCapacityKind,
  ingressClassKind,
  ipAddressKind,
  runtimeClassKind,
  serviceCidrKind,
  volumeAttachmentKind,
  volumeAttributesClassKind,
  validatingWebhookConfigurationKind,
  mutatingWebhookConfigurationKind,
  validatingAdmissionPolicyBindingKind,
  ...deviceKinds,
  flowSchemaKind,
  priorityLevelConfigurationKind,
];

export const kinds: readonly KindDefinition[] = [...special, ...plainKinds(special)];

const byResource = new Map(kinds.map((k) => [`${k.group}/${k.version}/${k.plural}`, k]));
const byKind = new Map(
  kinds.map((k) => [`${k.group === '' ? k.version : `${k.group}/${k.version}`}/${k.kind}`, k]),
);
const byName = namesOf(kinds);

/** The kind of a path's group ('' for core), version and resource (`deployments`). */
export function kindFor(
  group: string,
  version: string,
  plural: string,
): KindDefinition | undefined {
  return byResource.get(`${group}/${version}/${plural}`);
}

/** The kind that an object names in its `apiVersion` and `kind`. */
export function kindOfObject(apiVersion: string, kind: string): KindDefinition | undefined {
  return byKind.get(`${apiVersion}/${kind}`);
}

/**
 * The kind that people name: `deployments`, `deployment`, `deploy`, `Deployment`,
 * `deployments.apps` or `deployments.v1.apps`. The first registered kind wins a shared name.
 */
export function kindNamed(text: string): KindDefinition | undefined {
  return byName.get(text.toLowerCase());
}

function namesOf(all: readonly KindDefinition[]): Map<string, KindDefinition> {
  const found = new Map<string, KindDefinition>();
  const add = (name: string, kind: KindDefinition): void => {
    if (name !== '' && !found.has(name)) found.set(name, kind);
  };
  // Plural names come before all others: a short name never hides a resource.
  for (const kind of all) add(kind.plural, kind);
  for (const kind of all) {
    for (const name of [kind.singular, kind.kind.toLowerCase(), ...kind.shortNames]) {
      add(name, kind);
    }
    for (const name of [kind.plural, kind.singular, ...kind.shortNames]) {
      if (kind.group !== '') add(`${name}.${kind.group}`, kind);
      add(`${name}.${kind.version}.${kind.group}`, kind);
    }
  }
  return found;
}
