/**
 * Server-side apply: merges a configuration into the live object, refuses to change fields that
 * others own (unless forced), and removes what the applier no longer asks for and nobody else owns.
 */
import { deepEqual } from '../deep-equal';
import type { ManagedFieldsEntry } from '../object';
import type { JsonMap } from '../json-map';
import { withoutNulls } from '../patch/strategic-merge-lists';
import { CUSTOM_RESOURCE, schemaOf } from '../schema/schema';
import type { Schema } from '../schema/schema';
import { badRequestError, failure } from '../status-error';
import type { ApiStatusError } from '../status-error';
import type { FieldManager, FieldManagers } from './field-managers';
import { decodeManagers, encodeManagers, managerId } from './field-managers';
import { FieldSet, pathText } from './field-set';
import type { PathElement } from './field-set';
import { lastAppliedFields, withLastApplied } from './last-applied';
import { UNOWNED, compareObjects, recordChange, resetSet, takeFields } from './managed-fields';
import type { FieldWriter } from './managed-fields';
import { fieldsOf, mergeValues, removeFields, withNamedFields } from './structured-merge';
import { typedErrorText, typedErrors } from './typed-validation';
import { zeroObject } from './zero-object';

export interface ApplyOptions extends FieldWriter {
  /** Whether to take fields from their owners instead of refusing. @default false */
  readonly force?: boolean;
  /** The schema of the object or its key; undefined for custom resources without one. */
  readonly schemaKey?: string | Schema;
  /** What the request cannot change, such as `status` of the main resource. @default none */
  readonly resetFields?: readonly string[];
}

export interface Applied {
  /** The whole object to store, not yet decoded and defaulted, without managedFields. */
  readonly object: Record<string, unknown>;
  readonly managedFields: readonly ManagedFieldsEntry[];
  /** Whether the object's own fields differ from the live one's. */
  readonly changed: boolean;
}

/** The manager whose applies also keep the annotation of client-side apply. */
const KUBECTL = 'kubectl';

/**
 * Applies a configuration to the live object (undefined: it is created).
 * Throws ApiStatusError: 409 with one cause for each conflict, 400 or 500 for a bad configuration.
 */
export function applyConfiguration(
  live: object | undefined,
  config: object,
  options: ApplyOptions,
): Applied {
  const schema = schemaOf(options.schemaKey) ?? CUSTOM_RESOURCE;
  checkConfiguration(config as JsonMap, options, schema);
  const current = withoutManagedFields((live ?? {}) as JsonMap);
  const managers = decodeManagers(managedFieldsOf(live));
  if (live !== undefined && managers.size === 0) recordBeforeFirstApply(managers, current, options);
  const request: Request = { live: current, config: config as JsonMap, options, schema };
  const result = applyAsKubectl(request, managers) ?? applyOnce(request, managers, options.force);
  return withLastAppliedAnnotation(result, request);
}

interface Request {
  readonly live: JsonMap;
  readonly config: JsonMap;
  readonly options: ApplyOptions;
  readonly schema: Schema;
}

/**
 * kubectl may take over what it owned by client-side apply: conflicts over fields of the
 * last-applied annotation do not count. Gives undefined where that does not apply.
 */
function applyAsKubectl(request: Request, managers: FieldManagers): Applied | undefined {
  const { options, live, schema } = request;
  if (options.manager !== KUBECTL || options.force === true) return undefined;
  const allowed = lastAppliedFields(live, schema);
  if (allowed === undefined) return undefined;
  const conflicts = conflictsOf(request, new Map(managers));
  if (conflicts.length === 0) return undefined;
  const serious = conflicts
    .map(({ manager, set }) => ({ manager, set: set.difference(allowed) }))
    .filter(({ set }) => !set.isEmpty);
  if (serious.length > 0) throw conflictError(serious);
  return applyOnce(request, managers, true);
}

function applyOnce(request: Request, managers: FieldManagers, force = false): Applied {
  const { live, options, schema } = request;
  const merged = mergedAndPruned(request, managers);
  const comparison = compareObjects(live, merged.value, schema, options.resetFields ?? []);
  const changed = comparison.modified.union(comparison.added);
  if (!force) {
    const conflicts = conflictsWith(managers, changed, merged.id);
    if (conflicts.length > 0) throw conflictError(conflicts);
  }
  takeFields(managers, changed.union(comparison.removed), merged.id);
  stripOwn(managers, merged.id);
  const object = withoutNulls(merged.value ?? {}) as Record<string, unknown>;
  const differs = !deepEqual(live, object);
  const own = managers.get(merged.id);
  if (own !== undefined && differs && options.time !== undefined) {
    managers.set(merged.id, { ...own, time: options.time });
  }
  return { object, managedFields: encodeManagers(managers), changed: differs };
}

function conflictsOf(request: Request, managers: FieldManagers): Conflict[] {
  const { live, options, schema } = request;
  const merged = mergedAndPruned(request, managers);
  const comparison = compareObjects(live, merged.value, schema, options.resetFields ?? []);
  return conflictsWith(managers, comparison.modified.union(comparison.added), merged.id);
}

/** Nobody owns names, types and versions, though every configuration has them. */
function stripOwn(managers: FieldManagers, id: string): void {
  const own = managers.get(id);
  if (own === undefined) return;
  const set = own.set.difference(UNOWNED);
  if (set.isEmpty) managers.delete(id);
  else managers.set(id, { ...own, set });
}

/**
 * The merged object without what the applier dropped, null where nothing is left of a map or list.
 * Enters the applier's new set.
 */
