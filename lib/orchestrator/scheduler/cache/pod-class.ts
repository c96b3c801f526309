/**
 * Pods that no selector and no (anti-)affinity term can tell apart: same namespace, labels, terms,
 * and whether they are terminating. What the scheduler counts it counts by class, so that a new
 * pod of a known template costs a look into a map instead of matching selectors.
 */
import type { StringMap } from '../../api/object';
import type { Affinity, Pod } from '../../api/objects';
import { affinityTerms, type AffinityTerms } from './affinity-term';
import type { CountedPods, DomainCounter } from './domain-counter';

export class PodClass implements CountedPods {
  readonly terms: AffinityTerms;
  /** The counters that pods of this class count in. */
  readonly counters: DomainCounter[] = [];
  /** Pods of this class on nodes. */
  pods = 0;

  constructor(
    readonly id: number,
    readonly namespace: string,
    readonly labels: StringMap | undefined,
    readonly terminating: boolean,
    affinity: Affinity | undefined,
  ) {
    this.terms = affinityTerms(affinity, namespace, labels);
  }
}

export class PodClasses {
  private readonly byKey = new Map<string, PodClass>();
  private readonly affinityIds = new WeakMap<Affinity, number>();
  private readonly affinityTexts = new Map<string, number>();
  private next = 0;

  /** @param added told of each new class before it is used */
  constructor(private readonly added: (podClass: PodClass) => void) {}

  all(): IterableIterator<PodClass> {
    return this.byKey.values();
  }

  of(pod: Pod): PodClass {
    const { namespace, labels, deletionTimestamp } = pod.metadata;
    const { affinity } = pod.spec;
    const terminating = deletionTimestamp !== undefined;
    let key = `${namespace}/${terminating ? 't' : ''}${this.affinityId(affinity)}`;
    for (const name in labels) key += `,${name}=${labels[name]}`;
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    const podClass = new PodClass(this.next++, namespace, labels, terminating, affinity);
    this.byKey.set(key, podClass);
    this.added(podClass);
    return podClass;
  }

  /** Forgets classes without pods on nodes; every class of theirs is made anew when asked for. */
  prune(): void {
    for (const [key, podClass] of this.byKey) if (podClass.pods === 0) this.byKey.delete(key);
  }

  get size(): number {
    return this.byKey.size;
  }

  private affinityId(affinity: Affinity | undefined): number {
    if (affinity?.podAffinity === undefined && affinity?.podAntiAffinity === undefined) return 0;
    const known = this.affinityIds.get(affinity);
    if (known !== undefined) return known;
    const text = JSON.stringify([affinity.podAffinity ?? null, affinity.podAntiAffinity ?? null]);
    const id = this.affinityTexts.get(text) ?? this.affinityTexts.size + 1;
    this.affinityTexts.set(text, id);
    this.affinityIds.set(affinity, id);
    return id;
  }
}
