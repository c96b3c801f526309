/**
 * How many pods of each ReplicaSet are active, ready, terminating: kept from event to event, so
 * that a change of one pod costs the same whether its ReplicaSet has ten pods or ten thousand.
 */
import { compileSelector } from '../../api/label-selector';
import type { StringMap } from '../../api/object';
import { controllerOf, keyOf, objectKey } from '../../api/object';
import type { Pod, ReplicaSet } from '../../api/objects';
import { isActive, isPodReady, isTerminal } from '../../api/objects/pod';
import type { Informer } from '../../client';
import { ownedBy } from '../framework/owned-index';

export interface Tally {
  active: number;
  /** Active and carrying all labels of the template. */
  labeled: number;
  ready: number;
  terminating: number;
  /** Owned although the selector does not match: to be released. */
  strays: number;
  /** Active ones by the node that they are bound to. */
  readonly byNode: Map<string, number>;
}

/** What one pod adds to the tally of its owner. */
interface Contribution {
  readonly owner: string;
  readonly active: boolean;
  readonly labeled: boolean;
  readonly ready: boolean;
  readonly terminating: boolean;
  readonly stray: boolean;
  /** The node of an active pod that is bound. */
  readonly node: string | undefined;
}

export class PodTallies {
  private readonly byOwner = new Map<string, Tally>();
  private readonly byPod = new Map<string, Contribution>();

  constructor(
    private readonly pods: Informer<Pod>,
    private readonly replicaSets: Informer<ReplicaSet>,
  ) {
    replicaSets.addHandlers({
      updated: (set, previous) => {
        const labels = set.spec.template.metadata?.labels;
        if (labels !== previous.spec.template.metadata?.labels) this.recount(set);
      },
      deleted: (set) => void this.byOwner.delete(set.metadata.uid),
    });
    const count = (pod: Pod): void => this.count(pod);
    pods.addHandlers({
      added: count,
      updated: count,
      deleted: (pod) => this.forget(keyOf(pod)),
    });
  }

  of(set: ReplicaSet): Tally {
    return this.byOwner.get(set.metadata.uid) ?? EMPTY;
  }

  private recount(set: ReplicaSet): void {
    for (const pod of ownedBy(this.pods, set.metadata.uid).values()) this.count(pod);
  }

  private count(pod: Pod): void {
    const key = keyOf(pod);
    const set = this.ownerOf(pod);
    if (set === undefined) {
      this.forget(key);
      return;
    }
    const contribution = contributionOf(set, pod);
    const known = this.byPod.get(key);
    if (known !== undefined) {
      // Most changes of a pod are none to its owner.
      if (sameContribution(known, contribution)) return;
      this.add(known, -1);
    }
    this.byPod.set(key, contribution);
    this.add(contribution, 1);
  }

  private ownerOf(pod: Pod): ReplicaSet | undefined {
    const reference = controllerOf(pod);
    if (reference?.kind !== 'ReplicaSet') return undefined;
    const set = this.replicaSets.byKey(objectKey(pod.metadata.namespace, reference.name));
    return set?.metadata.uid === reference.uid ? set : undefined;
  }

  private forget(key: string): void {
    const known = this.byPod.get(key);
    if (known === undefined) return;
    this.byPod.delete(key);
    this.add(known, -1);
  }

  private add(contribution: Contribution, sign: 1 | -1): void {
    let tally = this.byOwner.get(contribution.owner);
    if (tally === undefined) {
      // A deleted ReplicaSet has no tally left to take from.
      if (sign < 0) return;
      tally = emptyTally();
      this.byOwner.set(contribution.owner, tally);
    }
    if (contribution.active) tally.active += sign;
    if (contribution.labeled) tally.labeled += sign;
    if (contribution.ready) tally.ready += sign;
    if (contribution.terminating) tally.terminating += sign;
    if (contribution.stray) tally.strays += sign;
    const { node } = contribution;
    if (node !== undefined) tally.byNode.set(node, (tally.byNode.get(node) ?? 0) + sign);
  }
}

const emptyTally = (): Tally => ({
  active: 0,
  labeled: 0,
  ready: 0,
  terminating: 0,
  strays: 0,
  byNode: new Map(),
});
const EMPTY = emptyTally();

function contributionOf(set: ReplicaSet, pod: Pod): Contribution {
  const active = isActive(pod);
  const { labels } = pod.metadata;
  const wanted = set.spec.template.metadata?.labels;
  return {
    owner: set.metadata.uid,
    active,
    labeled: active && carriesAll(labels, wanted),
    ready: active && isPodReady(pod),
    terminating: !active && !isTerminal(pod),
    node: active && pod.spec.nodeName ? pod.spec.nodeName : undefined,
    stray: labels !== wanted && !compileSelector(set.spec.selector)(labels),
  };
}

function sameContribution(a: Contribution, b: Contribution): boolean {
  return (
    a.owner === b.owner &&
    a.active === b.active &&
    a.labeled === b.labeled &&
    a.ready === b.ready &&
    a.terminating === b.terminating &&
    a.stray === b.stray &&
    a.node === b.node
  );
}

function carriesAll(labels: StringMap | undefined, wanted: StringMap = {}): boolean {
  if (labels === wanted) return true;
  for (const key in wanted) if (labels?.[key] !== wanted[key]) return false;
  return true;
}
