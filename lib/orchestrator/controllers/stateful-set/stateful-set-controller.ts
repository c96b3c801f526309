/**
 * Keeps pods with a name, a network identity and claims of their own, in order. Stands for
 * kube-controller-manager's statefulset controller.
 */
import { deepEqual } from '../../api/deep-equal';
import { keyOf } from '../../api/object';
import type {
  ControllerRevision,
  PersistentVolumeClaim,
  Pod,
  StatefulSet,
} from '../../api/objects';
import { controller, type ControllerContext, type Informer } from '../../client';
import {
  listRevisions,
  revisionOfTemplate,
  templateOf,
  truncateHistory,
  type RevisionHistory,
} from '../framework/controller-revisions';
import { indexByController } from '../framework/owned-index';
import { nextAvailability } from '../framework/pod-availability';
import { isRefusal } from '../framework/slow-start';
import { revisionHash } from '../framework/template-hash';
import { WorkloadController } from '../framework/workload-controller';
import { ordinalOf, revisionLabelOf } from './identity';
import { placeReplicas } from './replicas';
import { countStatefulPods, statefulSetStatus, type RevisionNames } from './status';
import { updatePods, type UpdateOutcome } from './update';

/** What follows a new revision came 8 ms after it, when a real controller had little else to do. */
const REVISION_MS = 8;

export const statefulSetController = controller({
  name: 'statefulset-controller',
  start: (context) => new StatefulSetController(context),
});

class StatefulSetController extends WorkloadController<StatefulSet, Pod> {
  readonly pods = this.dependents;
  readonly claims: Informer<PersistentVolumeClaim>;
  private readonly history: RevisionHistory;
  /** Revisions that were made for a set and that the cache may not show yet, by the set's uid. */
  private readonly made = new Map<string, ControllerRevision>();
  /** Keys of sets that wait to see a claim that they wrote, by the claim's key. */
  private readonly awaited = new Map<string, string>();

  constructor(context: ControllerContext) {
    const { client } = context;
    super(context, {
      name: 'statefulset-controller',
      kind: 'StatefulSet',
      dependents: indexByController(client.informer<Pod>('pods')),
      owners: client.informer<StatefulSet>('statefulsets.apps'),
    });
    this.claims = client.informer<PersistentVolumeClaim>('persistentvolumeclaims');
    const arrived = (claim: PersistentVolumeClaim): void => {
      const set = this.awaited.get(keyOf(claim));
      if (set !== undefined && this.awaited.delete(keyOf(claim))) this.queue.add(set);
    };
    this.claims.addHandlers({ added: arrived, updated: arrived, deleted: arrived });
    this.history = {
      client,
      informer: indexByController(client.informer<ControllerRevision>('controllerrevisions.apps')),
      ownerResource: 'statefulsets.apps',
      hashLabel: 'controller.kubernetes.io/hash',
      hashOf: (_template, data, count) => revisionHash(data, count),
    };
  }

  noteClaim(set: StatefulSet, claim: PersistentVolumeClaim): void {
    this.ownWrites.note(keyOf(set), this.claims, claim);
    this.awaited.set(keyOf(claim), keyOf(set));
  }

  protected override reconcile(set: StatefulSet): void {
    const revisions = this.revisionsOf(set);
    const pods = this.claimDependents(set, (pod) => ordinalOf(set, pod) !== undefined);
    const { revision: update, collisionCount = 0 } = revisionOfTemplate(
      this.history,
      set,
      revisions,
      set.status.collisionCount,
    );
    if (!revisions.includes(update)) {
      this.made.set(set.metadata.uid, update);
      this.queue.addAfter(keyOf(set), REVISION_MS);
      return;
    }
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

  protected override forget(set: StatefulSet): void {
    super.forget(set);
    this.made.delete(set.metadata.uid);
  }

  /** As cached, with the one that was made last. */
  private revisionsOf(set: StatefulSet): ControllerRevision[] {
    const revisions = listRevisions(this.history, set);
    const made = this.made.get(set.metadata.uid);
    if (made === undefined) return revisions;
    const isMade = (one: ControllerRevision): boolean => one.metadata.uid === made.metadata.uid;
    const cached = revisions.find(isMade);
    if (cached?.revision === made.revision) {
      this.made.delete(set.metadata.uid);
      return revisions;
    }
    return [...revisions.filter((one) => !isMade(one)), made];
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
    if (!deepEqual(status, set.status)) this.writeStatus(set, status);
    if (counts.ready === counts.available) return;
    const wait = nextAvailability(members, set.spec.minReadySeconds ?? 0, wallMs);
    if (wait !== undefined) this.queue.addAfter(keyOf(set), wait);
  }
}
