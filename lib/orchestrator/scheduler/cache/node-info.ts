/**
 * A node as the scheduler sees it: what it can give, what its pods have taken, as plain numbers
 * that filters and scores read without looking at the object.
 */
import type { StringMap } from '../../api/object';
import { REGION_LABEL, ZONE_LABEL, type Node, type Taint } from '../../api/objects';
import type { PodHost, PodInfo } from './pod-info';
import { amountOf } from './pod-requests';

interface ScalarUse {
  allocatable: number;
  requested: number;
}

const NO_LABELS: StringMap = {};
const NO_TAINTS: readonly Taint[] = [];
const STANDARD = new Set(['cpu', 'memory', 'ephemeral-storage', 'pods']);

export class NodeInfo implements PodHost {
  readonly pods = new Map<string, PodInfo>();
  /** Grows with every change that a filter or a score can see. */
  version = 0;
  labels: StringMap = NO_LABELS;
  zone = '';
  unschedulable = false;
  /** Taints that keep pods away: NoSchedule and NoExecute. */
  hardTaints: readonly Taint[] = NO_TAINTS;
  /** PreferNoSchedule taints. */
  softTaints: readonly Taint[] = NO_TAINTS;
  allocatableMilliCpu = 0;
  allocatableMemory = 0;
  allocatableEphemeralStorage = 0;
  allocatablePods = 0;
  requestedMilliCpu = 0;
  requestedMemory = 0;
  requestedEphemeralStorage = 0;
  nonZeroMilliCpu = 0;
  nonZeroMemory = 0;
  readonly scalars = new Map<string, ScalarUse>();
  /** Host ports in use, as `protocol/port` to the addresses they are bound to (with counts). */
  readonly hostPorts = new Map<string, Map<string, number>>();
  /** How many pods here use a claim, by `namespace/name`. */
  readonly claims = new Map<string, number>();

  /** @param slot the node's place in arrays that are kept by node */
  constructor(
    readonly slot: number,
    public node: Node,
  ) {
    this.update(node);
  }

  get name(): string {
    return this.node.metadata.name;
  }

  update(node: Node): void {
    this.node = node;
    this.version++;
    this.labels = node.metadata.labels ?? NO_LABELS;
    this.zone = zoneOf(this.labels);
    this.unschedulable = node.spec.unschedulable === true;
    const taints = node.spec.taints ?? NO_TAINTS;
    this.hardTaints = taints.filter((taint) => taint.effect !== 'PreferNoSchedule');
    this.softTaints = taints.filter((taint) => taint.effect === 'PreferNoSchedule');
    const allocatable = node.status.allocatable ?? node.status.capacity ?? {};
    const amount = (name: string): number => amountOf(name, allocatable[name] ?? '0');
    this.allocatableMilliCpu = amount('cpu');
    this.allocatableMemory = amount('memory');
    this.allocatableEphemeralStorage = amount('ephemeral-storage');
    this.allocatablePods = amount('pods');
    for (const use of this.scalars.values()) use.allocatable = 0;
    for (const name in allocatable) {
      if (!STANDARD.has(name)) this.scalar(name).allocatable = amount(name);
    }
  }

  add(info: PodInfo): void {
    this.pods.set(info.uid, info);
    info.node = this;
    this.account(info, 1);
  }

  remove(info: PodInfo): void {
    this.pods.delete(info.uid);
    info.node = undefined;
    this.account(info, -1);
  }

  private account(info: PodInfo, sign: 1 | -1): void {
    const { requests, hostPorts, claims } = info;
    this.version++;
    this.requestedMilliCpu += sign * requests.milliCpu;
    this.requestedMemory += sign * requests.memory;
    this.requestedEphemeralStorage += sign * requests.ephemeralStorage;
    this.nonZeroMilliCpu += sign * requests.nonZeroMilliCpu;
    this.nonZeroMemory += sign * requests.nonZeroMemory;
    for (const [name, quantity] of requests.scalars) {
      this.scalar(name).requested += sign * quantity;
    }
    for (const { ip, protocol, port } of hostPorts) {
      const key = `${protocol}/${port}`;
      let addresses = this.hostPorts.get(key);
      if (addresses === undefined) this.hostPorts.set(key, (addresses = new Map()));
      count(addresses, ip, sign);
      if (addresses.size === 0) this.hostPorts.delete(key);
    }
    for (const claim of claims) count(this.claims, `${info.class.namespace}/${claim}`, sign);
  }

  private scalar(name: string): ScalarUse {
    let use = this.scalars.get(name);
    if (use === undefined) this.scalars.set(name, (use = { allocatable: 0, requested: 0 }));
    return use;
  }
}

/** Region and zone together, '' without either; nodes of one zone share the text. */
function zoneOf(labels: StringMap): string {
  const region = labels[REGION_LABEL] ?? '';
  const zone = labels[ZONE_LABEL] ?? '';
  return region === '' && zone === '' ? '' : `${region}:${zone}`;
}

function count(counts: Map<string, number>, key: string, by: number): void {
  const now = (counts.get(key) ?? 0) + by;
  if (now > 0) counts.set(key, now);
  else counts.delete(key);
}
