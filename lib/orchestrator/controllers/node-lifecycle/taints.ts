/** Taints that mirror a node's conditions. */
import type { Condition, Node, Taint } from '../../api/objects';
import { conditionOf } from '../../api/objects';

export const NOT_READY = 'node.kubernetes.io/not-ready';
export const UNREACHABLE = 'node.kubernetes.io/unreachable';
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';

/** Which taint a condition of a type and status stands for. */
const BY_CONDITION: readonly (readonly [string, Condition['status'], string])[] = [
  ['Ready', 'False', NOT_READY],
  ['Ready', 'Unknown', UNREACHABLE],
  ['MemoryPressure', 'True', 'node.kubernetes.io/memory-pressure'],
  ['DiskPressure', 'True', 'node.kubernetes.io/disk-pressure'],
  ['NetworkUnavailable', 'True', 'node.kubernetes.io/network-unavailable'],
  ['PIDPressure', 'True', 'node.kubernetes.io/pid-pressure'],
];
const MANAGED = new Set([...BY_CONDITION.map(([, , key]) => key), UNSCHEDULABLE]);

/** The node's taints with the NoSchedule ones as its conditions want them; same list if nothing changes. */
export function withNoScheduleTaints(node: Node, timeAdded: string): readonly Taint[] {
  const taints = node.spec.taints ?? [];
  const wanted = BY_CONDITION.filter(
    ([type, status]) => conditionOf(node, type)?.status === status,
  ).map(([, , key]) => key);
  if (node.spec.unschedulable === true) wanted.push(UNSCHEDULABLE);
  const isManaged = (t: Taint): boolean => t.effect === 'NoSchedule' && MANAGED.has(t.key);
  const kept = taints.filter((t) => !isManaged(t) || wanted.includes(t.key));
  const added = wanted
    .filter((key) => !taints.some((t) => t.effect === 'NoSchedule' && t.key === key))
    .map((key): Taint => ({ key, effect: 'NoSchedule', timeAdded }));
  return kept.length === taints.length && added.length === 0 ? taints : [...kept, ...added];
}

/** The node's taints with one NoExecute taint of the two for nodes that are down, or none. */
export function withNoExecuteTaint(
  node: Node,
  key: typeof NOT_READY | typeof UNREACHABLE | undefined,
  timeAdded: string,
): readonly Taint[] {
  const taints = node.spec.taints ?? [];
  const isOurs = (t: Taint): boolean =>
    t.effect === 'NoExecute' && (t.key === NOT_READY || t.key === UNREACHABLE);
  const kept = taints.filter((t) => !isOurs(t) || t.key === key);
  const present = kept.some((t) => isOurs(t));
  if (key === undefined || present) return kept.length === taints.length ? taints : kept;
  return [...kept, { key, effect: 'NoExecute', timeAdded }];
}

export const hasDownTaint = (node: Node): boolean =>
  node.spec.taints?.some(
    (t) => t.effect === 'NoExecute' && (t.key === NOT_READY || t.key === UNREACHABLE),
  ) === true;
