/** Why something is not as it should be: the causal sentence that failures open with. */
import type { ContainerStatus, Event, Node, Pod } from '../orchestrator/api/objects';
import { conditionOf, isPodReady, isTerminal, isTrue } from '../orchestrator/api/objects';
import type { KubeObject } from '../orchestrator/api/object';
import type { ApiServer } from '../orchestrator/apiserver/api-server';
import type { ScheduleFact } from '../orchestrator/scheduler/schedule-fact';
import type { Trace } from '../orchestrator/sim';
import { formatInstant, formatSpan } from './instants';

/** The parts of a cluster that an explanation reads. */
export interface Evidence {
  readonly api: ApiServer;
  readonly trace: Trace;
  readonly nowMs: number;
}

export interface Explanation {
  /** The first line says what is wrong, further ones are indented details. */
  readonly lines: readonly string[];
  /** What to change; undefined if that is not clear. */
  readonly fix?: string;
}

/** The most telling trouble among the pods of a workload; undefined if they are all well. */
export function whyPodsFail(evidence: Evidence, pods: readonly Pod[]): Explanation | undefined {
  const troubled = pods
    .filter((pod) => pod.metadata.deletionTimestamp === undefined)
    .filter((pod) => !isPodReady(pod) && pod.status.phase !== 'Succeeded');
  for (const explain of EXPLANATIONS) {
    for (const pod of troubled) {
      const explanation = explain(evidence, pod);
      if (explanation !== undefined) return explanation;
    }
  }
  return undefined;
}

const named = (pod: Pod): string => `pod/${pod.metadata.name}`;

/** What a pod's own statuses say is old news once its node is silent. */
function whyNodeIsDown({ api }: Evidence, pod: Pod): Explanation | undefined {
  const { nodeName, tolerations = [] } = pod.spec;
  const node = nodeName ? api.tryGet<Node>('nodes', undefined, nodeName) : undefined;
  if (node === undefined || isTrue(node, 'Ready')) return undefined;
  const patience = tolerations.find(
    ({ key, effect }) => key === 'node.kubernetes.io/unreachable' && effect === 'NoExecute',
  )?.tolerationSeconds;
  if (patience === undefined) return { lines: [`${named(pod)} is on ${nodeName}, which is down.`] };
  return {
    lines: [
      `${named(pod)} is on ${nodeName}, which is down.`,
      `  It is replaced after the ${patience}s for which it tolerates node.kubernetes.io/unreachable.`,
    ],
    fix: "a shorter tolerationSeconds in the pod's tolerations of unreachable and not-ready nodes",
  };
}

function whyUnscheduled(evidence: Evidence, pod: Pod): Explanation | undefined {
  const condition = conditionOf(pod, 'PodScheduled');
  if (condition?.status !== 'False') return undefined;
  const since = firstSeen(evidence.trace, pod);
  const facts = evidence.trace.of<ScheduleFact>('schedule');
  let fact: ScheduleFact | undefined;
  for (let i = facts.length - 1; i >= 0 && fact === undefined; i--) {
    const candidate = facts[i]!.fact;
    if (candidate.uid === pod.metadata.uid) fact = candidate;
  }
  const nodes = (fact?.rejected ?? []).flatMap(({ reasons, nodes: names, count }) =>
    names.length > 0 && names.length === count && count <= 4
      ? names.map((name) => `  ${name}  ${reasons.join(', ')}`)
      : [`  ${count} nodes  ${reasons.join(', ')}`],
  );
  const lines = [
    `${named(pod)} has been Pending since ${formatInstant(since)}: no node fits it.`,
    ...(nodes.length > 0 ? nodes.slice(0, 6) : [`  ${condition.message ?? ''}`]),
  ];
  return { lines, fix: fixForScheduling(fact) };
}

function fixForScheduling(fact: ScheduleFact | undefined): string {
  const plugins = new Set(fact?.rejected.map((r) => r.plugin));
  if (plugins.has('NodeResourcesFit')) return 'smaller resource requests, or more or larger nodes';
  if (plugins.has('PodTopologySpread'))
    return 'whenUnsatisfiable: ScheduleAnyway, or nodes in the zones that lack them';
  if (plugins.has('InterPodAffinity'))
    return 'preferred instead of required anti-affinity, or more nodes';
  if (plugins.has('VolumeBinding'))
    return 'volumes for its claims: a StorageClass that exists, or PersistentVolumes that fit';
  if (plugins.has('TaintToleration')) return 'a toleration for the taint, or nodes without it';
  if (plugins.has('NodeAffinity')) return 'a nodeSelector or nodeAffinity that some node meets';
  return 'a node that the pod may run on';
}

