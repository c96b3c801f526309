/**
 * Who owns what: a workload controller adopts orphans that its selector matches and releases what
 * no longer matches. Stands for the controller reference managers of kube-controller-manager.
 */
import { compileSelector, type LabelSelector } from '../../api/label-selector';
import type { KubeObject } from '../../api/object';
import { controllerReference } from '../../api/object';
import { isApiStatusError, isNotFound } from '../../api/status-error';
import type { Client, Informer } from '../../client';
import { orphansIn, ownedBy } from './owned-index';

export interface ClaimRequest<T extends KubeObject> {
  readonly client: Client;
  /** The resource of the controller: `replicasets.apps`. */
  readonly ownerResource: string;
  readonly owner: KubeObject;
  readonly selector: LabelSelector;
  readonly informer: Informer<T>;
  /** Which of the candidates may be adopted besides matching the selector. @default all */
  readonly adoptable?: (object: T) => boolean;
}

/** The objects that the owner controls after adoptions and releases, owned ones first. */
export function claim<T extends KubeObject>(request: ClaimRequest<T>): T[] {
  const { owner, informer } = request;
  const namespace = owner.metadata.namespace ?? '';
  const matches = compileSelector(request.selector);
  const leaving = owner.metadata.deletionTimestamp !== undefined;
  const claimed: T[] = [];
  for (const object of ownedBy(informer, owner.metadata.uid).values()) {
    if (matches(object.metadata.labels)) claimed.push(object);
    else if (!leaving) release(request, object);
  }
  if (leaving) return claimed;
  let mayAdopt: boolean | undefined;
  for (const object of orphansIn(informer, namespace).values()) {
    if (!matches(object.metadata.labels)) continue;
    if (object.metadata.deletionTimestamp !== undefined) continue;
    if (request.adoptable?.(object) === false) continue;
    mayAdopt ??= ownerLives(request);
    if (!mayAdopt) break;
    const adopted = adopt(request, object);
    if (adopted !== undefined) claimed.push(adopted);
  }
  return claimed;
}

/** A fresh look at the owner, once a sync: a cache may not know yet that it is being deleted. */
function ownerLives<T extends KubeObject>(request: ClaimRequest<T>): boolean {
  const { namespace, name, uid } = request.owner.metadata;
  const live = request.client.tryGet(request.ownerResource, namespace, name);
  return (
    live !== undefined && live.metadata.uid === uid && live.metadata.deletionTimestamp === undefined
  );
}

function adopt<T extends KubeObject>(request: ClaimRequest<T>, object: T): T | undefined {
  const { namespace, name, uid } = object.metadata;
  const reference = controllerReference(request.owner);
  try {
    return request.client.patch<T>(request.informer.resource, namespace, name, 'strategic', {
      metadata: { ownerReferences: [reference], uid },
    });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function release<T extends KubeObject>(request: ClaimRequest<T>, object: T): void {
  const { namespace, name, uid } = object.metadata;
  const reference = { $patch: 'delete', uid: request.owner.metadata.uid };
  try {
    request.client.patch<T>(request.informer.resource, namespace, name, 'strategic', {
      metadata: { ownerReferences: [reference], uid },
    });
  } catch (error) {
    // Gone, or another object of the same name: there is nothing left to release.
    if (!isNotFound(error) && !isApiStatusError(error, 'Invalid')) throw error;
  }
}
