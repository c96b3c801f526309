/**
 * The shape that every Kubernetes object has. Objects that come out of the store have been
 * defaulted, are frozen and share structure with each other: a change makes a new object.
 */

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

export type StringMap = Readonly<Record<string, string>>;

export interface ManagedFieldsEntry {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly time?: string;
  readonly fieldsType: 'FieldsV1';
  readonly fieldsV1: JsonObject;
  readonly subresource?: string;
}

/** Metadata of a stored object. Times are RFC 3339 in UTC with whole seconds. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly generateName?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: StringMap;
  readonly annotations?: StringMap;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
  readonly managedFields?: readonly ManagedFieldsEntry[];
}

export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** What a client may send: metadata that the server has yet to fill. */
export type NewObject<T extends KubeObject = KubeObject> = Omit<T, 'metadata' | 'status'> & {
  readonly metadata: Partial<ObjectMeta>;
  readonly status?: unknown;
};

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** `namespace/name`, or the name alone for a cluster-scoped object: the key of work queues and caches. */
export function keyOf({ metadata }: KubeObject): string {
  return objectKey(metadata.namespace, metadata.name);
}

/** The key of an object from its namespace (undefined for cluster-scoped ones) and name. */
export function objectKey(namespace: string | undefined, name: string): string {
  if (namespace === undefined) return name;
  const { length } = name;
  const slot =
    (name.charCodeAt(length - 1) * 31 + name.charCodeAt(length - 2) + length) & LAST_SLOT;
  const known = keys[slot]!;
  if (known.name === name && known.namespace === namespace) return known.key;
  const key = `${namespace}/${name}`;
  keys[slot] = { namespace, name, key };
  return key;
}

/**
 * Keys made lately, found by the end of the name, where names of pods differ. One event is looked
 * up by its key in dozens of maps: putting the text together and hashing it once is enough.
 */
const LAST_SLOT = 1023;
const keys = Array.from({ length: LAST_SLOT + 1 }, () => ({ namespace: '', name: '', key: '' }));

export function splitKey(key: string): { namespace: string | undefined; name: string } {
  const slash = key.indexOf('/');
  if (slash < 0) return { namespace: undefined, name: key };
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** The owner that manages the object, if it has one (metadata.ownerReferences with controller: true). */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  const owners = object.metadata.ownerReferences;
  if (owners === undefined) return undefined;
  // By index: iterators of frozen arrays are made anew each time, and this is asked all the time.
  for (let i = 0; i < owners.length; i++) if (owners[i]!.controller === true) return owners[i];
  return undefined;
}

/** An owner reference by which `owner` controls a dependent and holds up its own foreground deletion. */
export function controllerReference(owner: KubeObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}
