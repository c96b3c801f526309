/**
 * Says outright who owns the fields of an object, as server-side apply and kubectl do. A change of
 * owners is a write, even if no field changes: watchers see it, and who read before comes too late.
 */
import { deepEqual } from '../api/deep-equal';
import type { KindDefinition } from '../api/kind';
import { objectKey, type KubeObject, type ManagedFieldsEntry } from '../api/object';
import type { Requester } from './requests';
import type { ServerContext } from './server-context';

export interface Ownership<T extends KubeObject> {
  readonly requester: Requester;
  readonly kind: KindDefinition;
  /** The object before the request, undefined if the request created it. */
  readonly before: T | undefined;
  /** The object as the request left it. */
  readonly after: T;
  readonly entries: readonly ManagedFieldsEntry[];
}

/** Returns the object as it is stored then. */
export function ownFields<T extends KubeObject>(server: ServerContext, request: Ownership<T>): T {
  const { requester, kind, before, after, entries } = request;
  const untouched = after === before;
  if (untouched && sameOwners(server.ownership.of(before), entries)) return before;
  const { namespace, name } = after.metadata;
  const stored = untouched
    ? server.commit(requester, kind, objectKey(namespace, name), after)
    : after;
  server.ownership.set(stored, kind, entries);
  return stored;
}

/** When the fields were written is no difference by itself. */
const sameOwners = (
  these: readonly ManagedFieldsEntry[],
  those: readonly ManagedFieldsEntry[],
): boolean => deepEqual(these.map(untimed), those.map(untimed));

const untimed = (entry: ManagedFieldsEntry): object => ({ ...entry, time: undefined });
