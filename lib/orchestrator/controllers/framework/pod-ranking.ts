/**
 * Which pods go first when there are too many: those that serve least, on the fullest nodes, the
 * youngest. Ages are compared by powers of two, as upstream does so that no zone empties first;
 * within one power the uid decides. Pods of one and the same second are equal, whatever their uids,
 * so the comparison is no order: how it is sorted decides, too.
 */
import { conditionOf, isPodReady, type Pod } from '../../api/objects';
import { parseTime } from '../../api/timestamps';

/** The annotation by which people say what losing a pod costs. */
export const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

const PHASE_ORDER: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };
const NANOSECONDS_PER_MS = 1e6;
const INT32 = /^[-+]?\d+$/;

interface Ranked {
  readonly pod: Pod;
  readonly assigned: boolean;
  readonly phase: number;
  readonly ready: boolean;
  readonly cost: number;
  /** Related pods on the same node. */
  readonly crowd: number;
  readonly readySince: number;
  readonly restarts: number;
  readonly sidecarRestarts: number;
  readonly createdAt: number;
}

export interface RankingContext {
  /** Milliseconds since the Unix epoch. */
  readonly wallMs: number;
  /** How many related pods run on a node: those of all ReplicaSets of the same Deployment. */
  readonly crowdOn: (nodeName: string) => number;
}

/** Go sorts this many by insertion. */
const FEW = 12;

/** The pods to be deleted first, so many of them, in that order. */
export function firstToDelete(pods: readonly Pod[], count: number, context: RankingContext): Pod[] {
  const ranked = pods.map((pod) => rankOf(pod, context));
  const order = (a: Ranked, b: Ranked): number => compare(a, b, context.wallMs);
  if (ranked.length <= FEW) return insertionSorted(ranked, order).slice(0, count).map(podOf);
  gatherFirst(ranked, count, order);
  return ranked.slice(0, count).sort(order).map(podOf);
}

const podOf = ({ pod }: Ranked): Pod => pod;

/**
 * Sorted as upstream does it, which begins with the order of a cache without any. Here the names
 * begin, whose ends are as random.
 */
function insertionSorted(pods: Ranked[], order: (a: Ranked, b: Ranked) => number): Ranked[] {
  pods.sort((a, b) => compareText(a.pod.metadata.name, b.pod.metadata.name));
  for (let next = 1; next < pods.length; next++) {
    const moving = pods[next]!;
    let at = next;
    for (; at > 0 && order(moving, pods[at - 1]!) < 0; at--) pods[at] = pods[at - 1]!;
    pods[at] = moving;
  }
  return pods;
}

/** Brings the `count` first items, in any order, to the front: sorting all would cost much more. */
function gatherFirst<T>(items: T[], count: number, order: (a: T, b: T) => number): void {
  let [low, high] = [0, items.length - 1];
  while (low < high && count > low && count <= high) {
    const pivot = items[(low + high) >> 1]!;
    let [left, right] = [low, high];
    while (left <= right) {
      while (order(items[left]!, pivot) < 0) left++;
      while (order(items[right]!, pivot) > 0) right--;
      if (left > right) break;
      [items[left], items[right]] = [items[right]!, items[left]!];
      left++;
      right--;
    }
    if (count <= right) high = right;
    else if (count >= left) low = left;
    else return;
  }
}

function rankOf(pod: Pod, context: RankingContext): Ranked {
  const { nodeName } = pod.spec;
  const assigned = nodeName !== undefined && nodeName !== '';
  const ready = isPodReady(pod);
  const readySince = ready ? conditionOf(pod, 'Ready')?.lastTransitionTime : undefined;
  return {
    pod,
    assigned,
    phase: PHASE_ORDER[pod.status.phase] ?? 1,
    ready,
    cost: deletionCost(pod),
    crowd: assigned ? context.crowdOn(nodeName) : 0,
    readySince: readySince === undefined ? 0 : parseTime(readySince),
    restarts: maxRestarts(pod.status.containerStatuses),
    sidecarRestarts: maxRestarts(sidecarStatuses(pod)),
    createdAt: parseTime(pod.metadata.creationTimestamp),
  };
}

function compare(a: Ranked, b: Ranked, wallMs: number): number {
  return (
    Number(a.assigned) - Number(b.assigned) ||
    a.phase - b.phase ||
    Number(a.ready) - Number(b.ready) ||
    a.cost - b.cost ||
    b.crowd - a.crowd ||
    (a.ready && b.ready ? compareAges(a, b, a.readySince, b.readySince, wallMs) : 0) ||
    b.restarts - a.restarts ||
    b.sidecarRestarts - a.sidecarRestarts ||
    compareAges(a, b, a.createdAt, b.createdAt, wallMs) ||
    compareText(a.pod.metadata.name, b.pod.metadata.name)
  );
}

/** The more recent first, if another power of two of its age; 0 is no time and counts as now. */
function compareAges(a: Ranked, b: Ranked, sinceA: number, sinceB: number, wallMs: number): number {
  if (sinceA === sinceB) return 0;
  if (sinceA === 0 || sinceB === 0) return sinceA === 0 ? -1 : 1;
  return (
    ageBucket(wallMs - sinceA) - ageBucket(wallMs - sinceB) ||
    compareText(a.pod.metadata.uid, b.pod.metadata.uid)
  );
}

const ageBucket = (ms: number): number =>
  ms <= 0 ? -1 : Math.floor(Math.log2(ms * NANOSECONDS_PER_MS));

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** An int32, 0 if the annotation is absent or no such number. */
export function deletionCost(pod: Pod): number {
  const text = pod.metadata.annotations?.[DELETION_COST];
  if (text === undefined || !INT32.test(text)) return 0;
  const cost = Number(text);
  return cost >= -(2 ** 31) && cost < 2 ** 31 ? cost : 0;
}

function maxRestarts(statuses: Pod['status']['containerStatuses']): number {
  if (statuses === undefined) return 0;
  let most = 0;
  for (let i = 0; i < statuses.length; i++) most = Math.max(most, statuses[i]!.restartCount);
  return most;
}

function sidecarStatuses(pod: Pod): Pod['status']['initContainerStatuses'] {
  const sidecars = pod.spec.initContainers?.filter((c) => c.restartPolicy === 'Always');
  if (sidecars === undefined || sidecars.length === 0) return undefined;
  const names = new Set(sidecars.map((container) => container.name));
  return (pod.status.initContainerStatuses ?? []).filter((status) => names.has(status.name));
}
