/**
 * Who owns which field of an object (metadata.managedFields). Components write far more often than
 * anybody asks, so ownership is kept beside the objects and worked out only when it is read.
 */
import type { KindDefinition } from '../api/kind';
import type { KubeObject, ManagedFieldsEntry } from '../api/object';
import { recordUpdate } from '../api/patch/managed-fields';
import { formatTime } from '../api/timestamps';
import type { Clock } from '../sim';
import type { Requester } from './requests';
import { apiVersionOf } from './resource-registry';

/** A write whose owners have not been worked out yet. */
interface PendingWrite {
  readonly manager: string;
  readonly subresource: string;
  readonly wallMs: number;
  readonly previous: KubeObject | undefined;
  readonly next: KubeObject;
}

interface Owned {
  readonly kind: KindDefinition;
  entries: readonly ManagedFieldsEntry[];
  pending: readonly PendingWrite[];
}

/** So many writes by alternating managers are kept before they are worked out after all. */
const PENDING_LIMIT = 64;

export class FieldOwnership {
  private readonly owned = new WeakMap<KubeObject, Owned>();

  constructor(private readonly clock: Clock) {}

  /** Notes that `requester` made `next` out of `previous`. */
  wrote(
    requester: Requester,
    kind: KindDefinition,
    previous: KubeObject | undefined,
    next: KubeObject,
    subresource: string,
  ): void {
    const before = previous === undefined ? undefined : this.owned.get(previous);
    const { manager } = requester;
    const write = { manager, subresource, wallMs: this.clock.wallMs, previous, next };
    const pending = before === undefined ? [write] : followedBy(before.pending, write);
    const owned: Owned = { kind, entries: before?.entries ?? NONE, pending };
    this.owned.set(next, owned);
    if (pending.length > PENDING_LIMIT) resolve(owned);
  }

  /** Says the owners outright, as server-side apply works them out. */
  set(object: KubeObject, kind: KindDefinition, entries: readonly ManagedFieldsEntry[]): void {
    this.owned.set(object, { kind, entries, pending: [] });
  }

  /** The object's managedFields. */
  of(object: KubeObject): readonly ManagedFieldsEntry[] {
    const owned = this.owned.get(object);
    return owned === undefined ? NONE : resolve(owned);
  }
}

const NONE: readonly ManagedFieldsEntry[] = [];

/** Writes of one manager in a row count as one. */
function followedBy(pending: readonly PendingWrite[], write: PendingWrite): PendingWrite[] {
  const last = pending.at(-1);
  const same =
    last !== undefined && last.manager === write.manager && last.subresource === write.subresource;
  return same
    ? [...pending.slice(0, -1), { ...write, previous: last.previous }]
    : [...pending, write];
}

function resolve(owned: Owned): readonly ManagedFieldsEntry[] {
  const { kind } = owned;
  for (const { manager, subresource, wallMs, previous, next } of owned.pending) {
    const writer = {
      manager,
      apiVersion: apiVersionOf(kind),
      time: formatTime(wallMs),
      ...(subresource === '' ? {} : { subresource }),
    };
    owned.entries = recordUpdate(
      owned.entries,
      writer,
      previous,
      next,
      kind.schema,
      resetFields(kind, subresource),
    );
  }
  owned.pending = [];
  return owned.entries;
}

/** What a request to the object itself, or to its status, cannot change. */
export function resetFields(kind: KindDefinition, subresource: string): readonly string[] {
  if (!kind.subresources.includes('status')) return [];
  return subresource === 'status' ? ['spec'] : subresource === '' ? ['status'] : [];
}
