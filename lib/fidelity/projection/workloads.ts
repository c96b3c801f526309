/** Workloads: the order of their steps, how many pods lived, and what they ended up as. */
import type { RecordedObject } from '../watch-record';
import { identityOf, lastOf, ownerOf, type History } from './history';
import type { PodLives } from './pod-lives';
import { conditionLines, numbersOf } from './tally';

const REVISION = 'deployment.kubernetes.io/revision';
const DEPLOYMENT_STATUS = [
  'observedGeneration',
  'replicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'unavailableReplicas',
];
/** Left out of a status unless they are plain counts (a CronJob's `active` is a list). */
const VOLATILE_STATUS = new Set([
  'conditions',
  'currentRevision',
  'updateRevision',
  'startTime',
  'completionTime',
  'uncountedTerminatedPods',
  'lastScheduleTime',
  'lastSuccessfulTime',
  'collisionCount',
  'active',
]);

export function workloadsOf(history: History, lives: PodLives): Record<string, unknown> {
  const workloads: Record<string, unknown> = {};
  for (const states of history.statesOf('Deployment')) {
    workloads[history.titleOf(lastOf(states))] = deployment(history, lives, states);
  }
  for (const kind of ['StatefulSet', 'DaemonSet', 'Job', 'CronJob']) {
    for (const states of history.statesOf(kind)) {
      const last = lastOf(states);
      workloads[history.titleOf(last)] = controlled(history, lives, last);
    }
  }
  return workloads;
}

function deployment(
  history: History,
  lives: PodLives,
  states: readonly RecordedObject[],
): Record<string, unknown> {
  const last = lastOf(states);
  const { namespace, name, generation, annotations } = last.metadata;
  return {
    deleted: history.isGone(last),
    steps: scalingSteps(history, last),
    maxAlive: lives.of(`Deployment ${namespace}/${name}`)?.maxAlive ?? 0,
    minAvailableAfterFirstFull: minAvailable(states),
    generation,
    replicas: last.spec?.replicas,
    revision: annotations?.[REVISION],
    status: numbersOf(last.status, DEPLOYMENT_STATUS),
    conditions: conditionLines(last),
    replicaSets: history
      .remaining('ReplicaSet')
      .filter((replicaSet) => isOwnedBy(replicaSet, last))
      .map((replicaSet) => replicaSetLine(history, replicaSet))
      .sort(),
  };
}

const isOwnedBy = (object: RecordedObject, owner: RecordedObject): boolean =>
  ownerOf(object)?.name === owner.metadata.name &&
  object.metadata.namespace === owner.metadata.namespace;

/** `rs1`, the ReplicaSet's place among those of its Deployment. */
function shortName(history: History, { metadata }: RecordedObject): string {
  const alias = history.aliasOf('ReplicaSet', metadata.namespace, metadata.name) ?? metadata.name;
  return lastOf(alias.split('.'));
}

function replicaSetLine(history: History, replicaSet: RecordedObject): string {
  const { spec, status, metadata } = replicaSet;
  return (
    `${shortName(history, replicaSet)} spec=${spec?.replicas} ` +
    `status=${numberOf(status?.['replicas'])} ready=${numberOf(status?.['readyReplicas'])} ` +
    `revision=${metadata.annotations?.[REVISION]}`
  );
}

/** How its ReplicaSets were scaled, in order: `rs1→5`, `rs2→2`, `rs1→4`… */
function scalingSteps(history: History, owner: RecordedObject): string[] {
  const steps: string[] = [];
  const previous = new Map<string, string>();
  for (const { type, object } of history.records) {
    if (object.kind !== 'ReplicaSet' || type === 'DELETED' || !isOwnedBy(object, owner)) continue;
    const name = shortName(history, object);
    const step = `${name}→${object.spec?.replicas}`;
    if (previous.get(name) === step) continue;
    previous.set(name, step);
    steps.push(step);
  }
  return steps;
}

/** The fewest available pods from the first time that all were. */
function minAvailable(states: readonly RecordedObject[]): number | null {
  const available = states.map(({ status }) => numberOf(status?.['availableReplicas']));
  const full = available.findIndex((n, i) => n > 0 && n >= (states[i]!.spec?.replicas ?? 1));
  return full < 0 ? null : Math.min(...available.slice(full));
}

const numberOf = (value: unknown): number => (value ?? 0) as number;

function controlled(
  history: History,
  lives: PodLives,
  last: RecordedObject,
): Record<string, unknown> {
  const { namespace, name, generation } = last.metadata;
  const life = lives.of(history.titleOf(last)) ?? lives.of(`${last.kind} ${namespace}/${name}`);
  const keepsRevisions = last.kind === 'StatefulSet' || last.kind === 'DaemonSet';
  return {
    deleted: history.gone.has(identityOf(last)),
    generation,
    maxAlive: life?.maxAlive ?? 0,
    steps: life?.steps ?? [],
    status: countsOf(last),
    conditions: conditionLines(last),
    ...(keepsRevisions ? { revisions: revisionsOf(history, name) } : {}),
  };
}

function countsOf({ status }: RecordedObject): Record<string, unknown> {
  const kept = Object.entries(status ?? {}).filter(
    ([field, value]) =>
      !VOLATILE_STATUS.has(field) || (typeof value === 'number' && field !== 'collisionCount'),
  );
  return Object.fromEntries(kept);
}

const revisionsOf = (history: History, owner: string): number =>
  history.remaining('ControllerRevision').filter((o) => ownerOf(o)?.name === owner).length;
