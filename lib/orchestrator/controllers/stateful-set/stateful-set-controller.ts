/**
 * Keeps pods with a name, a network identity and claims of their own, in order. Stands for
 * kube-controller-manager's statefulset controller.
 */
import {
  controller,
  type Client,
  type ControllerContext,
  type EventRecorder,
  type Informer,
  type WorkQueue,
} from '../../client';
import { deepEqual } from '../../api/deep-equal';
import { keyOf } from '../../api/object';
import type {
  ControllerRevision,
  PersistentVolumeClaim,
  Pod,
  StatefulSet,
} from '../../api/objects';
import { claim } from '../framework/claim';
import {
  listRevisions,
  revisionOfTemplate,
  templateOf,
  truncateHistory,
  type RevisionHistory,
} from '../framework/controller-revisions';
import { indexByController } from '../framework/owned-index';
import { OwnWrites } from '../framework/own-writes';
import { nextAvailability } from '../framework/pod-availability';
import { isRefusal } from '../framework/slow-start';
import { watchDependents } from '../framework/watch-dependents';
import { ordinalOf, revisionLabelOf } from './identity';
import { placeReplicas } from './replicas';
import { countStatefulPods, statefulSetStatus, type RevisionNames } from './status';
import { updatePods, type UpdateOutcome } from './update';

export const statefulSetController = controller({
  name: 'statefulset-controller',
  start: (context) => new StatefulSetController(context),
});

class StatefulSetController {
  readonly client: Client;
  readonly recorder: EventRecorder;
  readonly claims: Informer<PersistentVolumeClaim>;
  readonly pods: Informer<Pod>;
  readonly ownWrites: OwnWrites;
  private readonly sets: Informer<StatefulSet>;
  private readonly history: RevisionHistory;
  private readonly queue: WorkQueue;

  constructor({ client, recorder, queue }: ControllerContext) {
    this.client = client;
    this.recorder = recorder('statefulset-controller');
    this.ownWrites = new OwnWrites(client);
    this.pods = indexByController(client.informer<Pod>('pods'));
    this.sets = client.informer<StatefulSet>('statefulsets.apps');
    this.claims = client.informer<PersistentVolumeClaim>('persistentvolumeclaims');
    this.history = {
      client,
      informer: indexByController(client.informer<ControllerRevision>('controllerrevisions.apps')),
      ownerResource: 'statefulsets.apps',
      hashLabel: 'controller.kubernetes.io/hash',
    };
    this.queue = queue({ name: 'statefulset-controller', reconcile: (key) => this.sync(key) });
    this.sets.addHandlers({
      added: (set) => this.queue.add(keyOf(set)),
      updated: (set) => this.queue.add(keyOf(set)),
      deleted: (set) => this.ownWrites.forget(keyOf(set)),
    });
    watchDependents<Pod, StatefulSet>({
      dependents: this.pods,
      owners: this.sets,
      ownerKind: 'StatefulSet',
      selectorOf: (set) => set.spec.selector,
      enqueue: (key) => this.queue.add(key),
    });
  }

  private sync(key: string): void {
    const set = this.sets.byKey(key);
    if (set === undefined || !this.ownWrites.areSeen(key)) return;
    const revisions = listRevisions(this.history, set);
    const { selector } = set.spec;
    const pods = claim({
      client: this.client,
      ownerResource: 'statefulsets.apps',
      owner: set,
      selector,
      informer: this.pods,
      adoptable: (pod) => ordinalOf(set, pod) !== undefined,
    });
    const { revision: update, collisionCount } = revisionOfTemplate(
      this.history,
      set,
      revisions,
      set.status.collisionCount ?? 0,
    );
    const current =
      revisions.find((one) => one.metadata.name === set.status.currentRevision) ?? update;
    const names: RevisionNames = {
      current: current.metadata.name,
      update: update.metadata.name,
      collisionCount,
    };
    const outcome = this.update(set, pods, current, update);
    this.updateStatus(set, pods, names, outcome.replaced);
    if (outcome.error !== undefined) throw outcome.error;
    const inUse = new Set([names.current, names.update, ...pods.map(revisionLabelOf)]);
    truncateHistory(this.history, set, revisions, inUse);
  }

  private update(
    set: StatefulSet,
    pods: readonly Pod[],
    current: ControllerRevision,
    update: ControllerRevision,
  ): UpdateOutcome {
    // One that is being deleted leaves its pods to the garbage collector.
    if (set.metadata.deletionTimestamp !== undefined) return { replaced: false, error: undefined };
    const named = (revision: ControllerRevision) => ({
      name: revision.metadata.name,
      template: templateOf(revision),
    });
    const replicas = placeReplicas(set, pods, named(current), named(update), revisionLabelOf);
    try {
      return updatePods({ context: this, set, replicas, updateRevision: update.metadata.name });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return { replaced: false, error };
    }
  }

  /** From the pods as they were before this pass: what it did comes back as events. */
  private updateStatus(
    set: StatefulSet,
    pods: readonly Pod[],
    names: RevisionNames,
    replaced: boolean,
  ): void {
    const { wallMs } = this.client.clock;
    const members = pods.filter((pod) => ordinalOf(set, pod) !== undefined);
    const counts = countStatefulPods(set, members, names, wallMs);
    if (replaced) counts.current--;
    const status = statefulSetStatus(set, counts, names);
    if (!deepEqual(status, set.status)) {
      const updated = this.client.updateStatus<StatefulSet>('statefulsets.apps', {
        ...set,
        status,
      });
      this.ownWrites.note(keyOf(set), this.sets, updated);
    }
    if (counts.ready === counts.available) return;
    const wait = nextAvailability(members, set.spec.minReadySeconds ?? 0, wallMs);
    if (wait !== undefined) this.queue.addAfter(keyOf(set), wait);
  }
}
