/**
 * What the scheduler knows of nodes and of the pods on them, with pods that it has placed but not
 * yet seen bound (assumed pods) counted from the moment of the decision. Stands for
 * kube-scheduler's cache and snapshot in one: a cycle runs to its end before anything changes.
 */
import { deepEqual } from '../../api/deep-equal';
import type { StringMap } from '../../api/object';
import type { Node, Pod } from '../../api/objects';
import { Counters } from './counters';
import { ImageIndex } from './image-index';
import { NodeInfo } from './node-info';
import { NodeMemos } from './node-memos';
import { NodeOrder } from './node-order';
import { PodClasses } from './pod-class';
import { podInfo, type PodInfo } from './pod-info';

const CLASS_LIMIT = 4096;

export class SchedulerCache {
  readonly classes = new PodClasses((podClass) => this.counters.addClass(podClass));
  readonly counters: Counters;
  readonly images = new ImageIndex();
  private readonly nodes = new Map<string, NodeInfo>();
  private readonly order = new NodeOrder();
  private readonly freeSlots: number[] = [];
  private slots = 0;
  /** Pods on nodes, bound or assumed, by uid. */
  private readonly pods = new Map<string, PodInfo>();
  private readonly assumed = new Set<string>();
  /** Pods bound to nodes that are not (or no longer) known. */
  private readonly homeless = new Map<string, Map<string, PodInfo>>();
  /** What specs came to on nodes, for plugins whose answers are `local`. */
  readonly memos = new NodeMemos();
  private softlyTainted = 0;
  private hardTainted = 0;
  private cordoned = 0;
  /** How many pods on nodes have each priority. */
  private readonly priorities = new Map<number, number>();
  /** How many pods on nodes use a claim, by `namespace/name`. */
  private readonly claimUsers = new Map<string, number>();

  constructor(namespaceLabels: (namespace: string) => StringMap | undefined) {
    this.counters = new Counters(
      () => this.nodes.values(),
      () => this.classes.all(),
      namespaceLabels,
    );
  }

  get nodeCount(): number {
    return this.nodes.size;
  }

  /** How many nodes have PreferNoSchedule taints. */
  get softlyTaintedNodes(): number {
    return this.softlyTainted;
  }

  /** How many nodes have NoSchedule or NoExecute taints. */
  get hardTaintedNodes(): number {
    return this.hardTainted;
  }

  /** How many nodes take no new pods. */
  get unschedulableNodes(): number {
    return this.cordoned;
  }

  /** How many pods on nodes use the claim of that `namespace/name`. */
  usersOfClaim(key: string): number {
    return this.claimUsers.get(key) ?? 0;
  }

  /** The lowest priority of any pod on a node; Infinity without pods. */
  get lowestPriority(): number {
    let lowest = Infinity;
    for (const priority of this.priorities.keys()) if (priority < lowest) lowest = priority;
    return lowest;
  }

  /** Nodes in the order in which cycles look at them. */
  nodeList(): readonly NodeInfo[] {
    return this.order.list();
  }

  node(name: string): NodeInfo | undefined {
    return this.nodes.get(name);
  }

  pod(uid: string): PodInfo | undefined {
    return this.pods.get(uid);
  }

  isAssumed(uid: string): boolean {
    return this.assumed.has(uid);
  }

  beginCycle(): void {
    this.counters.beginCycle();
    if (this.classes.size > CLASS_LIMIT) this.classes.prune();
  }

  /** The pod as filters and scores see it; good until the cycle ends. */
  compile(pod: Pod): PodInfo {
    return podInfo(pod, this.classes);
  }

  addNode(node: Node): NodeInfo {
    const slot = this.freeSlots.pop() ?? this.slots++;
    const info = new NodeInfo(slot, node);
    this.nodes.set(info.name, info);
    this.memos.clear();
    this.order.add(info, info.zone);
    this.counters.updateNode(info);
    this.noteNode(info, 1);
    this.images.add(info);
    const waiting = this.homeless.get(info.name);
    if (waiting !== undefined) {
      this.homeless.delete(info.name);
      for (const pod of waiting.values()) this.place(pod, info);
    }
    return info;
  }

  updateNode(node: Node): NodeInfo {
    const info = this.nodes.get(node.metadata.name);
    if (info === undefined) return this.addNode(node);
    const hasSameImages = info.node.status.images === node.status.images;
    if (!hasSameImages) this.images.remove(info);
    if (schedulesAlike(info.node, node)) info.node = node;
    else this.changeNode(info, node);
    if (!hasSameImages) this.images.add(info);
    return info;
  }

  private changeNode(info: NodeInfo, node: Node): void {
    const pods = [...info.pods.values()];
    for (const pod of pods) this.displace(pod);
    const { zone } = info;
    this.noteNode(info, -1);
    info.update(node);
    this.noteNode(info, 1);
    if (info.zone !== zone) {
      this.order.remove(info, zone);
      this.order.add(info, info.zone);
    }
    this.counters.updateNode(info);
    for (const pod of pods) this.place(pod, info);
  }

