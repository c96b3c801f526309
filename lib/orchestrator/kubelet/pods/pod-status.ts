/**
 * Computes a pod's status from what its kubelet remembers: phase, conditions, container states.
 * Stands for generateAPIPodStatus and pkg/kubelet/status/generate.go. Parts that did not change
 * are the very objects of the status before.
 * FIDELITY: the volumeMounts and user of container statuses are left out; nothing here reads them.
 */
import type {
  Condition,
  Container,
  ContainerState,
  ContainerStatus,
  Pod,
  PodPhase,
  PodStatus,
} from '../../api/objects';
import type { ContainerRuntime } from '../container-runtime';
import {
  hasStartedApps,
  isInitialized,
  mayRestart,
  seemsRunning,
  type ContainerRecord,
  type PodRecord,
} from './pod-record';

export interface StatusInputs {
  /** The stored pod, whose conditions of other owners stay. */
  readonly current: Pod;
  /** RFC 3339 with whole seconds. */
  readonly now: string;
  readonly hostIP: string;
  /** Knows the ids of images. */
  readonly runtime: Pick<ContainerRuntime, 'imageId'>;
  /** A terminal phase is not shown before the pod is really done with. */
  readonly holdPhase: boolean;
}

/** The phase by the states of the containers, as if a terminal one could be shown at once. */
export function phaseOf(record: PodRecord): PodPhase {
  if (record.outcome !== undefined) return 'Failed';
  const ending = record.lifecycle !== 'running';
  let waiting = 0;
  let running = 0;
  let restartable = false;
  let appsFailed = false;
  const appsStarted = hasStartedApps(record);
  for (const container of record.containers) {
    if (container.role === 'init') {
      if (appsStarted || isInitialized(container)) continue;
      const failed = container.endSeen && container.ended?.terminated.exitCode !== 0;
      if (failed && !mayRestart(record, container)) return 'Failed';
      return ending ? 'Failed' : 'Pending';
    }
    if (container.role === 'sidecar' && !container.started && !appsStarted && !ending) {
      return 'Pending';
    }
    if (container.instances === 0) waiting++;
    else if (seemsRunning(container)) running++;
    else if (container.role === 'app') {
      if (container.ended!.terminated.exitCode !== 0) appsFailed = true;
      if (mayRestart(record, container)) restartable = true;
    }
  }
  if (waiting > 0) return ending ? 'Failed' : 'Pending';
  if (running > 0) return 'Running';
  if (!ending && restartable) return 'Running';
  return appsFailed ? 'Failed' : 'Succeeded';
}

export function computeStatus(record: PodRecord, inputs: StatusInputs): PodStatus {
  const { current } = inputs;
  const truePhase = phaseOf(record);
  const before = current.status.phase;
  const terminal = truePhase === 'Succeeded' || truePhase === 'Failed';
  const phase = terminal && inputs.holdPhase ? before : truePhase;
  const outcome = phase === 'Failed' ? record.outcome : undefined;
  const initCount = record.containers.length - current.spec.containers.length;
  const statuses = record.containers.map((container) =>
    containerStatus(record, container, inputs.runtime),
  );
  const init = statuses.slice(0, initCount);
  const showIp = record.ipShown && record.ip !== '';
  const { nominatedNodeName, qosClass } = current.status;
  return {
    observedGeneration: current.metadata.generation ?? 1,
    phase,
    conditions: conditionsOf(record, truePhase, inputs),
    ...(outcome === undefined ? {} : { message: outcome.message, reason: outcome.reason }),
    ...(nominatedNodeName === undefined ? {} : { nominatedNodeName }),
    hostIP: inputs.hostIP,
    hostIPs: [{ ip: inputs.hostIP }],
    ...(showIp ? { podIP: record.ip, podIPs: [{ ip: record.ip }] } : {}),
    startTime: record.startTime,
    ...(init.length > 0 ? { initContainerStatuses: init } : {}),
    containerStatuses: init.length > 0 ? statuses.slice(initCount) : statuses,
    ...(qosClass === undefined ? {} : { qosClass }),
  };
}

/** Parts of a container's status that follow from its spec, which pods of one template share. */
const bySpec = new WeakMap<Container, Partial<ContainerStatus>>();

function resourcesOf(spec: Container): Partial<ContainerStatus> {
  let known = bySpec.get(spec);
  if (known === undefined) {
    const { requests, limits } = spec.resources ?? {};
    known = {
      ...(requests === undefined ? {} : { allocatedResources: requests }),
      resources: {
        ...(limits === undefined ? {} : { limits }),
        ...(requests === undefined ? {} : { requests }),
      },
    };
    bySpec.set(spec, known);
  }
  return known;
}

const NO_STATE: ContainerState = {};

function containerStatus(
  record: PodRecord,
  container: ContainerRecord,
  runtime: StatusInputs['runtime'],
): ContainerStatus {
  if (container.status !== undefined) return container.status;
  const { spec, id } = container;
  const status: ContainerStatus = {
    name: spec.name,
    ...statesOf(record, container),
    ready: container.ready,
    restartCount: Math.max(0, container.instances - 1),
    image: id === '' ? spec.image : container.runningImage,
    imageID: id === '' ? '' : runtime.imageId(container.runningImage),
    ...(id === '' ? {} : { containerID: `containerd://${id}` }),
    started: container.started,
    ...(id === '' ? {} : resourcesOf(spec)),
  };
  container.status = status;
  return status;
}

