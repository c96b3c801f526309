/**
 * Turns changes of dependents (a controller's pods, a Deployment's ReplicaSets) into keys of the
 * owners that must look: the owner before and after, or whoever might adopt an orphan. Stands for
 * the event handlers that the workload controllers of kube-controller-manager have in common.
 */
import { compileSelector, type LabelSelector } from '../../api/label-selector';
import type { KubeObject, OwnerReference } from '../../api/object';
import { controllerOf, keyOf, objectKey } from '../../api/object';
import type { Informer } from '../../client';

export interface DependentsWatch<D extends KubeObject, O extends KubeObject> {
  readonly dependents: Informer<D>;
  readonly owners: Informer<O>;
  readonly ownerKind: string;
  readonly selectorOf: (owner: O) => LabelSelector;
  readonly enqueue: (ownerKey: string) => void;
  /** A dependent came to be. */
  readonly created?: (ownerKey: string, dependentKey: string) => void;
  /** A dependent is on its way out, or gone. */
  readonly leaving?: (ownerKey: string, dependentKey: string) => void;
  /** A dependent of the owner changed, and goes on living. */
  readonly changed?: (owner: O, dependent: D, previous: D) => void;
}

const NAMESPACE = 'namespace';

export function watchDependents<D extends KubeObject, O extends KubeObject>(
  watch: DependentsWatch<D, O>,
): void {
  watch.owners.addIndex(NAMESPACE, (owner) => owner.metadata.namespace ?? '');
  watch.dependents.addHandlers({
    added: (object) => {
      if (object.metadata.deletionTimestamp !== undefined) return left(watch, object);
      const owner = ownerOf(watch, object, controllerOf(object));
      if (owner !== undefined) {
        watch.created?.(keyOf(owner), keyOf(object));
        watch.enqueue(keyOf(owner));
      } else if (controllerOf(object) === undefined) {
        enqueueWhoMightAdopt(watch, object);
      }
    },
    updated: (object, previous) => updated(watch, object, previous),
    deleted: (object) => left(watch, object),
  });
}

function left<D extends KubeObject, O extends KubeObject>(
  watch: DependentsWatch<D, O>,
  object: D,
): void {
  const owner = ownerOf(watch, object, controllerOf(object));
  if (owner === undefined) return;
  watch.leaving?.(keyOf(owner), keyOf(object));
  watch.enqueue(keyOf(owner));
}

function updated<D extends KubeObject, O extends KubeObject>(
  watch: DependentsWatch<D, O>,
  object: D,
  previous: D,
): void {
  const reference = controllerOf(object);
  const sameOwners = object.metadata.ownerReferences === previous.metadata.ownerReferences;
  // Most dependents that change are another kind's, and stay so.
  if (sameOwners && reference !== undefined && reference.kind !== watch.ownerKind) return;
  if (object.metadata.uid !== previous.metadata.uid) left(watch, previous);
  const before = sameOwners ? reference : controllerOf(previous);
  const changedHands = reference?.uid !== before?.uid;
  if (changedHands) {
    const old = ownerOf(watch, previous, before);
    if (old !== undefined) watch.enqueue(keyOf(old));
  }
  if (object.metadata.deletionTimestamp !== undefined) return left(watch, object);
  if (reference !== undefined) {
    const owner = ownerOf(watch, object, reference);
    if (owner === undefined) return;
    watch.enqueue(keyOf(owner));
    watch.changed?.(owner, object, previous);
  } else if (changedHands || object.metadata.labels !== previous.metadata.labels) {
    enqueueWhoMightAdopt(watch, object);
  }
}

/** The owner that the reference means, if it is of this kind and still the same object. */
function ownerOf<D extends KubeObject, O extends KubeObject>(
  watch: DependentsWatch<D, O>,
  object: D,
  reference: OwnerReference | undefined,
): O | undefined {
  if (reference === undefined || reference.kind !== watch.ownerKind) return undefined;
  const owner = watch.owners.byKey(objectKey(object.metadata.namespace, reference.name));
  return owner?.metadata.uid === reference.uid ? owner : undefined;
}

function enqueueWhoMightAdopt<D extends KubeObject, O extends KubeObject>(
  watch: DependentsWatch<D, O>,
  object: D,
): void {
  const { labels, namespace } = object.metadata;
  if (labels === undefined) return;
  for (const owner of watch.owners.byIndex(NAMESPACE, namespace ?? '').values()) {
    if (compileSelector(watch.selectorOf(owner))(labels)) watch.enqueue(keyOf(owner));
  }
}
