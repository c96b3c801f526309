/**
 * The managers of an object's fields, decoded from metadata.managedFields and back: one entry for
 * each manager, operation, version and subresource, sorted as the server sorts them, with at most
 * ten that update.
 */
import type { ManagedFieldsEntry } from '../object';
import { parseTime } from '../timestamps';
import { FieldSet, fromFieldsV1, toFieldsV1 } from './field-set';

/** Who owns a set of fields. */
export interface FieldManager {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource?: string;
  readonly time?: string;
  readonly set: FieldSet;
}

/** Managers by identity. */
export type FieldManagers = Map<string, FieldManager>;

/** How many entries of updaters are kept apart. */
const UPDATERS_MAX = 10;
const BUCKET = 'ancient-changes';

/** What tells a manager from the others; an applier is the same at every version. */
export function managerId(manager: Omit<FieldManager, 'set' | 'time'>): string {
  return JSON.stringify({
    manager: manager.manager,
    operation: manager.operation,
    apiVersion: manager.operation === 'Apply' ? undefined : manager.apiVersion,
    subresource: manager.subresource,
  });
}

export function decodeManagers(entries: readonly ManagedFieldsEntry[] | undefined): FieldManagers {
  const managers: FieldManagers = new Map();
  for (const entry of entries ?? []) {
    const manager: FieldManager = {
      manager: entry.manager,
      operation: entry.operation,
      apiVersion: entry.apiVersion,
      ...(entry.subresource === undefined ? {} : { subresource: entry.subresource }),
      ...(entry.time === undefined ? {} : { time: entry.time }),
      set: fromFieldsV1(entry.fieldsV1),
    };
    managers.set(managerId(manager), manager);
  }
  return managers;
}

/** The entries in the server's order: appliers first, then by time, name, version, subresource. */
export function encodeManagers(managers: FieldManagers): readonly ManagedFieldsEntry[] {
  const entries = [...managers.values()].map(encodeManager).sort(compareEntries);
  return Object.freeze(entries);
}

function encodeManager(manager: FieldManager): ManagedFieldsEntry {
  return Object.freeze({
    manager: manager.manager,
    operation: manager.operation,
    apiVersion: manager.apiVersion,
    ...(manager.time === undefined ? {} : { time: manager.time }),
    fieldsType: 'FieldsV1' as const,
    fieldsV1: toFieldsV1(manager.set),
    ...(manager.subresource === undefined ? {} : { subresource: manager.subresource }),
  });
}

const secondsOf = (time: string | undefined): number =>
  time === undefined ? 0 : Math.floor(parseTime(time) / 1000);
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function compareEntries(a: ManagedFieldsEntry, b: ManagedFieldsEntry): number {
  return (
    compareText(a.operation, b.operation) ||
    secondsOf(a.time) - secondsOf(b.time) ||
    compareText(a.manager, b.manager) ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.subresource ?? '', b.subresource ?? '')
  );
}

/** Merges the oldest updaters into one entry for each version until at most ten are left. */
export function capUpdaters(managers: FieldManagers): void {
  const updaters = [...managers].filter(([, manager]) => manager.operation === 'Update');
  if (updaters.length <= UPDATERS_MAX) return;
  updaters.sort(
    ([idA, a], [idB, b]) => secondsOf(a.time) - secondsOf(b.time) || compareText(idA, idB),
  );
  let count = updaters.length;
  const firsts = new Map<string, string>();
  for (const [id, manager] of updaters) {
    if (count <= UPDATERS_MAX) return;
    const first = firsts.get(manager.apiVersion);
    if (first === undefined) {
      firsts.set(manager.apiVersion, id);
      continue;
    }
    mergeIntoBucket(managers, first, id, manager);
    count -= 1;
  }
}

function mergeIntoBucket(
  managers: FieldManagers,
  first: string,
  id: string,
  manager: FieldManager,
): void {
  const bucket = {
    manager: BUCKET,
    operation: 'Update',
    apiVersion: manager.apiVersion,
  } as const;
  const bucketId = managerId(bucket);
  const oldest = managers.get(bucketId) ?? managers.get(first);
  if (!managers.has(bucketId)) managers.delete(first);
  if (id !== bucketId) managers.delete(id);
  managers.set(bucketId, {
    ...bucket,
    ...(manager.time === undefined ? {} : { time: manager.time }),
    set: manager.set.union(oldest?.set ?? FieldSet.EMPTY),
  });
}