/** Containers that cannot start, or that end and end again. */
function whyContainers(evidence: Evidence, pod: Pod): Explanation | undefined {
  const statuses = [
    ...(pod.status.initContainerStatuses ?? []),
    ...(pod.status.containerStatuses ?? []),
  ];
  for (const status of statuses) {
    const { waiting, terminated } = status.state;
    const unhealthy = lastKillingProbe(evidence, pod, status.name);
    if (waiting?.reason !== undefined && !STARTING.has(waiting.reason)) {
      const why = waitingText(pod, status, waiting.reason, waiting.message);
      if (waiting.reason !== 'CrashLoopBackOff' || unhealthy === undefined) return why;
      const fix = probeFix('liveness', pod, unhealthy.message);
      return { lines: [...why.lines, `  ${unhealthy.message.trim()}`], fix };
    }
    const last = terminated ?? status.lastState.terminated;
    if (last !== undefined && status.restartCount > 0) {
      const how = `${last.reason}, exit code ${last.exitCode}`;
      return {
        lines: [
          `container ${status.name} of ${named(pod)} was restarted ${times(status.restartCount)}; it last ended with ${how}.`,
          ...(unhealthy === undefined ? [] : [`  ${unhealthy.message}`]),
        ],
        ...(last.reason === 'OOMKilled' ? { fix: 'a higher memory limit' } : {}),
        ...(unhealthy === undefined ? {} : { fix: probeFix('liveness', pod, unhealthy.message) }),
      };
    }
    if (terminated !== undefined && terminated.exitCode !== 0 && !isTerminal(pod)) {
      return {
        lines: [
          `container ${status.name} of ${named(pod)} ended with exit code ${terminated.exitCode}.`,
        ],
      };
    }
  }
  return undefined;
}

const STARTING = new Set(['ContainerCreating', 'PodInitializing']);
const times = (n: number): string => (n === 1 ? 'once' : `${n} times`);

function waitingText(
  pod: Pod,
  status: ContainerStatus,
  reason: string,
  message: string | undefined,
): Explanation {
  const fixes: Readonly<Record<string, string>> = {
    ErrImagePull: 'an image that exists in the registry',
    ImagePullBackOff: 'an image that exists in the registry',
    InvalidImageName: 'a valid image name',
    ErrImageNeverPull: 'imagePullPolicy: IfNotPresent',
    CreateContainerConfigError: 'the ConfigMap or Secret (key) that the container refers to',
    CrashLoopBackOff: 'a program that keeps running; see its last exit code and its logs',
    RunContainerError: 'a command that exists in the image',
  };
  const fix = fixes[reason];
  return {
    lines: [
      `container ${status.name} of ${named(pod)} is waiting: ${reason}.`,
      ...(message ? [`  ${message}`] : []),
    ],
    ...(fix === undefined ? {} : { fix }),
  };
}

function whyRejected(_evidence: Evidence, pod: Pod): Explanation | undefined {
  if (pod.status.phase !== 'Failed') return undefined;
  const { reason = 'Failed', message = '' } = pod.status;
  return { lines: [`${named(pod)} has failed: ${reason}. ${message}`.trimEnd()] };
}

function whyProbes(evidence: Evidence, pod: Pod): Explanation | undefined {
  if (pod.status.phase !== 'Running') return undefined;
  const unhealthy =
    lastUnhealthy(evidence, pod, 'Readiness') ?? lastUnhealthy(evidence, pod, 'Startup');
  const since = firstSeen(evidence.trace, pod);
  if (unhealthy === undefined) {
    return { lines: [`${named(pod)} runs but is not ready since ${formatInstant(since)}.`] };
  }
  const count = (unhealthy.count ?? 1) > 1 ? ` (${unhealthy.count} times)` : '';
  return {
    lines: [
      `${named(pod)} runs but is not ready: its probe fails${count}.`,
      `  ${unhealthy.message.trim()}`,
    ],
    fix: probeFix('readiness', pod, unhealthy.message),
  };
}

