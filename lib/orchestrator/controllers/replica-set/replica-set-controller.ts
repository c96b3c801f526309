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
import { keyOf, objectKey } from '../../api/object';
import { isActive, type Pod, type ReplicaSet } from '../../api/objects';
import { claim } from '../claim';
import { Expectations } from '../expectations';
import { indexByController } from '../owned-index';
import { nextAvailability } from '../pod-availability';
import { watchDependents } from '../watch-dependents';
import { manageReplicas } from './manage-replicas';
import { countPods, replicaSetStatus, type ManageFailure } from './status';

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
  /** Revisions of this controller's own last status writes, until its cache has them. */
  private readonly written = new Map<string, number>();

  constructor({ client, recorder, queue }: ControllerContext) {
    this.client = client;
    this.recorder = recorder('replicaset-controller');
    this.expectations = new Expectations(client.clock);
    this.pods = indexByController(client.informer<Pod>('pods'));
    this.replicaSets = indexByController(client.informer<ReplicaSet>('replicasets.apps'));
    this.queue = queue({ name: 'replicaset-controller', reconcile: (key) => this.sync(key) });
    this.replicaSets.addHandlers({
      added: (set) => this.queue.add(keyOf(set)),
      updated: (set) => this.queue.add(keyOf(set)),
      deleted: (set) => {
        this.expectations.forget(keyOf(set));
        this.written.delete(keyOf(set));
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
    // Its own last write has yet to arrive, and will ask for another sync when it does.
    const written = this.written.get(key);
    if (written !== undefined && Number(set.metadata.resourceVersion) < written) return;
    const mayAct = this.expectations.satisfied(key);
    const pods = claim({
      client: this.client,
      ownerResource: 'replicasets.apps',
      owner: set,
      selector: set.spec.selector,
      informer: this.pods,
      adoptable: isActive,
    });
    let failure: Error | undefined;
    let reason: ManageFailure['reason'] = 'FailedCreate';
    if (mayAct && set.metadata.deletionTimestamp === undefined) {
      const active = pods.filter(isActive);
      if (active.length > set.spec.replicas) reason = 'FailedDelete';
      failure = manageReplicas(this, set, active);
    }
    this.updateStatus(
      set,
      pods,
      failure === undefined ? undefined : { reason, message: failure.message },
    );
    if (failure !== undefined) throw failure;
  }

  /** From the pods as they were before this sync acted: what it did comes back as events. */
  private updateStatus(
    set: ReplicaSet,
    pods: readonly Pod[],
    failure: ManageFailure | undefined,
  ): void {
    const { wallMs } = this.client.clock;
    const { namespace, name } = set.metadata;
    const key = objectKey(namespace, name);
    const counts = countPods(set, pods, wallMs);
    const status = replicaSetStatus(set, counts, failure, wallMs);
    if (status !== set.status) {
      const updated = this.client.updateStatus('replicasets.apps', { ...set, status });
      this.written.set(key, Number(updated.metadata.resourceVersion));
    }
    if (counts.ready === counts.available) return;
    const wait = nextAvailability(pods.filter(isActive), set.spec.minReadySeconds ?? 0, wallMs);
    if (wait !== undefined) this.queue.addAfter(key, wait);
  }
}
