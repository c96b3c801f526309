/**
 * How many replicas a metric asks for. Which pods count, and how those without a sample or not yet
 * ready are filled in, is what keeps an autoscaler from overreacting; the arithmetic is upstream's.
 */
import type { Container, Pod } from '../../api/objects';
import { conditionOf } from '../../api/objects';
import { parseTime } from '../../api/timestamps';
import { MetricError } from './metric-failure';
import { metricValue, type Sample } from './pod-metrics';

// --horizontal-pod-autoscaler-cpu-initialization-period and -initial-readiness-delay
const CPU_INITIALIZATION_MS = 300_000;
const INITIAL_READINESS_MS = 30_000;

export interface Tolerances {
  readonly up: number;
  readonly down: number;
}

export interface Proposal {
  readonly replicas: number;
  /** Percent of the request, for utilization targets. */
  readonly utilization?: number;
  /** Average over the pods, in the metric's thousandths. */
  readonly average: number;
}

interface Groups {
  readonly readyCount: number;
  readonly unready: readonly string[];
  readonly missing: readonly string[];
  readonly samples: Map<string, number>;
}

/** @param nowMs ms since the Unix epoch */
export function groupPods(
  pods: readonly Pod[],
  given: ReadonlyMap<string, Sample>,
  resource: string,
  nowMs: number,
): Groups {
  const unready: string[] = [];
  const missing: string[] = [];
  const samples = new Map<string, number>();
  let readyCount = 0;
  for (const pod of pods) {
    const { name, deletionTimestamp } = pod.metadata;
    if (deletionTimestamp !== undefined || pod.status.phase === 'Failed') continue;
    if (pod.status.phase === 'Pending') {
      unready.push(name);
      continue;
    }
    const sample = given.get(name);
    if (sample === undefined) {
      missing.push(name);
      continue;
    }
    if (resource === 'cpu' && isUnready(pod, sample, nowMs)) {
      unready.push(name);
      continue;
    }
    samples.set(name, sample.value);
    readyCount++;
  }
  return { readyCount, unready, missing, samples };
}

/** CPU of a pod that is starting says nothing of its load. */
function isUnready(pod: Pod, sample: Sample, nowMs: number): boolean {
  const ready = conditionOf(pod, 'Ready');
  if (ready === undefined || pod.status.startTime === undefined) return true;
  const startedAt = parseTime(pod.status.startTime);
  const changedAt = parseTime(ready.lastTransitionTime ?? pod.status.startTime);
  if (startedAt + CPU_INITIALIZATION_MS > nowMs) {
    return ready.status === 'False' || sample.timestampMs < changedAt + sample.windowMs;
  }
  return ready.status === 'False' && startedAt + INITIAL_READINESS_MS > changedAt;
}

/** Requests of the pods in the metric's thousandths; throws MetricError if a container has none. */
export function requestsOf(
  pods: readonly Pod[],
  resource: string,
  container: string | undefined,
): Map<string, number> {
  const ofPod = (pod: Pod): number =>
    container === undefined && asksAsAWhole(pod)
      ? requestOfWhole(pod, resource)
      : requestOfContainers(pod, resource, container);
  return new Map(pods.map((pod) => [pod.metadata.name, ofPod(pod)]));
}

/** Resources that a pod can ask for as a whole, besides those of its containers. */
const OF_PODS = /^(cpu|memory|hugepages-.*)$/;

const asksAsAWhole = (pod: Pod): boolean =>
  Object.keys(pod.spec.resources?.requests ?? {}).some((name) => OF_PODS.test(name));

/** FIDELITY: what init containers ask for at their start, and the pod's overhead, are left out. */
function requestOfWhole(pod: Pod, resource: string): number {
  const asked = pod.spec.resources?.requests?.[resource];
  if (asked !== undefined) return metricValue(resource, asked);
  const requests = runningContainers(pod)
    .map(({ resources }) => resources?.requests?.[resource])
    .filter((request) => request !== undefined);
  if (requests.length === 0) {
    throw new MetricError(`missing pod-level request for ${resource} in Pod ${pod.metadata.name}`);
  }
  return requests.reduce((sum, request) => sum + metricValue(resource, request), 0);
}

