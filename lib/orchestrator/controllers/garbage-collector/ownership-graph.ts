/**
 * Who owns whom, by UID, as the garbage collector sees it: from the objects that its informers
 * hold, never from a scan.
 */
import type { KubeObject } from '../../api/object';
import { keyOf } from '../../api/object';

/** Where an object is found: the resource's informer, and the key in it. */
export interface Place {
  readonly resource: string;
  readonly key: string;
}

export const placeText = (place: Place): string => `${place.resource}|${place.key}`;

export function parsePlace(text: string): Place {
  const bar = text.indexOf('|');
  return { resource: text.slice(0, bar), key: text.slice(bar + 1) };
}

export class OwnershipGraph {
  private readonly places = new Map<string, Place>();
  /** Places of the objects that name an owner, by the owner's UID. */
  private readonly dependents = new Map<string, Set<string>>();

  placeOf(uid: string): Place | undefined {
    return this.places.get(uid);
  }

  dependentsOf(uid: string): ReadonlySet<string> {
    return this.dependents.get(uid) ?? NONE;
  }

  put(resource: string, object: KubeObject, previous: KubeObject | undefined): void {
    const place = { resource, key: keyOf(object) };
    if (previous === undefined) this.places.set(object.metadata.uid, place);
    const owners = object.metadata.ownerReferences;
    const before = previous?.metadata.ownerReferences;
    if (owners === before) return;
    const text = placeText(place);
    for (const owner of before ?? []) this.dependents.get(owner.uid)?.delete(text);
    for (const owner of owners ?? []) {
      let set = this.dependents.get(owner.uid);
      if (set === undefined) {
        set = new Set();
        this.dependents.set(owner.uid, set);
      }
      set.add(text);
    }
  }

  remove(resource: string, object: KubeObject): void {
    this.places.delete(object.metadata.uid);
    const text = placeText({ resource, key: keyOf(object) });
    for (const owner of object.metadata.ownerReferences ?? []) {
      const set = this.dependents.get(owner.uid);
      set?.delete(text);
      if (set?.size === 0) this.dependents.delete(owner.uid);
    }
  }
}

const NONE: ReadonlySet<string> = new Set();
