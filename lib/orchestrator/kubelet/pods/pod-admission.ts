/**
 * Whether a node takes a pod that is bound to it: the last check, which matters for pods that
 * came past the scheduler or lost a race. Stands for pkg/kubelet/lifecycle/predicate.go.
 */
import type {
  Container,
  Node,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  Pod,
  PodSpec,
  ResourceList,
  Taint,
  Toleration,
} from '../../api/objects';
import { milliValue, wholeValue } from '../../api/quantity';

export interface Demand {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
}

export interface Refusal {
  readonly reason: string;
  readonly message: string;
}

/** What the pods of a node use of it. */
export class NodeUsage {
  private readonly pods = new Map<string, Demand>();
  private readonly ports = new Map<string, string>();
  cpuMilli = 0;
  memoryBytes = 0;

  get podCount(): number {
    return this.pods.size;
  }

  add(pod: Pod): void {
    const demand = demandOf(pod.spec);
    this.pods.set(pod.metadata.uid, demand);
    this.cpuMilli += demand.cpuMilli;
    this.memoryBytes += demand.memoryBytes;
    for (const port of hostPortsOf(pod.spec)) this.ports.set(port, pod.metadata.uid);
  }

  remove(pod: Pod): void {
    const demand = this.pods.get(pod.metadata.uid);
    if (demand === undefined) return;
    this.pods.delete(pod.metadata.uid);
    this.cpuMilli -= demand.cpuMilli;
    this.memoryBytes -= demand.memoryBytes;
    for (const port of hostPortsOf(pod.spec)) {
      if (this.ports.get(port) === pod.metadata.uid) this.ports.delete(port);
    }
  }

  hasPortsFor(pod: Pod): boolean {
    return hostPortsOf(pod.spec).every((port) => !this.ports.has(port));
  }
}

/** Why the node does not take the pod; undefined if it does. */
export function refusalOf(
  pod: Pod,
  node: Node | undefined,
  usage: NodeUsage,
  maxPods: number,
): Refusal | undefined {
  if (node === undefined) return undefined;
  const allocatable = node.status.allocatable ?? node.status.capacity;
  const short = insufficient(pod, usage, allocatable, maxPods);
  if (short !== undefined) return short;
  if (!matchesNode(pod.spec, node)) {
    return failedPredicate('NodeAffinity', "node(s) didn't match Pod's node affinity/selector");
  }
  if (!usage.hasPortsFor(pod)) {
    return failedPredicate(
      'NodePorts',
      "node(s) didn't have free ports for the requested pod ports",
    );
  }
  if (node.spec.taints?.some((taint) => repels(taint, pod.spec.tolerations)) === true) {
    return failedPredicate('TaintToleration', "node(s) had taints that the pod didn't tolerate");
  }
  return undefined;
}

const failedPredicate = (reason: string, why: string): Refusal => ({
  reason,
  message: `Predicate ${reason} failed: ${why}`,
});

function insufficient(
  pod: Pod,
  usage: NodeUsage,
  allocatable: ResourceList | undefined,
  maxPods: number,
): Refusal | undefined {
  const pods = allocatable?.['pods'];
  const podLimit = pods === undefined ? maxPods : wholeValue(pods);
  if (usage.podCount + 1 > podLimit) return outOf('pods', 1, usage.podCount, podLimit);
  const demand = demandOf(pod.spec);
  const cpu = allocatable?.['cpu'];
  if (cpu !== undefined && demand.cpuMilli > 0) {
    const capacity = milliValue(cpu);
    if (usage.cpuMilli + demand.cpuMilli > capacity) {
      return outOf('cpu', demand.cpuMilli, usage.cpuMilli, capacity);
    }
  }
  const memory = allocatable?.['memory'];
  if (memory !== undefined && demand.memoryBytes > 0) {
    const capacity = wholeValue(memory);
    if (usage.memoryBytes + demand.memoryBytes > capacity) {
      return outOf('memory', demand.memoryBytes, usage.memoryBytes, capacity);
    }
  }
  return undefined;
}

const outOf = (resource: string, requested: number, used: number, capacity: number): Refusal => ({
  reason: `OutOf${resource}`,
  message:
    `Node didn't have enough resource: ${resource}, requested: ${requested}, ` +
    `used: ${used}, capacity: ${capacity}`,
});

/** Pods of one template share their containers, and so what these ask for. */
const demands = new WeakMap<readonly Container[], Demand>();

/** Requests of the pod: containers and sidecars together, or the largest moment of its init. */
export function demandOf(spec: PodSpec): Demand {
  let known = demands.get(spec.containers);
  if (known === undefined) {
    known = {
      cpuMilli: total(spec, (list) => milliValue(list['cpu'] ?? 0)),
      memoryBytes: total(spec, (list) => wholeValue(list['memory'] ?? 0)),
    };
    demands.set(spec.containers, known);
  }
  return known;
}

function total(spec: PodSpec, valueOf: (list: ResourceList) => number): number {
  const requested = (container: Container): number => valueOf(container.resources?.requests ?? {});
  let running = 0;
  for (const container of spec.containers) running += requested(container);
  let sidecars = 0;
  let peak = 0;
  for (const container of spec.initContainers ?? []) {
    if (container.restartPolicy === 'Always') sidecars += requested(container);
    else peak = Math.max(peak, sidecars + requested(container));
  }
  return Math.max(running + sidecars, peak) + valueOf(spec.overhead ?? {});
}

const NO_PORTS: readonly string[] = [];

function hostPortsOf(spec: PodSpec): readonly string[] {
  let found: string[] | undefined;
  for (const container of spec.containers) {
    for (const port of container.ports ?? []) {
      if (port.hostPort) (found ??= []).push(`${port.protocol}/${port.hostPort}`);
    }
  }
  return found ?? NO_PORTS;
}

function repels(taint: Taint, tolerations: readonly Toleration[] = []): boolean {
  if (taint.effect !== 'NoExecute') return false;
  return !tolerations.some(
    ({ key, operator, value, effect }) =>
      (effect === undefined || effect === '' || effect === taint.effect) &&
      (key === undefined || key === '' || key === taint.key) &&
      (operator === 'Exists' || (value ?? '') === (taint.value ?? '')),
  );
}

function matchesNode(spec: PodSpec, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  for (const [key, value] of Object.entries(spec.nodeSelector ?? {})) {
    if (labels[key] !== value) return false;
  }
  const required =
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return required === undefined || required.some((term) => matchesTerm(term, node));
}

function matchesTerm(term: NodeSelectorTerm, node: Node): boolean {
  const { matchExpressions = [], matchFields = [] } = term;
  if (matchExpressions.length + matchFields.length === 0) return false;
  const labels = node.metadata.labels ?? {};
  return (
    matchExpressions.every((requirement) => satisfies(requirement, labels[requirement.key])) &&
    matchFields.every((requirement) => satisfies(requirement, node.metadata.name))
  );
}

function satisfies(requirement: NodeSelectorRequirement, value: string | undefined): boolean {
  const values = requirement.values ?? [];
  switch (requirement.operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0]);
  }
}
