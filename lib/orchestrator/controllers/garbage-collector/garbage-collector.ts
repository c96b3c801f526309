/**
 * The garbage collector: deletes objects whose owners are gone, lets owners that are deleted in the
 * foreground wait for their dependents, and orphans dependents where that was asked for.
 * FIDELITY: it watches custom resources and those built-in ones that own or are owned in practice,
 * not every type.
 */
import type { KubeObject, OwnerReference } from '../../api/object';
import { keyOf } from '../../api/object';
import { isConflict, isNotFound } from '../../api/status-error';
import type { Client, ControllerContext, Informer, WorkQueue } from '../../client';
import { controller } from '../../client';
import {
  customResourceOf,
  definitionsOf,
  type CustomResource,
} from '../framework/custom-resources';
import { OwnershipGraph, parsePlace, placeText, type Place } from './ownership-graph';

const RESOURCES = [
  'pods',
  'replicasets.apps',
  'deployments.apps',
  'statefulsets.apps',
  'daemonsets.apps',
  'controllerrevisions.apps',
  'replicationcontrollers',
  'jobs.batch',
  'cronjobs.batch',
  'services',
  'endpoints',
  'endpointslices.discovery.k8s.io',
  'persistentvolumeclaims',
  'configmaps',
  'secrets',
  'serviceaccounts',
  'poddisruptionbudgets.policy',
  'horizontalpodautoscalers.autoscaling',
  'networkpolicies.networking.k8s.io',
  'ingresses.networking.k8s.io',
  'nodes',
  'leases.coordination.k8s.io',
];

const FOREGROUND = 'foregroundDeletion';
const ORPHAN = 'orphan';
/**
 * The collector reads an object twice before it lets it go, so that the object's own controller
 * has counted it without the last dependent: recorded were 16 to 34 ms for all of it.
 */
const FINALIZE_MS = 12;
/** From dependents that were let go to their owner: its controller still counts itself without. */
const ORPHANED_MS = 30;

export const garbageCollectorController = controller({
  name: 'garbage-collector-controller',
  start: (context) => new GarbageCollector(context).follow(),
});

type OwnerState = 'solid' | 'dangling' | 'waiting';

class GarbageCollector {
  private readonly client: Client;
  private readonly graph = new OwnershipGraph();
  private readonly informers = new Map<string, Informer<KubeObject>>();
  /** By group and kind, as owner references name them. */
  private readonly custom = new Map<string, CustomResource>();
  /** Objects of which an owner may be gone. */
  private readonly deletions: WorkQueue;
  /** Objects that are being deleted with a finalizer of ours. */
  private readonly finalizations: WorkQueue;

  constructor(context: ControllerContext) {
    this.client = context.client;
    this.deletions = context.queue({
      name: 'garbage-collector',
      workers: 20,
      reconcile: (text) => this.attemptToDelete(parsePlace(text)),
    });
    this.finalizations = context.queue({
      name: 'garbage-collector: finalizers',
      workers: 20,
      reconcile: (text) => this.finalize(parsePlace(text)),
    });
  }

  follow(): void {
    for (const resource of RESOURCES) {
      const informer = this.client.informer<KubeObject>(resource);
      this.informers.set(resource, informer);
    }
    for (const [resource, informer] of this.informers) this.observe(resource, informer);
    const define = (definition: KubeObject): void => this.followCustom(definition);
    definitionsOf(this.client).addHandlers({ added: define, updated: define });
  }

  private followCustom(definition: KubeObject): void {
    const found = customResourceOf(definition);
    if (found === undefined || this.informers.has(found.resource)) return;
    this.custom.set(`${found.group}/${found.kind}`, found);
    const informer = this.client.informer<KubeObject>(found.resource);
    this.informers.set(found.resource, informer);
    this.observe(found.resource, informer);
  }

  private observe(resource: string, informer: Informer<KubeObject>): void {
    informer.addHandlers({
      added: (object) => this.seen(resource, object, undefined),
      updated: (object, previous) => this.seen(resource, object, previous),
      deleted: (object) => this.gone(resource, object),
    });
  }

  private seen(resource: string, object: KubeObject, previous: KubeObject | undefined): void {
    this.graph.put(resource, object, previous);
    const { ownerReferences, deletionTimestamp, finalizers } = object.metadata;
    if (ownerReferences !== previous?.metadata.ownerReferences) {
      if (previous !== undefined) this.lookAtOwners(previous);
      for (const owner of ownerReferences ?? []) {
        if (this.stateOf(owner, object) !== 'solid') {
          this.deletions.add(placeText({ resource, key: keyOf(object) }));
        }
      }
    }
    if (deletionTimestamp === undefined || finalizers === undefined) return;
    if (finalizers.includes(FOREGROUND) || finalizers.includes(ORPHAN)) {
      this.finalizations.add(placeText({ resource, key: keyOf(object) }));
    }
  }

  private gone(resource: string, object: KubeObject): void {
    this.graph.remove(resource, object);
    for (const dependent of this.graph.dependentsOf(object.metadata.uid)) {
      this.deletions.add(dependent);
    }
    this.lookAtOwners(object);
  }

  /** An owner that waits for its dependents may have waited for this one. */
  private lookAtOwners(dependent: KubeObject): void {
    for (const owner of dependent.metadata.ownerReferences ?? []) {
      const place = this.graph.placeOf(owner.uid);
      if (place === undefined) continue;
      const object = this.at(place);
      if (object?.metadata.finalizers?.includes(FOREGROUND)) {
        this.finalizations.addAfter(placeText(place), FINALIZE_MS);
      }
    }
  }

  private at(place: Place): KubeObject | undefined {
    return this.informers.get(place.resource)?.byKey(place.key);
  }