function statesOf(
  record: PodRecord,
  container: ContainerRecord,
): { state: ContainerState; lastState: ContainerState } {
  const { ended, last, error } = container;
  const before = last === undefined ? NO_STATE : { terminated: last.terminated };
  if (ended !== undefined && container.endSeen) {
    const end = { terminated: ended.terminated };
    if (error !== undefined && record.lifecycle === 'running' && mayRestart(record, container)) {
      return { state: { waiting: error }, lastState: end };
    }
    return { state: end, lastState: before };
  }
  if (container.id !== '') {
    return { state: { running: { startedAt: container.startedAt } }, lastState: before };
  }
  if (record.lifecycle === 'deleting' && record.finalPhase !== undefined) {
    return { state: LOST, lastState: before };
  }
  if (error !== undefined) return { state: { waiting: error }, lastState: before };
  const hasInit = record.containers[0]!.role !== 'app';
  return { state: hasInit ? INITIALIZING : CREATING, lastState: before };
}

const CREATING: ContainerState = { waiting: { reason: 'ContainerCreating' } };
const INITIALIZING: ContainerState = { waiting: { reason: 'PodInitializing' } };
const LOST: ContainerState = {
  terminated: {
    exitCode: 137,
    reason: 'ContainerStatusUnknown',
    message: 'The container could not be located when the pod was terminated',
  },
};

const OWNED = new Set([
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
]);

interface Verdict {
  readonly ok: boolean;
  readonly reason?: string;
  readonly message?: string;
}

const YES: Verdict = { ok: true };
const NO: Verdict = { ok: false };

function conditionsOf(record: PodRecord, phase: PodPhase, inputs: StatusInputs): Condition[] {
  const { current, now } = inputs;
  const before = current.status.conditions ?? [];
  const generation = current.metadata.generation ?? 1;
  const conditions: Condition[] = [];
  for (let i = 0; i < before.length; i++) {
    if (!OWNED.has(before[i]!.type)) conditions.push(before[i]!);
  }
  const add = (type: string, verdict: Verdict): void => {
    conditions.push(condition(before, type, verdict, generation, now));
  };
  const containers = containersReady(record, phase);
  add('PodReadyToStartContainers', record.sandboxReady ? YES : NO);
  add('Initialized', initialized(record, phase));
  add('Ready', ready(current, before, containers));
  add('ContainersReady', containers);
  add('PodScheduled', YES);
  return conditions;
}

function condition(
  before: readonly Condition[],
  type: string,
  verdict: Verdict,
  observedGeneration: number,
  now: string,
): Condition {
  const status = verdict.ok ? 'True' : 'False';
  const { reason, message } = verdict;
  let old: Condition | undefined;
  for (let i = 0; i < before.length; i++) if (before[i]!.type === type) old = before[i];
  const since = old?.status === status ? (old.lastTransitionTime ?? now) : now;
  if (
    old !== undefined &&
    old.status === status &&
    old.reason === reason &&
    old.message === message &&
    old.observedGeneration === observedGeneration
  ) {
    return old;
  }
  return {
    type,
    observedGeneration,
    status,
    lastProbeTime: null,
    lastTransitionTime: since,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  };
}

function initialized(record: PodRecord, phase: PodPhase): Verdict {
  if (phase === 'Succeeded') return { ok: true, reason: 'PodCompleted' };
  if (record.containers[0]!.role === 'app' || hasStartedApps(record)) return YES;
  const missing: string[] = [];
  for (const container of record.containers) {
    if (container.role !== 'app' && !isInitialized(container)) missing.push(container.spec.name);
  }
  if (missing.length === 0) return YES;
  return {
    ok: false,
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${missing.join(' ')}]`,
  };
}

function containersReady(record: PodRecord, phase: PodPhase): Verdict {
  if (phase === 'Succeeded') return { ok: false, reason: 'PodCompleted' };
  if (phase === 'Failed') return { ok: false, reason: 'PodFailed' };
  let unready: string[] | undefined;
  for (const container of record.containers) {
    if (container.role === 'init' || container.ready) continue;
    (unready ??= []).push(container.spec.name);
  }
  if (unready === undefined) return YES;
  return {
    ok: false,
    reason: 'ContainersNotReady',
    message: `containers with unready status: [${unready.join(' ')}]`,
  };
}

function ready(pod: Pod, conditions: readonly Condition[], containers: Verdict): Verdict {
  const gates = pod.spec.readinessGates;
  if (!containers.ok || gates === undefined) return containers;
  const missing: string[] = [];
  for (const { conditionType } of gates) {
    const gate = conditions.find(({ type }) => type === conditionType);
    if (gate?.status === 'True') continue;
    missing.push(
      gate === undefined
        ? `corresponding condition of pod readiness gate "${conditionType}" does not exist.`
        : `the status of pod readiness gate "${conditionType}" is not "True", but ${gate.status}`,
    );
  }
  if (missing.length === 0) return containers;
  return { ok: false, reason: 'ReadinessGatesNotReady', message: missing.join(', ') };
}
