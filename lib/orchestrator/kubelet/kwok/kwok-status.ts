/** The statuses that KWOK's stages give to pods and nodes. */
import type {
  Condition,
  ContainerState,
  ContainerStatus,
  Node,
  Pod,
  PodStatus,
} from '../../api/objects';

/** The containers run and the pod has an address; it is not yet ready. */
export function runningStatus(pod: Pod, now: string, podIP: string, hostIP: string): PodStatus {
  const fresh = (type: string, ok: boolean): Condition => ({
    type,
    status: ok ? 'True' : 'False',
    lastProbeTime: null,
    lastTransitionTime: now,
    ...(ok ? {} : { reason: 'ContainersNotReady' }),
  });
  return {
    ...pod.status,
    phase: 'Running',
    conditions: merged(pod, [
      fresh('PodReadyToStartContainers', true),
      fresh('Initialized', true),
      fresh('Ready', false),
      fresh('ContainersReady', false),
    ]),
    hostIP,
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: now,
    containerStatuses: statuses(pod, false, true, () => ({ running: { startedAt: now } })),
  };
}

export function readyStatus(pod: Pod, now: string): PodStatus {
  const yes = (type: string): Condition => ({
    type,
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: now,
  });
  return {
    ...pod.status,
    conditions: merged(pod, [yes('Ready'), yes('ContainersReady')]),
    containerStatuses: statuses(pod, true, true, (before) => before?.state ?? {}),
  };
}

export function succeededStatus(pod: Pod, now: string): PodStatus {
  return endedStatus(pod, now, 'Succeeded', 'PodCompleted', {
    exitCode: 0,
    reason: 'Completed',
  });
}

export function failedStatus(pod: Pod, now: string, exitCode: number): PodStatus {
  return endedStatus(pod, now, 'Failed', 'PodFailed', { exitCode, reason: 'Error' });
}

/** A node as its first stage leaves it: ready, with an address. */
export function readyNodeStatus(node: Node, now: string): Node['status'] {
  const conditions: Condition[] = [];
  for (const [type, status, reason, message] of NODE_CONDITIONS) {
    const times = { lastHeartbeatTime: now, lastTransitionTime: now };
    conditions.push({ type, status, ...times, reason, message });
  }
  const { name } = node.metadata;
  return {
    ...node.status,
    phase: 'Running',
    conditions: mergedConditions(node.status.conditions ?? [], conditions),
    addresses: node.status.addresses ?? [
      { type: 'InternalIP', address: '10.0.0.1' },
      { type: 'Hostname', address: name },
    ],
  };
}

const NODE_CONDITIONS: readonly (readonly [string, 'True' | 'False', string, string])[] = [
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
  [
    'MemoryPressure',
    'False',
    'KubeletHasSufficientMemory',
    'kubelet has sufficient memory available',
  ],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
];

function endedStatus(
  pod: Pod,
  now: string,
  phase: 'Succeeded' | 'Failed',
  reason: string,
  end: { readonly exitCode: number; readonly reason: string },
): PodStatus {
  const no = (type: string): Condition => ({
    type,
    status: 'False',
    lastProbeTime: null,
    lastTransitionTime: now,
    reason,
  });
  const state: ContainerState = { terminated: { ...end, startedAt: now, finishedAt: now } };
  return {
    ...pod.status,
    phase,
    conditions: merged(pod, [no('Ready'), no('ContainersReady')]),
    containerStatuses: statuses(pod, false, false, () => state),
  };
}

function statuses(
  pod: Pod,
  ready: boolean,
  started: boolean,
  stateOf: (before: ContainerStatus | undefined) => ContainerState,
): ContainerStatus[] {
  return pod.spec.containers.map(({ name, image }, index) => ({
    name,
    state: stateOf(pod.status.containerStatuses?.[index]),
    lastState: {},
    ready,
    restartCount: 0,
    image,
    imageID: '',
    started,
  }));
}

/** Conditions are merged by type; those that the stage names come first, as in the recordings. */
const merged = (pod: Pod, conditions: readonly Condition[]): Condition[] =>
  mergedConditions(pod.status.conditions ?? [], conditions);

function mergedConditions(before: readonly Condition[], named: readonly Condition[]): Condition[] {
  const kept = before.filter(({ type }) => !named.some((condition) => condition.type === type));
  const first = before.filter(({ type }) => named.some((condition) => condition.type === type));
  if (first.length === named.length) {
    return before.map((old) => named.find(({ type }) => type === old.type) ?? old);
  }
  return [...named, ...kept];
}
