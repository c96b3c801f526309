/**
 * All counts by topology domain that the scheduler keeps, made when a pod first asks for them and
 * kept up to date from then on. Counts that nobody asked for in a long while are dropped.
 */
import type { StringMap } from '../../api/object';
import { type AffinityTerm, type AffinityTerms, termSelects } from './affinity-term';
import { type CountedPods, DomainCounter } from './domain-counter';
import { NodeEligibility } from './node-eligibility';
import type { NodeInfo } from './node-info';
import type { PodClass } from './pod-class';
import { TopologyKey } from './topology';

/** A term that pods on nodes carry, with how many of them in each domain. */
export interface CarriedTerm {
  readonly term: AffinityTerm;
  readonly kind: keyof Omit<AffinityTerms, 'id'>;
  /** How much one such pod adds to the score of nodes in its domain. */
  readonly weight: number;
  readonly counter: DomainCounter;
}

interface Selected {
  readonly carried: CarriedTerm[];
  version: number;
  seen: number;
}

/** How much a required affinity term of a pod on a node counts in scores. */
const HARD_POD_AFFINITY_WEIGHT = 1;
const LIMIT = 512;
const IDLE_CYCLES = 2000;

export class Counters {
  private readonly topologies = new Map<string, TopologyKey>();
  private readonly eligibilities = new Map<string, NodeEligibility>();
  private readonly counters = new Map<string, DomainCounter>();
  private carried = new Map<string, CarriedTerm>();
  private carriedList: CarriedTerm[] = [];
  private selected = new WeakMap<PodClass, Selected>();
  /** Counts up when what terms select may have changed for known classes. */
  private version = 0;
  private cycle = 0;

  /**
   * @param nodes all nodes
   * @param classes all classes of pods
   * @param namespaceLabels the labels of a namespace
   */
  constructor(
    private readonly nodes: () => Iterable<NodeInfo>,
    private readonly classes: () => Iterable<PodClass>,
    private readonly namespaceLabels: (namespace: string) => StringMap | undefined,
  ) {}

  topology(key: string): TopologyKey {
    let topology = this.topologies.get(key);
    if (topology === undefined) {
      topology = new TopologyKey(key);
      for (const node of this.nodes()) topology.update(node);
      this.topologies.set(key, topology);
    }
    return topology;
  }

  eligibility(id: string, allows: (node: NodeInfo) => boolean): NodeEligibility {
    let eligibility = this.eligibilities.get(id);
    if (eligibility === undefined) {
      eligibility = new NodeEligibility(allows);
      for (const node of this.nodes()) eligibility.update(node);
      this.eligibilities.set(id, eligibility);
    }
    eligibility.lastUsed = this.cycle;
    return eligibility;
  }

  /** The count of an id, made from what `counted` says of classes if it is new. */
  counter(
    id: string,
    topologyKey: string,
    counted: (pods: CountedPods) => boolean,
    eligibility?: NodeEligibility,
  ): DomainCounter {
    let counter = this.counters.get(id);
    if (counter === undefined) {
      counter = new DomainCounter(this.topology(topologyKey), counted, eligibility);
      for (const podClass of this.classes()) {
        if (counted(podClass)) podClass.counters.push(counter);
      }
      for (const node of this.nodes()) {
        for (const info of node.pods.values()) if (counted(info.class)) counter.add(node, 1);
      }
      this.counters.set(id, counter);
    }
    counter.lastUsed = this.cycle;
    return counter;
  }

  /** Pods that a term selects, by the term's domains. */
  ofTerm(term: AffinityTerm): DomainCounter {
    return this.counter(`term ${term.id}`, term.topologyKey, (pods) => this.selects(term, pods));
  }

  selects(term: AffinityTerm, { namespace, labels }: CountedPods): boolean {
    return termSelects(term, namespace, labels, this.namespaceLabels);
  }