  removeNode(name: string): void {
    const info = this.nodes.get(name);
    if (info === undefined) return;
    for (const pod of [...info.pods.values()]) {
      this.displace(pod);
      this.shelter(pod, name);
    }
    this.counters.removeNode(info);
    this.order.remove(info, info.zone);
    this.noteNode(info, -1);
    this.images.remove(info);
    this.nodes.delete(name);
    this.memos.clear();
    this.freeSlots.push(info.slot);
  }

  /** Counts a pod on the node that was chosen for it, until it is seen bound or is forgotten. */
  assume(info: PodInfo, node: NodeInfo): void {
    this.assumed.add(info.uid);
    this.pods.set(info.uid, info);
    this.place(info, node);
  }

  /** Takes an assumed pod back. */
  forget(uid: string): void {
    if (this.assumed.has(uid)) this.removePod(uid);
  }

  /** A pod was seen bound to a node, or a bound one changed. */
  setPod(pod: Pod): void {
    const { uid } = pod.metadata;
    const nodeName = pod.spec.nodeName!;
    const known = this.pods.get(uid);
    this.assumed.delete(uid);
    if (known?.node?.name === nodeName && isUnchanged(known.pod, pod)) {
      known.pod = pod;
      return;
    }
    const info = this.compile(pod);
    if (known !== undefined) {
      if (known.node?.name === nodeName && countsAlike(known, info)) {
        this.replace(known, info);
        return;
      }
      this.removePod(uid);
    }
    this.pods.set(uid, info);
    const node = this.nodes.get(nodeName);
    if (node === undefined) this.shelter(info, nodeName);
    else this.place(info, node);
  }

  removePod(uid: string): void {
    const info = this.pods.get(uid);
    if (info === undefined) return;
    this.pods.delete(uid);
    this.assumed.delete(uid);
    if (info.node !== undefined) this.displace(info);
    else this.homeless.get(info.pod.spec.nodeName ?? '')?.delete(uid);
  }

  /** Counts a pod on a node; preemption uses it to try what would be. */
  place(info: PodInfo, node: NodeInfo): void {
    node.add(info);
    info.class.pods++;
    for (const counter of info.class.counters) counter.add(node, 1);
    this.count(info, 1);
  }

  /** The opposite of `place`. */
  displace(info: PodInfo): void {
    const node = info.node!;
    for (const counter of info.class.counters) counter.add(node, -1);
    this.count(info, -1);
    info.class.pods--;
    node.remove(info);
  }

  private count(info: PodInfo, by: 1 | -1): void {
    addTo(this.priorities, info.priority, by);
    for (const claim of info.claims) addTo(this.claimUsers, `${info.class.namespace}/${claim}`, by);
  }

  /** The pod counts as it did; only the object is newer. */
  private replace(known: PodInfo, info: PodInfo): void {
    const node = known.node!;
    info.node = node;
    this.pods.set(info.uid, info);
    node.pods.set(info.uid, info);
  }

  private shelter(info: PodInfo, nodeName: string): void {
    let pods = this.homeless.get(nodeName);
    if (pods === undefined) this.homeless.set(nodeName, (pods = new Map()));
    pods.set(info.uid, info);
  }

  private noteNode(info: NodeInfo, sign: 1 | -1): void {
    if (info.softTaints.length > 0) this.softlyTainted += sign;
    if (info.hardTaints.length > 0) this.hardTainted += sign;
    if (info.unschedulable) this.cordoned += sign;
  }
}

/** Whether a bound pod has a newer status only, as its kubelet writes it many times. */
function isUnchanged({ spec, metadata }: Pod, pod: Pod): boolean {
  return (
    spec === pod.spec &&
    metadata.labels === pod.metadata.labels &&
    metadata.deletionTimestamp === pod.metadata.deletionTimestamp
  );
}

/** Whether nothing that scheduling looks at differs: heartbeats change a node all the time. */
function schedulesAlike(a: Node, b: Node): boolean {
  return (
    isSame(a.metadata.labels, b.metadata.labels) &&
    isSame(a.spec, b.spec) &&
    isSame(a.status.allocatable, b.status.allocatable) &&
    isSame(a.status.capacity, b.status.capacity)
  );
}

const isSame = (a: unknown, b: unknown): boolean => a === b || deepEqual(a, b);

function addTo<K>(counts: Map<K, number>, key: K, by: number): void {
  const now = (counts.get(key) ?? 0) + by;
  if (now > 0) counts.set(key, now);
  else counts.delete(key);
}

const countsAlike = (a: PodInfo, b: PodInfo): boolean =>
  a.class === b.class &&
  a.priority === b.priority &&
  a.requests === b.requests &&
  a.hostPorts === b.hostPorts &&
  a.claims.length === 0 &&
  b.claims.length === 0;