function probeFix(kind: 'readiness' | 'liveness', pod: Pod, message: string): string {
  const ports = pod.spec.containers.flatMap((c) => c.ports ?? []).map((p) => p.containerPort);
  const probed = /:(\d+)/.exec(message.replace(/^.*Get "http:\/\//, ''))?.[1];
  if (message.includes('connection refused') && probed && !ports.includes(Number(probed))) {
    return `a ${kind} probe on a port that the container listens on (${ports.join(', ') || 'none is declared'}) instead of ${probed}`;
  }
  if (message.includes('statuscode')) return `a ${kind} path that answers 200 to 399`;
  if (message.includes('deadline exceeded')) return `a longer timeoutSeconds of the ${kind} probe`;
  return `a ${kind} probe that the program can answer`;
}

function whyPending(evidence: Evidence, pod: Pod): Explanation | undefined {
  const since = firstSeen(evidence.trace, pod);
  const mount = eventsOf(evidence, pod).findLast((e) => e.reason.startsWith('Failed'));
  const age = formatSpan(evidence.nowMs - since);
  const node = pod.spec.nodeName ? ` on ${pod.spec.nodeName}` : '';
  return {
    lines: [
      `${named(pod)} has been starting${node} for ${age}.`,
      ...(mount === undefined ? [] : [`  ${mount.reason}: ${mount.message}`]),
    ],
  };
}

/**
 * The condition or event that says why a controller cannot make pods (quota, admission).
 * @param makers a Deployment's ReplicaSets, or the workload itself
 */
export function whyNoPods(
  evidence: Evidence,
  makers: readonly KubeObject[],
): Explanation | undefined {
  for (const maker of makers) {
    const failure = conditionOf(maker as never, 'ReplicaFailure');
    const told =
      failure?.status === 'True'
        ? failure
        : isShort(maker as Maker)
          ? eventsOf(evidence, maker).findLast(({ reason }) => reason === 'FailedCreate')
          : undefined;
    if (told === undefined) continue;
    const name = `${maker.kind.toLowerCase()}/${maker.metadata.name}`;
    const lines = [`${name} cannot create pods: ${told.reason ?? ''}.`, `  ${told.message ?? ''}`];
    return { lines };
  }
  return undefined;
}

/** A StatefulSet, a DaemonSet or a ReplicaSet. */
interface Maker {
  readonly spec?: { readonly replicas?: number };
  readonly status?: {
    readonly replicas?: number;
    readonly desiredNumberScheduled?: number;
    readonly currentNumberScheduled?: number;
  };
}

function isShort({ spec, status = {} }: Maker): boolean {
  const wanted = status.desiredNumberScheduled ?? spec?.replicas ?? 0;
  return (status.currentNumberScheduled ?? status.replicas ?? 0) < wanted;
}

const EXPLANATIONS = [
  whyNodeIsDown,
  whyContainers,
  whyRejected,
  whyUnscheduled,
  whyProbes,
  whyPending,
];

/** What the probe said last for which the kubelet kills a container. */
function lastKillingProbe(evidence: Evidence, pod: Pod, container: string): Event | undefined {
  const path = `spec.containers{${container}}`;
  return eventsOf(evidence, pod).findLast(
    ({ reason, message, involvedObject }) =>
      reason === 'Unhealthy' &&
      /^(Liveness|Startup) probe/.test(message) &&
      involvedObject.fieldPath === path,
  );
}

/** What lets a pod's containers live whose probes get them killed; undefined if none does. */
export function fixForKilled(evidence: Evidence, pod: Pod, container: string): string | undefined {
  const unhealthy = lastKillingProbe(evidence, pod, container);
  return unhealthy && probeFix('liveness', pod, unhealthy.message);
}

function lastUnhealthy(evidence: Evidence, pod: Pod, probe: string): Event | undefined {
  return eventsOf(evidence, pod).findLast(
    (e) => e.reason === 'Unhealthy' && e.message.startsWith(`${probe} probe`),
  );
}

function eventsOf({ api }: Evidence, about: KubeObject): Event[] {
  const { uid, namespace } = about.metadata;
  const matches = (event: KubeObject): boolean => (event as Event).involvedObject.uid === uid;
  const events = api.list<Event>('events', { namespace, matches }).items;
  return events.sort((a, b) => ((a.lastTimestamp ?? '') < (b.lastTimestamp ?? '') ? -1 : 1));
}

function firstSeen(trace: Trace, pod: Pod): number {
  const writes = trace.of<{ type: 'write'; resource: string; object: KubeObject }>('write');
  for (const { at, fact } of writes) {
    if (fact.resource === 'pods' && fact.object.metadata.uid === pod.metadata.uid) return at;
  }
  return 0;
}