  /** The terms of pods on nodes that select pods of this class. */
  termsSelecting(podClass: PodClass): readonly CarriedTerm[] {
    let selected = this.selected.get(podClass);
    if (selected === undefined || selected.version !== this.version) {
      selected = { carried: [], version: this.version, seen: 0 };
      this.selected.set(podClass, selected);
    }
    for (; selected.seen < this.carriedList.length; selected.seen++) {
      const carried = this.carriedList[selected.seen]!;
      if (this.selects(carried.term, podClass)) selected.carried.push(carried);
    }
    return selected.carried;
  }

  /** Hooks a new class up to the counters that it counts in. */
  addClass(podClass: PodClass): void {
    for (const counter of this.counters.values()) {
      if (counter.counted(podClass)) podClass.counters.push(counter);
    }
    const { terms } = podClass;
    for (const term of terms.requiredAffinity) {
      this.carry(podClass, term, 'requiredAffinity', HARD_POD_AFFINITY_WEIGHT);
    }
    for (const term of terms.requiredAntiAffinity) {
      this.carry(podClass, term, 'requiredAntiAffinity', 0);
    }
    for (const { term, weight } of terms.preferredAffinity) {
      this.carry(podClass, term, 'preferredAffinity', weight);
    }
    for (const { term, weight } of terms.preferredAntiAffinity) {
      this.carry(podClass, term, 'preferredAntiAffinity', -weight);
    }
  }

  updateNode(node: NodeInfo): void {
    for (const topology of this.topologies.values()) topology.update(node);
    for (const eligibility of this.eligibilities.values()) eligibility.update(node);
  }

  removeNode(node: NodeInfo): void {
    for (const topology of this.topologies.values()) topology.remove(node);
    for (const eligibility of this.eligibilities.values()) eligibility.remove(node);
  }

  /** Labels of namespaces changed: every count that selects namespaces is made anew. */
  namespacesChanged(): void {
    this.drop(() => true);
  }

  /** To be called at the start of a cycle; drops what has long been of no use. */
  beginCycle(): void {
    this.cycle++;
    if (this.counters.size > LIMIT && this.cycle % IDLE_CYCLES === 0) {
      this.drop((lastUsed) => lastUsed < this.cycle - IDLE_CYCLES);
    }
  }

  private drop(isIdle: (lastUsed: number) => boolean): void {
    const dropped = new Set<DomainCounter>();
    for (const [id, counter] of this.counters) {
      if (!isIdle(counter.lastUsed)) continue;
      this.counters.delete(id);
      dropped.add(counter);
    }
    for (const [id, eligibility] of this.eligibilities) {
      if (isIdle(eligibility.lastUsed)) this.eligibilities.delete(id);
    }
    const counted = new Set<DomainCounter>();
    for (const podClass of this.classes()) {
      for (let i = podClass.counters.length - 1; i >= 0; i--) {
        const counter = podClass.counters[i]!;
        if (dropped.has(counter)) podClass.counters.splice(i, 1);
        else counted.add(counter);
      }
    }
    this.carriedList = this.carriedList.filter(({ counter }) => counted.has(counter));
    this.carried = new Map(this.carriedList.map((carried) => [carriedId(carried), carried]));
    this.version++;
  }

  private carry(
    podClass: PodClass,
    term: AffinityTerm,
    kind: CarriedTerm['kind'],
    weight: number,
  ): void {
    const id = carriedId({ term, kind, weight });
    let carried = this.carried.get(id);
    if (carried === undefined) {
      const counter = new DomainCounter(this.topology(term.topologyKey), () => false, undefined);
      carried = { term, kind, weight, counter };
      this.carried.set(id, carried);
      this.carriedList.push(carried);
    }
    podClass.counters.push(carried.counter);
  }
}

const carriedId = ({ term, kind, weight }: Omit<CarriedTerm, 'counter'>): string =>
  `${kind} ${weight} ${term.id}`;