  private attemptToDelete(place: Place): void {
    const object = this.at(place);
    if (object === undefined) return;
    const { ownerReferences = [], deletionTimestamp, finalizers } = object.metadata;
    if (deletionTimestamp !== undefined && !finalizers?.includes(FOREGROUND)) return;
    if (ownerReferences.length === 0) return;
    const states = ownerReferences.map((owner) => this.stateOf(owner, object));
    if (states.includes('solid')) {
      const left = ownerReferences.filter((_, i) => states[i] === 'solid');
      if (left.length < ownerReferences.length) this.setOwners(place, object, left);
      return;
    }
    if (deletionTimestamp !== undefined) return;
    const waiting = states.includes('waiting');
    const hasDependents = this.graph.dependentsOf(object.metadata.uid).size > 0;
    const policy =
      waiting && hasDependents
        ? 'Foreground'
        : finalizers?.includes(ORPHAN)
          ? 'Orphan'
          : finalizers?.includes(FOREGROUND)
            ? 'Foreground'
            : 'Background';
    this.remove(place, object, policy);
  }

  private remove(
    place: Place,
    object: KubeObject,
    propagationPolicy: 'Orphan' | 'Foreground' | 'Background',
  ): void {
    const { namespace, name, uid } = object.metadata;
    try {
      this.client.delete(place.resource, namespace, name, {
        propagationPolicy,
        preconditions: { uid },
      });
    } catch (error) {
      // Somebody was faster, or it is another object of that name: its own events will tell.
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
  }

  /** An owner is dangling if nothing has its UID, and waiting if its foreground deletion runs. */
  private stateOf(owner: OwnerReference, dependent: KubeObject): OwnerState {
    const place = this.graph.placeOf(owner.uid);
    if (place === undefined) return this.isAlive(owner, dependent) ? 'solid' : 'dangling';
    const { deletionTimestamp, finalizers } = this.at(place)?.metadata ?? {};
    return deletionTimestamp !== undefined && finalizers?.includes(FOREGROUND)
      ? 'waiting'
      : 'solid';
  }

  /** The informers may not have seen a new owner yet, and do not know every type. */
  private isAlive(owner: OwnerReference, dependent: KubeObject): boolean {
    const custom = this.custom.get(`${owner.apiVersion.split('/')[0]}/${owner.kind}`);
    const resource = custom?.resource ?? RESOURCES_BY_KIND[owner.kind];
    if (resource === undefined) return true;
    const isGlobal = owner.kind === 'Node' || custom?.namespaced === false;
    const namespace = isGlobal ? undefined : dependent.metadata.namespace;
    return this.client.tryGet(resource, namespace, owner.name)?.metadata.uid === owner.uid;
  }

  private finalize(place: Place): void {
    const object = this.at(place);
    if (object?.metadata.deletionTimestamp === undefined) return;
    if (object.metadata.finalizers?.includes(ORPHAN)) this.orphan(place, object);
    else if (object.metadata.finalizers?.includes(FOREGROUND)) this.foreground(place, object);
  }

  private orphan(place: Place, object: KubeObject): void {
    const { uid } = object.metadata;
    const dependents = [...this.graph.dependentsOf(uid)].sort();
    for (const text of dependents) {
      const dependentPlace = parsePlace(text);
      const dependent = this.at(dependentPlace);
      if (dependent === undefined) continue;
      const left = (dependent.metadata.ownerReferences ?? []).filter((o) => o.uid !== uid);
      this.setOwners(dependentPlace, dependent, left);
    }
    if (dependents.length === 0) this.dropFinalizer(place, object, ORPHAN);
    else this.finalizations.addAfter(placeText(place), ORPHANED_MS);
  }

  private foreground(place: Place, object: KubeObject): void {
    const { uid } = object.metadata;
    let blocked = false;
    for (const text of [...this.graph.dependentsOf(uid)].sort()) {
      const dependent = this.at(parsePlace(text));
      if (dependent === undefined) continue;
      const reference = dependent.metadata.ownerReferences?.find((o) => o.uid === uid);
      if (reference?.blockOwnerDeletion === true) blocked = true;
      this.deletions.add(text);
    }
    if (!blocked) this.dropFinalizer(place, object, FOREGROUND);
  }

  private setOwners(place: Place, object: KubeObject, owners: readonly OwnerReference[]): void {
    const metadata = { ...object.metadata, ownerReferences: owners };
    if (owners.length === 0) delete (metadata as { ownerReferences?: unknown }).ownerReferences;
    this.update(place, { ...object, metadata });
  }

  private dropFinalizer(place: Place, object: KubeObject, finalizer: string): void {
    const live = this.client.tryGet<KubeObject>(
      place.resource,
      object.metadata.namespace,
      object.metadata.name,
    );
    if (live === undefined || live.metadata.uid !== object.metadata.uid) return;
    const finalizers = (live.metadata.finalizers ?? []).filter((f) => f !== finalizer);
    const metadata = { ...live.metadata, finalizers };
    if (finalizers.length === 0) delete (metadata as { finalizers?: unknown }).finalizers;
    this.update(place, { ...live, metadata });
  }

  private update(place: Place, object: KubeObject): void {
    try {
      this.client.update(place.resource, object);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

const RESOURCES_BY_KIND: Readonly<Record<string, string>> = {
  Pod: 'pods',
  ReplicaSet: 'replicasets.apps',
  Deployment: 'deployments.apps',
  StatefulSet: 'statefulsets.apps',
  DaemonSet: 'daemonsets.apps',
  ReplicationController: 'replicationcontrollers',
  Job: 'jobs.batch',
  CronJob: 'cronjobs.batch',
  Service: 'services',
  Node: 'nodes',
  PersistentVolumeClaim: 'persistentvolumeclaims',
};