function requestOfContainers(pod: Pod, resource: string, container: string | undefined): number {
  const asked = runningContainers(pod).filter(
    ({ name }) => container === undefined || name === container,
  );
  if (asked.length === 0 && container !== undefined) {
    throw new MetricError(`container ${container} not found in Pod ${pod.metadata.name}`);
  }
  let sum = 0;
  for (const { name, resources } of asked) {
    const request = resources?.requests?.[resource];
    if (request === undefined) {
      throw new MetricError(
        `missing request for ${resource} in container ${name} of Pod ${pod.metadata.name}`,
      );
    }
    sum += metricValue(resource, request);
  }
  return sum;
}

/** All but the init containers that end. */
const runningContainers = ({ spec }: Pod): readonly Container[] => [
  ...spec.containers,
  ...(spec.initContainers ?? []).filter((one) => one.restartPolicy === 'Always'),
];

/** A target in percent of the request. */
export function byUtilization(
  current: number,
  groups: Groups,
  requests: ReadonlyMap<string, number>,
  target: number,
  tolerances: Tolerances,
): Proposal {
  const ratioOf = (
    samples: ReadonlyMap<string, number>,
  ): { ratio: number; utilization: number } => {
    let used = 0;
    let requested = 0;
    for (const [name, value] of samples) {
      const request = requests.get(name);
      if (request === undefined) continue;
      used += value;
      requested += request;
    }
    if (requested === 0) throw new MetricError('no metrics returned matched known pods');
    const utilization = Math.floor((used * 100) / requested);
    return { ratio: utilization / target, utilization };
  };
  const { ratio, utilization } = ratioOf(groups.samples);
  const replicas = propose(current, groups, ratio, tolerances, {
    missingWhenLow: (name) => Math.floor(((requests.get(name) ?? 0) * Math.max(100, target)) / 100),
    ratioOf: (samples) => ratioOf(samples).ratio,
  });
  return { replicas, utilization, average: averageOf(groups.samples) };
}

/** A target that each pod should use on average, in the metric's thousandths. */
export function byAverage(
  current: number,
  groups: Groups,
  target: number,
  tolerances: Tolerances,
): Proposal {
  const ratioOf = (samples: ReadonlyMap<string, number>): number => averageOf(samples) / target;
  const replicas = propose(current, groups, ratioOf(groups.samples), tolerances, {
    missingWhenLow: () => target,
    ratioOf,
  });
  return { replicas, average: averageOf(groups.samples) };
}

function averageOf(samples: ReadonlyMap<string, number>): number {
  if (samples.size === 0) return 0;
  let sum = 0;
  for (const value of samples.values()) sum += value;
  return Math.floor(sum / samples.size);
}

interface FillIn {
  readonly missingWhenLow: (pod: string) => number;
  readonly ratioOf: (samples: ReadonlyMap<string, number>) => number;
}

const within = (ratio: number, { up, down }: Tolerances): boolean =>
  1 - down <= ratio && ratio <= 1 + up;

/** Missing pods are counted against the direction of change; a change that this undoes is not made. */
function propose(
  current: number,
  groups: Groups,
  ratio: number,
  tolerances: Tolerances,
  fillIn: FillIn,
): number {
  const countUnready = groups.unready.length > 0 && ratio > 1;
  if (groups.missing.length === 0 && !countUnready) {
    return within(ratio, tolerances) ? current : Math.ceil(ratio * groups.readyCount);
  }
  const filled = new Map(groups.samples);
  if (ratio < 1) for (const pod of groups.missing) filled.set(pod, fillIn.missingWhenLow(pod));
  else if (ratio > 1) for (const pod of groups.missing) filled.set(pod, 0);
  if (countUnready) for (const pod of groups.unready) filled.set(pod, 0);
  const second = fillIn.ratioOf(filled);
  const flipped = (ratio < 1 && second > 1) || (ratio > 1 && second < 1);
  if (within(second, tolerances) || flipped) return current;
  const replicas = Math.ceil(second * filled.size);
  const against = (second < 1 && replicas > current) || (second > 1 && replicas < current);
  return against ? current : replicas;
}
