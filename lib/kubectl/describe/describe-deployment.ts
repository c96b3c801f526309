/** `kubectl describe deployment`. */
import { formatSelector } from '../../orchestrator/api/label-selector';
import { controllerOf, type KubeObject } from '../../orchestrator/api/object';
import type { Deployment, ReplicaSet } from '../../orchestrator/api/objects';
import type { Invocation } from '../invocation';
import { describeTemplate } from '../output/describe-template';
import { dateText, eventLines, mapLines } from './parts';

const REVISION = 'deployment.kubernetes.io/revision';

export function describeDeployment(invocation: Invocation, object: KubeObject): string[] {
  const deployment = object as Deployment;
  const { metadata, spec, status } = deployment;
  const { rollingUpdate, type } = spec.strategy;
  const {
    updatedReplicas = 0,
    replicas = 0,
    availableReplicas = 0,
    unavailableReplicas = 0,
  } = status;
  return [
    `Name:\t${metadata.name}`,
    `Namespace:\t${metadata.namespace}`,
    `CreationTimestamp:\t${dateText(metadata.creationTimestamp)}`,
    ...mapLines('Labels:', metadata.labels),
    ...mapLines('Annotations:', metadata.annotations, ': '),
    `Selector:\t${formatSelector(spec.selector)}`,
    `Replicas:\t${spec.replicas} desired | ${updatedReplicas} updated | ${replicas} total | ` +
      `${availableReplicas} available | ${unavailableReplicas} unavailable`,
    `StrategyType:\t${type}`,
    `MinReadySeconds:\t${spec.minReadySeconds ?? 0}`,
    ...(rollingUpdate === undefined
      ? []
      : [
          `RollingUpdateStrategy:\t${rollingUpdate.maxUnavailable} max unavailable, ` +
            `${rollingUpdate.maxSurge} max surge`,
        ]),
    ...describeTemplate(spec.template),
    ...conditionLines(deployment),
    ...replicaSetLines(invocation, deployment),
    ...eventLines(invocation, object),
  ];
}

function conditionLines({ status }: Deployment): string[] {
  const conditions = status.conditions ?? [];
  if (conditions.length === 0) return [];
  return [
    'Conditions:',
    '  Type\tStatus\tReason',
    '  ----\t------\t------',
    ...conditions.map((c) => `  ${c.type} \t${c.status}\t${c.reason ?? ''}`),
  ];
}

function replicaSetLines({ api }: Invocation, { metadata }: Deployment): string[] {
  const { items } = api.list<ReplicaSet>('replicasets.apps', { namespace: metadata.namespace });
  const owned = items.filter((set) => controllerOf(set)?.uid === metadata.uid);
  const revision = metadata.annotations?.[REVISION];
  const isNew = (set: ReplicaSet): boolean => set.metadata.annotations?.[REVISION] === revision;
  const old = owned.filter((set) => !isNew(set));
  return [`OldReplicaSets:\t${setsText(old)}`, `NewReplicaSet:\t${setsText(owned.filter(isNew))}`];
}

const setsText = (sets: readonly ReplicaSet[]): string =>
  sets
    .map(
      ({ metadata, spec, status }) =>
        `${metadata.name} (${status.replicas ?? 0}/${spec.replicas} replicas created)`,
    )
    .join(', ') || '<none>';
