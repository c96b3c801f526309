/**
 * Keeps as many pods of a template alive as a ReplicaSet asks for, and counts them. Stands for
 * kube-controller-manager's replicaset controller. ReplicationControllers are left out.
 */
import {
  controller,
  type Client,
  type ControllerContext,
  type EventRecorder,
  type Informer,
  type WorkQueue,
} from '../../client';
import { keyOf } from '../../api/object';
import { isActive, type Pod, type ReplicaSet } from '../../api/objects';
import { claim } from '../framework/claim';
import { Expectations } from '../framework/expectations';
import { indexByController, orphansIn, ownedBy } from '../framework/owned-index';
import { OwnWrites } from '../framework/own-writes';
import { isPodAvailable, nextAvailability } from '../framework/pod-availability';
import { watchDependents } from '../framework/watch-dependents';
import { manageReplicas } from './manage-replicas';
import { PodTallies } from './pod-tally';
import { replicaSetStatus, type ManageFailure, type PodCounts } from './status';

export const replicaSetController = controller({
  name: 'replicaset-controller',
  start: (context) => new ReplicaSetController(context),
});

class ReplicaSetController {
  readonly client: Client;
  readonly recorder: EventRecorder;
  readonly expectations: Expectations;
  readonly pods: Informer<Pod>;
  readonly replicaSets: Informer<ReplicaSet>;
  private readonly queue: WorkQueue;
  readonly tallies: PodTallies;
  private readonly ownWrites: OwnWrites;

  constructor({ client, recorder, queue }: ControllerContext) {
    this.client = client;
    this.recorder = recorder('replicaset-controller');
    this.expectations = new Expectations(client.clock);
    this.ownWrites = new OwnWrites(client);
    this.pods = indexByController(client.informer<Pod>('pods'));
    this.replicaSets = indexByController(client.informer<ReplicaSet>('replicasets.apps'));
    this.tallies = new PodTallies(this.pods, this.replicaSets);
    this.queue = queue({ name: 'replicaset-controller', reconcile: (key) => this.sync(key) });
    this.replicaSets.addHandlers({
      added: (set) => this.queue.add(keyOf(set)),
      updated: (set) => this.queue.add(keyOf(set)),
      deleted: (set) => {
        this.expectations.forget(keyOf(set));
        this.ownWrites.forget(keyOf(set));
      },
    });
    watchDependents<Pod, ReplicaSet>({
      dependents: this.pods,
      owners: this.replicaSets,
      ownerKind: 'ReplicaSet',
      selectorOf: (set) => set.spec.selector,
      enqueue: (key) => this.queue.add(key),
      created: (key) => this.expectations.creationObserved(key),
      leaving: (key, pod) => this.expectations.deletionObserved(key, pod),
    });
  }

  private sync(key: string): void {
    const set = this.replicaSets.byKey(key);
    if (set === undefined) return this.expectations.forget(key);
    if (!this.ownWrites.areSeen(key)) return;
    const mayAct = this.expectations.satisfied(key);
    // What was adopted or released is counted when it has come back into the cache.
    if (this.claimPods(set)) return this.queue.add(key);
    const tally = this.tallies.of(set);
    // Counted before this sync acts: what it does comes back as events.
    const counts = this.countsOf(set);
    let failure: Error | undefined;
    const reason = tally.active > set.spec.replicas ? 'FailedDelete' : 'FailedCreate';
    if (mayAct && set.metadata.deletionTimestamp === undefined) {
      failure = manageReplicas(this, set, tally.active);
    }
    this.updateStatus(
      set,
      counts,
      failure === undefined ? undefined : { reason, message: failure.message },
    );
    if (failure !== undefined) throw failure;
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

  /** @returns whether a pod was adopted or released. */
  private claimPods(set: ReplicaSet): boolean {
    const { namespace } = set.metadata;
    if (this.tallies.of(set).strays === 0 && orphansIn(this.pods, namespace).size === 0) {
      return false;
    }
    const before = this.client.writes;
    claim({
      client: this.client,
      ownerResource: 'replicasets.apps',
      owner: set,
      selector: set.spec.selector,
      informer: this.pods,
      adoptable: isActive,
    });
    return this.client.writes > before;
  }

  private countsOf(set: ReplicaSet): PodCounts {
    const { active, labeled, ready, terminating } = this.tallies.of(set);
    const { minReadySeconds = 0 } = set.spec;
    const counts = { active, fullyLabeled: labeled, ready, terminating };
    if (minReadySeconds === 0 || ready === 0) return { ...counts, available: ready };
    // Only with minReadySeconds does the count of available pods change by time alone.
    const { wallMs } = this.client.clock;
    let available = 0;
    for (const pod of ownedBy(this.pods, set.metadata.uid).values()) {
      if (isActive(pod) && isPodAvailable(pod, minReadySeconds, wallMs)) available++;
    }
    return { ...counts, available };
  }

  private updateStatus(
    set: ReplicaSet,
    counts: PodCounts,
    failure: ManageFailure | undefined,
  ): void {
    const { wallMs } = this.client.clock;
    const key = keyOf(set);
    const status = replicaSetStatus(set, counts, failure, wallMs);
    if (status !== set.status) {
      const updated = this.client.updateStatus('replicasets.apps', { ...this.latest(set), status });
      this.ownWrites.note(key, this.replicaSets, updated);
    }
    if (counts.ready === counts.available) return;
    const pods = [...ownedBy(this.pods, set.metadata.uid).values()].filter(isActive);
    const wait = nextAvailability(pods, set.spec.minReadySeconds ?? 0, wallMs);
    if (wait !== undefined) this.queue.addAfter(key, wait);
  }
}