function mergedAndPruned(
  { live, config, options, schema }: Request,
  managers: FieldManagers,
): { value: unknown; id: string } {
  const applier: Omit<FieldManager, 'set'> = {
    manager: options.manager,
    operation: 'Apply',
    apiVersion: options.apiVersion,
    ...(options.subresource === undefined ? {} : { subresource: options.subresource }),
  };
  const id = managerId(applier);
  const last = managers.get(id);
  const set = fieldsOf(config, schema).recursiveDifference(resetSet(options.resetFields ?? []));
  managers.set(id, {
    ...applier,
    ...(last?.time === undefined ? {} : { time: last.time }),
    set,
  });
  const merged = mergeValues(live, config, schema);
  const value = last === undefined ? merged : prune(merged, managers, last.set, schema);
  return { value, id };
}

/** Removes what the last configuration had, then adds back what somebody still owns. */
function prune(
  merged: unknown,
  managers: FieldManagers,
  lastSet: FieldSet,
  schema: Schema,
): unknown {
  const named = (set: FieldSet): FieldSet => withNamedFields(set, schema);
  const mergedSet = named(fieldsOf(merged, schema));
  const without = removeFields(merged, named(lastSet), schema);
  let owned = FieldSet.EMPTY;
  for (const manager of managers.values()) owned = owned.union(manager.set);
  const keep = named(fieldsOf(without, schema)).union(named(owned));
  const withOwned = removeFields(merged, mergedSet.difference(keep), schema);
  // What the last configuration did not have was not dropped by it, owned or not.
  const gone = mergedSet.difference(named(fieldsOf(withOwned, schema)));
  return removeFields(merged, gone.intersection(named(lastSet)), schema);
}

interface Conflict {
  readonly manager: FieldManager;
  readonly set: FieldSet;
}

function conflictsWith(managers: FieldManagers, changed: FieldSet, self: string): Conflict[] {
  const conflicts: Conflict[] = [];
  for (const [id, manager] of managers) {
    if (id === self) continue;
    const set = manager.set.intersection(changed);
    if (!set.isEmpty) conflicts.push({ manager, set });
  }
  return conflicts.sort((a, b) => {
    const [left, right] = [managerId(a.manager), managerId(b.manager)];
    return left < right ? -1 : left > right ? 1 : 0;
  });
}

function conflictError(conflicts: readonly Conflict[]): ApiStatusError {
  const each: { who: string; path: readonly PathElement[] }[] = [];
  for (const { manager, set } of conflicts) {
    for (const path of set.paths()) each.push({ who: managerText(manager), path });
  }
  const [first] = each;
  const message =
    each.length === 1 && first !== undefined
      ? `Apply failed with 1 conflict: conflict with ${first.who}: ${pathText(first.path)}`
      : `Apply failed with ${each.length} conflicts: ${conflictList(conflicts)}`;
  return failure(409, 'Conflict', message, {
    causes: each.map(({ who, path }) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${who}`,
      field: pathText(path),
    })),
  });
}

const conflictList = (conflicts: readonly Conflict[]): string =>
  conflicts
    .map(({ manager, set }) =>
      [
        `conflicts with ${managerText(manager)}:`,
        ...[...set.paths()].map((path) => `- ${pathText(path)}`),
      ].join('\n'),
    )
    .join('\n');

function managerText(manager: FieldManager): string {
  const subresource =
    manager.subresource === undefined
      ? ''
      : ` with subresource ${JSON.stringify(manager.subresource)}`;
  const version = manager.operation === 'Update' ? ` using ${manager.apiVersion}` : '';
  return `${JSON.stringify(manager.manager)}${subresource}${version}`;
}

/** An object from before ownership was kept: all of it belongs to one manager. */
function recordBeforeFirstApply(
  managers: FieldManagers,
  live: JsonMap,
  options: ApplyOptions,
): void {
  const schema = schemaOf(options.schemaKey) ?? CUSTOM_RESOURCE;
  const zero = zeroObject(schema);
  const comparison = compareObjects(zero, live, schema, options.resetFields ?? []);
  recordChange(managers, { ...options, manager: 'before-first-apply' }, comparison);
}

function managedFieldsOf(object: object | undefined): readonly ManagedFieldsEntry[] | undefined {
  const metadata = (object as { metadata?: { managedFields?: readonly ManagedFieldsEntry[] } })
    ?.metadata;
  return metadata?.managedFields;
}

function withoutManagedFields(object: JsonMap): JsonMap {
  const metadata = object.metadata as JsonMap | undefined;
  if (metadata?.managedFields === undefined) return object;
  const { managedFields: _, ...rest } = metadata;
  return { ...object, metadata: rest };
}

function checkConfiguration(config: JsonMap, options: ApplyOptions, schema: Schema): void {
  const metadata = (config.metadata ?? {}) as JsonMap;
  if (config.apiVersion !== options.apiVersion) {
    throw badRequestError(
      'Incorrect version specified in apply patch. ' +
        `Specified patch version: ${String(config.apiVersion ?? '')}, expected: ${options.apiVersion}`,
    );
  }
  if (metadata.managedFields !== undefined && metadata.managedFields !== null) {
    throw badRequestError('metadata.managedFields must be nil');
  }
  const errors = typedErrors(config, schema);
  if (errors.length === 0) return;
  const name = `${String(metadata.namespace ?? '')}/${String(metadata.name ?? '')}`;
  const type = `${options.apiVersion}, Kind=${String(config.kind ?? '')}`;
  const group = options.apiVersion.includes('/') ? type : `/${type}`;
  throw failure(
    500,
    undefined,
    `failed to create typed patch object (${name}; ${group}): ${typedErrorText(errors)}`,
  );
}

function withLastAppliedAnnotation(result: Applied, { live, config, options }: Request): Applied {
  if (options.manager !== KUBECTL) return result;
  const object = withLastApplied(result.object, live, config);
  return object === result.object ? result : { ...result, object };
}
