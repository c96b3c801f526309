/**
 * Field ownership under updates: who changed a field owns it, and nobody owns what is gone.
 * Stands for apimachinery's managedfields package; server-side apply itself is
 * apply-configuration.ts.
 */
import type { ManagedFieldsEntry } from '../object';
import type { Schema } from '../schema/schema';
import { CUSTOM_RESOURCE, schemaOf } from '../schema/schema';
import type { Comparison } from './compare-values';
import { compareValues } from './compare-values';
import type { FieldManagers } from './field-managers';
import { capUpdaters, decodeManagers, encodeManagers, managerId } from './field-managers';
import { FieldSet } from './field-set';
import { zeroObject } from './zero-object';

/** Who writes, and when. */
export interface FieldWriter {
  /** The request's fieldManager, or its user agent up to the first slash. */
  readonly manager: string;
  /** The version that the request speaks. */
  readonly apiVersion: string;
  /** RFC 3339, as `formatTime` writes it; the scale subresource records none. */
  readonly time?: string;
  readonly subresource?: string;
}

/** Fields of metadata and type that nobody owns. */
export const UNOWNED = FieldSet.ofFields(
  'apiVersion',
  'kind',
  'metadata',
  'metadata.name',
  'metadata.namespace',
  'metadata.creationTimestamp',
  'metadata.selfLink',
  'metadata.uid',
  'metadata.clusterName',
  'metadata.generation',
  'metadata.managedFields',
  'metadata.resourceVersion',
);

const NO_FIELDS: readonly string[] = [];

/**
 * The managedFields of an object after an update or patch (or its creation, without `old`).
 * `resetFields` are what the request cannot change, such as `status` of the main resource.
 * An object without managedFields stays without them until it is applied.
 */
export function recordUpdate(
  managed: readonly ManagedFieldsEntry[] | undefined,
  writer: FieldWriter,
  old: object | undefined,
  next: object,
  schemaKey: string | Schema | undefined,
  resetFields: readonly string[] = NO_FIELDS,
): readonly ManagedFieldsEntry[] {
  const current = managed ?? NO_ENTRIES;
  if (old !== undefined && current.length === 0) return current;
  const schema = schemaOf(schemaKey) ?? CUSTOM_RESOURCE;
  const comparison = compareObjects(old ?? zeroObject(schema), next, schema, resetFields);
  const { added, modified, removed } = comparison;
  if (added.isEmpty && modified.isEmpty && removed.isEmpty) return current;
  const managers = decodeManagers(current);
  recordChange(managers, writer, comparison);
  return encodeManagers(managers);
}

const NO_ENTRIES: readonly ManagedFieldsEntry[] = Object.freeze([]);

/** What differs between two objects, without what the request cannot change. */
export function compareObjects(
  old: unknown,
  next: unknown,
  schema: Schema,
  resetFields: readonly string[],
): Comparison {
  const comparison = compareValues(old, next, schema);
  if (resetFields.length === 0) return comparison;
  const reset = resetSet(resetFields);
  return {
    added: comparison.added.recursiveDifference(reset),
    modified: comparison.modified.recursiveDifference(reset),
    removed: comparison.removed.recursiveDifference(reset),
  };
}

const resetSets = new Map<string, FieldSet>();

/** The set of the fields that a request cannot change. */
export function resetSet(resetFields: readonly string[]): FieldSet {
  const key = resetFields.join(' ');
  const known = resetSets.get(key);
  if (known !== undefined) return known;
  const set = FieldSet.ofFields(...resetFields);
  resetSets.set(key, set);
  return set;
}

/** Takes the changed fields from all and gives them to the writer, in place. */
export function recordChange(
  managers: FieldManagers,
  writer: FieldWriter,
  comparison: Comparison,
): void {
  const changed = comparison.modified.union(comparison.added);
  takeFields(managers, changed.union(comparison.removed), undefined);
  const owned = changed.difference(UNOWNED);
  if (!owned.isEmpty) {
    const self = {
      manager: writer.manager === '' ? 'unknown' : writer.manager,
      operation: 'Update',
      apiVersion: writer.apiVersion,
      ...(writer.subresource === undefined ? {} : { subresource: writer.subresource }),
    } as const;
    const id = managerId(self);
    const before = managers.get(id)?.set ?? FieldSet.EMPTY;
    const time = writer.time ?? managers.get(id)?.time;
    managers.set(id, {
      ...self,
      ...(time === undefined ? {} : { time }),
      set: before.union(owned),
    });
  }
  capUpdaters(managers);
}

/** Takes fields from all managers but one, in place; who has nothing left is gone. */
export function takeFields(
  managers: FieldManagers,
  fields: FieldSet,
  except: string | undefined,
): void {
  for (const [id, manager] of managers) {
    if (id === except) continue;
    const set = manager.set.difference(fields);
    if (set.isEmpty) managers.delete(id);
    else if (set !== manager.set) managers.set(id, { ...manager, set });
  }
}

/**
 * The managedFields that a request starts from: its own if it carries any (so that clients may
 * edit ownership), none if it carries `[]` or `[{}]`, else those of the live object.
 */
export function startingManagedFields(
  sent: readonly ManagedFieldsEntry[] | undefined,
  live: readonly ManagedFieldsEntry[] | undefined,
  subresource: string | undefined,
): readonly ManagedFieldsEntry[] {
  if (sent === undefined || subresource !== undefined) return live ?? NO_ENTRIES;
  const [first] = sent;
  if (first === undefined) return NO_ENTRIES;
  if (sent.length === 1 && Object.keys(first).length === 0) return NO_ENTRIES;
  return sent;
}
