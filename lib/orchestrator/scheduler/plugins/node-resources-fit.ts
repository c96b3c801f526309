/** NodeResourcesFit: room for the pod's requests; the emptier node is the better (LeastAllocated). */
import type { Node, Pod } from '../../api/objects';
import type { NodeInfo } from '../cache/node-info';
import { amountOf, podRequests, type PodRequests } from '../cache/pod-requests';
import type { Cycle } from '../framework/cycle';
import { type FilterPlugin, MAX_NODE_SCORE, type ScorePlugin } from '../framework/plugin';
import type { PluginEntry } from '../framework/plugin-entry';
import { type Rejection, rejection, unresolvable } from '../framework/rejection';
import { type ClusterEvent, EVENT } from '../queue/cluster-event';

const NAME = 'NodeResourcesFit';
const PODS = 1;
const CPU = 2;
const MEMORY = 4;
const STORAGE = 8;
const UNRESOLVABLE = 16;
const REASONS: readonly (readonly [number, string])[] = [
  [PODS, 'Too many pods'],
  [CPU, 'Insufficient cpu'],
  [MEMORY, 'Insufficient memory'],
  [STORAGE, 'Insufficient ephemeral-storage'],
];

class NodeResourcesFit implements FilterPlugin, ScorePlugin {
  readonly name = NAME;
  readonly local = true;
  readonly events =
    EVENT.nodeAdd |
    EVENT.nodeAllocatable |
    EVENT.assignedPodDelete |
    EVENT.assignedPodScaleDown |
    EVENT.podScaleDown;
  private readonly rejections = new Map<number, Rejection>();

  filter({ info }: Cycle, node: NodeInfo): Rejection | undefined {
    const { requests } = info;
    let lacking = node.pods.size + 1 > node.allocatablePods ? PODS : 0;
    if (!requests.isEmpty) {
      lacking |=
        shortage(requests.milliCpu, node.allocatableMilliCpu, node.requestedMilliCpu, CPU) |
        shortage(requests.memory, node.allocatableMemory, node.requestedMemory, MEMORY) |
        shortage(
          requests.ephemeralStorage,
          node.allocatableEphemeralStorage,
          node.requestedEphemeralStorage,
          STORAGE,
        );
      if (requests.scalars.length > 0) {
        const scalars = lackingScalars(requests, node);
        if (scalars !== undefined) return this.withScalars(lacking, scalars);
      }
    }
    return lacking === 0 ? undefined : this.rejection(lacking);
  }

  score({ info }: Cycle, node: NodeInfo): number {
    const { requests } = info;
    let sum = 0;
    let weights = 0;
    if (node.allocatableMilliCpu > 0) {
      sum += free(node.nonZeroMilliCpu + requests.nonZeroMilliCpu, node.allocatableMilliCpu);
      weights++;
    }
    if (node.allocatableMemory > 0) {
      sum += free(node.nonZeroMemory + requests.nonZeroMemory, node.allocatableMemory);
      weights++;
    }
    return weights === 0 ? 0 : Math.trunc(sum / weights);
  }

  queueAgain(pod: Pod, { kind, object }: ClusterEvent): boolean {
    if ((kind & (EVENT.nodeAdd | EVENT.nodeAllocatable)) === 0) return true;
    return couldFit(pod, object as Node);
  }

  private rejection(lacking: number): Rejection {
    let known = this.rejections.get(lacking);
    if (known === undefined) {
      const make = (lacking & UNRESOLVABLE) === 0 ? rejection : unresolvable;
      known = make(NAME, ...reasonsOf(lacking));
      this.rejections.set(lacking, known);
    }
    return known;
  }

  private withScalars(lacking: number, scalars: Shortages): Rejection {
    const make = (lacking & UNRESOLVABLE) === 0 && !scalars.unresolvable ? rejection : unresolvable;
    const more = scalars.names.map((name) => `Insufficient ${name}`);
    return make(NAME, ...reasonsOf(lacking), ...more);
  }
}

interface Shortages {
  readonly names: string[];
  unresolvable: boolean;
}

function shortage(wanted: number, allocatable: number, requested: number, bit: number): number {
  if (wanted === 0 || wanted <= allocatable - requested) return 0;
  return wanted > allocatable ? bit | UNRESOLVABLE : bit;
}

function lackingScalars(requests: PodRequests, node: NodeInfo): Shortages | undefined {
  let shortages: Shortages | undefined;
  for (const [name, wanted] of requests.scalars) {
    const use = node.scalars.get(name);
    const allocatable = use?.allocatable ?? 0;
    if (wanted <= allocatable - (use?.requested ?? 0)) continue;
    shortages ??= { names: [], unresolvable: false };
    shortages.names.push(name);
    if (wanted > allocatable) shortages.unresolvable = true;
  }
  return shortages;
}

const reasonsOf = (lacking: number): string[] =>
  REASONS.filter(([bit]) => (lacking & bit) !== 0).map(([, reason]) => reason);

const free = (used: number, allocatable: number): number =>
  used > allocatable ? 0 : Math.trunc(((allocatable - used) * MAX_NODE_SCORE) / allocatable);

/** Whether an empty node of this size would do; used to tell which node changes matter. */
function couldFit(pod: Pod, node: Node): boolean {
  const allocatable = node.status.allocatable ?? {};
  const has = (name: string): number => amountOf(name, allocatable[name] ?? '0');
  const requests = podRequests(pod.spec);
  return (
    has('pods') >= 1 &&
    requests.milliCpu <= has('cpu') &&
    requests.memory <= has('memory') &&
    requests.ephemeralStorage <= has('ephemeral-storage') &&
    requests.scalars.every(([name, wanted]) => wanted <= has(name))
  );
}

export const nodeResourcesFit: PluginEntry = { create: () => new NodeResourcesFit() };
