/**
 * Who owns which field of an object (metadata.managedFields). Components write far more often than
 * anybody asks, so ownership is kept beside the objects and worked out only when it is read.
 */
import type { KindDefinition } from '../api/kind';
import type { KubeObject, ManagedFieldsEntry } from '../api/object';
import { ItemKeyError } from '../api/apply/field-shape';
import { recordUpdate } from '../api/apply/managed-fields';
import { formatTime } from '../api/timestamps';
import type { Clock } from '../sim';
import type { Requester } from './requests';
import { apiVersionOf } from './resource-registry';

/** Writes of one manager in a row, whose owners have not been worked out yet. */
interface PendingWrites {
  readonly manager: string;
  readonly subresource: string;
  readonly previous: KubeObject | undefined;
  next: KubeObject;
  wallMs: number;
}

interface Owned {
  readonly kind: KindDefinition;
  entries: readonly ManagedFieldsEntry[];
  pending: PendingWrites[];
}

const SCALE = 'scale';
/** So many writes by alternating managers are kept before they are worked out after all. */
const PENDING_LIMIT = 64;

export class FieldOwnership {
  /** By UID of the objects that live. */
  private readonly owned = new Map<string, Owned>();

  constructor(private readonly clock: Clock) {}

  /** Notes that `requester` made `next` out of `previous`. */
  wrote(
    requester: Requester,
    kind: KindDefinition,
    previous: KubeObject | undefined,
    next: KubeObject,
    subresource: string,
  ): void {
    const { uid } = next.metadata;
    const owned = this.owned.get(uid);
    const { manager } = requester;
    const { wallMs } = this.clock;
    if (owned === undefined) {
      const pending = [{ manager, subresource, previous, next, wallMs }];
      this.owned.set(uid, { kind, entries: NONE, pending });
      return;
    }
    const last = owned.pending[owned.pending.length - 1];
    if (last !== undefined && last.manager === manager && last.subresource === subresource) {
      last.next = next;
      last.wallMs = wallMs;
      return;
    }
    owned.pending.push({ manager, subresource, previous, next, wallMs });
    if (owned.pending.length > PENDING_LIMIT) resolve(owned);
  }

  /** The object was just created from what its creator asked for. */
  created(object: KubeObject, asked: KubeObject): void {
    const [first] = this.owned.get(object.metadata.uid)?.pending ?? [];
    if (first !== undefined) first.next = asked;
  }

  /** Says the owners outright, as server-side apply works them out. */
  set(object: KubeObject, kind: KindDefinition, entries: readonly ManagedFieldsEntry[]): void {
    this.owned.set(object.metadata.uid, { kind, entries, pending: [] });
  }

  /** The object is gone. */
  forget(object: KubeObject): void {
    this.owned.delete(object.metadata.uid);
  }

  /** The object's managedFields, as they are after its last write. */
  of(object: KubeObject): readonly ManagedFieldsEntry[] {
    const owned = this.owned.get(object.metadata.uid);
    return owned === undefined ? NONE : resolve(owned);
  }
}

const NONE: readonly ManagedFieldsEntry[] = [];

function resolve(owned: Owned): readonly ManagedFieldsEntry[] {
  const { kind } = owned;
  for (const { manager, subresource, wallMs, previous, next } of owned.pending) {
    const writer = {
      manager,
      apiVersion: apiVersionOf(kind),
      // Of writes to a scale no time is kept.
      ...(subresource === SCALE ? {} : { time: formatTime(wallMs) }),
      ...(subresource === '' ? {} : { subresource }),
    };
    const reset = resetFields(kind, subresource);
    const schema = kind.customSchema ?? kind.schema;
    try {
      owned.entries = recordUpdate(owned.entries, writer, previous, next, schema, reset);
    } catch (error) {
      // Items that cannot be told apart: the write stands, and nobody owns what it changed.
      if (!(error instanceof ItemKeyError)) throw error;
    }
  }
  owned.pending = [];
  return owned.entries;
}

/** What a request to the object itself, or to its status, cannot change. */
export function resetFields(kind: KindDefinition, subresource: string): readonly string[] {
  if (!kind.subresources.includes('status')) return [];
  return subresource === 'status' ? ['spec'] : subresource === '' ? ['status'] : [];
}
