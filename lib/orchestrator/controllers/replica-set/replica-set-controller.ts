/**
 * Keeps as many pods of a template alive as a ReplicaSet asks for, and counts them. Stands for
 * kube-controller-manager's replicaset controller. ReplicationControllers are left out.
 */
import { keyOf } from '../../api/object';
import { isActive, type Pod, type ReplicaSet } from '../../api/objects';
import { controller, type ControllerContext, type ControllerDefinition } from '../../client';
import { indexByController, orphansIn, ownedBy } from '../framework/owned-index';
import { isPodAvailable, nextAvailability } from '../framework/pod-availability';
import { WorkloadController } from '../framework/workload-controller';
import { manageReplicas } from './manage-replicas';
import { PodTallies } from './pod-tally';
import { replicaSetStatus, type ManageFailure, type PodCounts } from './status';

/** @param newReplicaSetMs until the first pods of a new ReplicaSet are made */
export const replicaSetControllerOf = (newReplicaSetMs: number): ControllerDefinition =>
  controller({
    name: 'replicaset-controller',
    start: (context) => new ReplicaSetController(context, newReplicaSetMs),
  });

export const replicaSetController = replicaSetControllerOf(0);

class ReplicaSetController extends WorkloadController<ReplicaSet, Pod> {
  readonly pods = this.dependents;
  readonly replicaSets = this.owners;
  readonly tallies = new PodTallies(this.pods, this.replicaSets);

  constructor(context: ControllerContext, newOwnerMs: number) {
    const { client } = context;
    super(context, {
      name: 'replicaset-controller',
      kind: 'ReplicaSet',
      dependents: indexByController(client.informer<Pod>('pods')),
      owners: indexByController(client.informer<ReplicaSet>('replicasets.apps')),
      newOwnerMs,
    });
  }

  protected override reconcile(set: ReplicaSet): void {
    const mayAct = this.expectations.satisfied(keyOf(set));
    const claimed = this.claimPods(set);
    if (claimed !== undefined) {
      // What was adopted or released is counted when it has come back into the cache.
      this.queue.add(keyOf(set));
      const failure = mayAct ? this.manage(set, claimed.length, () => claimed) : undefined;
      if (failure !== undefined) throw failure;
      return;
    }
    const tally = this.tallies.of(set);
    // Counted before this sync acts: what it does comes back as events.
    const counts = this.countsOf(set);
    const reason = tally.active > set.spec.replicas ? 'FailedDelete' : 'FailedCreate';
    const owned = (): Pod[] => [...ownedBy(this.pods, set.metadata.uid).values()].filter(isActive);
    const failure = mayAct ? this.manage(set, tally.active, owned) : undefined;
    this.updateStatus(
      set,
      counts,
      failure === undefined ? undefined : { reason, message: failure.message },
    );
    if (failure !== undefined) throw failure;
  }

  private manage(
    set: ReplicaSet,
    active: number,
    activePods: () => readonly Pod[],
  ): Error | undefined {
    if (set.metadata.deletionTimestamp !== undefined) return undefined;
    return manageReplicas(this, set, active, activePods);
  }

  /**
   * The ReplicaSet as it is stored now: counts stay true if its Deployment has scaled it meanwhile.
   * Upstream comes to the same by trying again when the first write is refused.
   */
  private latest(set: ReplicaSet): ReplicaSet {
    const { namespace, name, uid } = set.metadata;
    const live = this.client.tryGet<ReplicaSet>('replicasets.apps', namespace, name);
    return live?.metadata.uid === uid ? live : set;
  }

  /** The active pods as the cache has them if one was adopted or released; undefined if none was. */
  private claimPods(set: ReplicaSet): readonly Pod[] | undefined {
    const { namespace } = set.metadata;
    if (this.tallies.of(set).strays === 0 && orphansIn(this.pods, namespace).size === 0) {
      return undefined;
    }
    const before = this.client.writes;
    const claimed = this.claimDependents(set, isActive);
    if (this.client.writes === before) return undefined;
    return claimed.map((pod) => this.pods.byKey(keyOf(pod)) ?? pod).filter(isActive);
  }

  private countsOf(set: ReplicaSet): PodCounts {
    const { active, labeled, ready, terminating } = this.tallies.of(set);
    const { minReadySeconds = 0 } = set.spec;
    const available = minReadySeconds === 0 || ready === 0 ? ready : this.available(set);
    return { active, fullyLabeled: labeled, ready, available, terminating };
  }

  /** Only with minReadySeconds does the count of available pods change by time alone. */
  private available(set: ReplicaSet): number {
    const { minReadySeconds = 0 } = set.spec;
    const { wallMs } = this.client.clock;
    let available = 0;
    for (const pod of ownedBy(this.pods, set.metadata.uid).values()) {
      if (isActive(pod) && isPodAvailable(pod, minReadySeconds, wallMs)) available++;
    }
    return available;
  }

  private updateStatus(
    set: ReplicaSet,
    counts: PodCounts,
    failure: ManageFailure | undefined,
  ): void {
    const { wallMs } = this.client.clock;
    const status = replicaSetStatus(set, counts, failure, wallMs);
    if (status !== set.status) this.writeStatus(this.latest(set), status);
    if (counts.ready === counts.available) return;
    const pods = [...ownedBy(this.pods, set.metadata.uid).values()].filter(isActive);
    const wait = nextAvailability(pods, set.spec.minReadySeconds ?? 0, wallMs);
    if (wait !== undefined) this.queue.addAfter(keyOf(set), wait);
  }
}
