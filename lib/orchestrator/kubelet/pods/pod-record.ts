/**
 * What a kubelet remembers of one pod and its containers: plain values from which the pod's
 * status is computed. Stands for the pod worker's state, the runtime cache and the probe results.
 */
import type { Container, ContainerState, ContainerStatus, Pod, PodStatus } from '../../api/objects';
import type { ScheduledEvent } from '../../sim';
import type { ContainerRole } from '../container-runtime';

/** Why a container did not start: what the next status shows as waiting. */
export interface StartError {
  readonly reason: string;
  readonly message: string;
}

/** A container instance that has ended. */
export interface EndedInstance {
  readonly terminated: NonNullable<ContainerState['terminated']>;
  /** Milliseconds since the Unix epoch, whole seconds as in the status. */
  readonly finishedAtMs: number;
}

export interface ContainerRecord {
  readonly index: number;
  readonly role: ContainerRole;
  spec: Container;
  /** Id of the present instance, '' before the first. */
  id: string;
  /** Instances created so far. */
  instances: number;
  running: boolean;
  /** Whether the present instance was created in the pod's present sandbox. */
  inSandbox: boolean;
  startedAt: string;
  /** startedAt in ms since the epoch, cut to whole seconds as the kubelet counts delays. */
  startedAtMs: number;
  /** The present instance's end, once it has ended. */
  ended: EndedInstance | undefined;
  /** Whether the kubelet has noticed that end. */
  endSeen: boolean;
  /** The end of the instance before. */
  last: EndedInstance | undefined;
  error: StartError | undefined;
  /** Image of the running instance; a change of the spec's makes a restart. */
  runningImage: string;
  /** The startup probe has succeeded, or there is none, and the container runs. */
  started: boolean;
  ready: boolean;
  /** The message of the Killing event if the next sync has to kill the container. */
  killBecause: string | undefined;
  /** Seconds of grace that the probe which failed gives. */
  killGraceSeconds: number | undefined;
  kill: ContainerKill | undefined;
  /** The status object as it was last built; undefined if something changed. */
  status: ContainerStatus | undefined;
  hasProbes: boolean;
}

/** A container on its way out. */
export interface ContainerKill {
  readonly startedAt: number;
  readonly graceMs: number;
  /** A hook that outlives the grace dies with its container. */
  hook: 'none' | 'running' | 'done' | 'outlasts';
  hookFailed: boolean;
  signalled: boolean;
  event: ScheduledEvent | undefined;
}

/** What the pod worker is doing; anything but idle keeps further syncs waiting. */
export type Stage =
  | 'idle'
  | 'admitting'
  | 'mounting'
  | 'sandbox'
  | 'killing'
  | 'dropping'
  | 'pulling'
  | 'starting'
  | 'hook'
  | 'done';

export type Lifecycle = 'running' | 'ending' | 'deleting' | 'finished';

export interface PodRecord {
  readonly key: string;
  readonly uid: string;
  /** The newest object seen. */
  pod: Pod;
  status: PodStatus;
  readonly containers: readonly ContainerRecord[];
  stage: Stage;
  lifecycle: Lifecycle;
  /** When the stage goes on. */
  stageEvent: ScheduledEvent | undefined;
  /** A sync that comes from the kubelet's queue. */
  queueEvent: ScheduledEvent | undefined;
  /** A sync that follows soon: the runtime was looked at on demand. */
  soonEvent: ScheduledEvent | undefined;
  syncWanted: boolean;
  lastSyncAt: number;
  /** Containers were started since the last relist that was waited for. */
  relistAfter: boolean;
  startTime: string;
  startTimeMs: number;
  mounted: boolean;
  /** Names of the persistent volumes that are attached to the node for this pod. */
  readonly attached: string[];
  /** The node's resources, ports and address that it had are free again. */
  released: boolean;
  mountFailures: number;
  sandboxReady: boolean;
  /** Whether a status after the sandbox's has been written: only then the address shows. */
  ipShown: boolean;
  ip: string;
  /** Containers that the running sync has yet to start. */
  todo: number[];
  /** The running sync changed containers, or one failed. */
  changed: boolean;
  failed: boolean;
  /** Least milliseconds that a container of this sync has to wait in back-off. */
  backOffMs: number;
  /** What the final status carries besides the phase (DeadlineExceeded, Evicted). */
  outcome: { readonly reason: string; readonly message: string } | undefined;
  finalPhase: 'Succeeded' | 'Failed' | undefined;
  killedSome: boolean;
  hookError: string | undefined;
  forced: boolean;
}

export function newPodRecord(key: string, pod: Pod): PodRecord {
  const init = pod.spec.initContainers ?? [];
  const containers: ContainerRecord[] = [];
  for (const spec of init) {
    const role = spec.restartPolicy === 'Always' ? 'sidecar' : 'init';
    containers.push(newContainerRecord(containers.length, role, spec));
  }
  for (const spec of pod.spec.containers) {
    containers.push(newContainerRecord(containers.length, 'app', spec));
  }
  return {
    key,
    uid: pod.metadata.uid,
    pod,
    status: pod.status,
    containers,
    stage: 'idle',
    lifecycle: 'running',
    stageEvent: undefined,
    queueEvent: undefined,
    soonEvent: undefined,
    syncWanted: false,
    lastSyncAt: -1,
    relistAfter: false,
    startTime: '',
    startTimeMs: 0,
    mounted: false,
    attached: [],
    released: false,
    mountFailures: 0,
    sandboxReady: false,
    ipShown: false,
    ip: '',
    todo: [],
    changed: false,
    failed: false,
    backOffMs: Infinity,
    outcome: undefined,
    finalPhase: undefined,
    killedSome: false,
    hookError: undefined,
    forced: false,
  };
}

function newContainerRecord(index: number, role: ContainerRole, spec: Container): ContainerRecord {
  return {
    index,
    role,
    spec,
    id: '',
    instances: 0,
    running: false,
    inSandbox: false,
    startedAt: '',
    startedAtMs: 0,
    ended: undefined,
    endSeen: false,
    last: undefined,
    error: undefined,
    runningImage: '',
    started: false,
    ready: false,
    killBecause: undefined,
    killGraceSeconds: undefined,
    kill: undefined,
    status: undefined,
    hasProbes: false,
  };
}

/** Takes over container specs that were changed in place; whether an image is among them. */
export function takeSpec({ pod, containers }: PodRecord): boolean {
  const init = pod.spec.initContainers ?? [];
  let changed = false;
  for (const container of containers) {
    const { index } = container;
    const spec = index < init.length ? init[index]! : pod.spec.containers[index - init.length]!;
    if (container.spec === spec) continue;
    changed ||= container.spec.image !== spec.image;
    container.spec = spec;
    container.status = undefined;
  }
  return changed;
}

/** Whether the pod's rules start the container anew after the end that was noticed. */
export function mayRestart(record: PodRecord, container: ContainerRecord): boolean {
  if (container.role === 'sidecar') return true;
  const policy = record.pod.spec.restartPolicy;
  if (policy === 'Never') return false;
  const { ended } = container;
  if (ended === undefined || !container.endSeen) return true;
  if (container.role === 'app' && policy === 'Always') return true;
  return ended.terminated.exitCode !== 0;
}

/** Whether the kubelet takes the container for running: its end, if any, is not yet noticed. */
export const seemsRunning = (container: ContainerRecord): boolean =>
  container.id !== '' && !(container.ended !== undefined && container.endSeen);

/** An ordinary init container that is done, or a sidecar that has started. */
export function isInitialized(container: ContainerRecord): boolean {
  if (container.role === 'sidecar') return container.started;
  return container.inSandbox && container.endSeen && container.ended?.terminated.exitCode === 0;
}

/** Whether some regular container has been created in the pod's sandbox. */
export function hasStartedApps(record: PodRecord): boolean {
  for (const container of record.containers) {
    if (container.role === 'app' && container.inSandbox) return true;
  }
  return false;
}
