/**
 * Who owns the replicas of an object, as its Scale shows it and back. Stands for the scale handler
 * of apimachinery's managedfields.
 */
import { decodeManagers, encodeManagers, managerId } from '../api/apply/field-managers';
import { FieldSet } from '../api/apply/field-set';
import { namesOf } from '../api/kinds/custom-resources/json-path';
import type { KindDefinition } from '../api/kind';
import type { ManagedFieldsEntry } from '../api/object';
import { apiVersionOf } from './resource-registry';

type Entries = readonly ManagedFieldsEntry[];

const IN_SCALE = FieldSet.ofFields('spec.replicas');

const replicasOf = ({ scalePaths }: KindDefinition): FieldSet =>
  scalePaths === undefined
    ? IN_SCALE
    : FieldSet.ofFields(namesOf(scalePaths.specReplicasPath).join('.'));

/** The entries of those who own the replicas, as managedFields of the Scale. */
export function scaleOwners(entries: Entries, kind: KindDefinition): Entries {
  const replicas = replicasOf(kind);
  const owners = [...decodeManagers(entries)].filter(([, { set }]) => owns(set, replicas));
  return encodeManagers(
    new Map(
      owners.map(([id, manager]) => [
        id,
        { ...manager, apiVersion: 'autoscaling/v1', set: IN_SCALE },
      ]),
    ),
  );
}

/** The object's entries after a write to its Scale: who does not own that any more owns less. */
export function ownersWithScale(
  entries: Entries,
  scaleEntries: Entries,
  kind: KindDefinition,
): Entries {
  const replicas = replicasOf(kind);
  const apiVersion = apiVersionOf(kind);
  const inScale = new Map(
    [...decodeManagers(scaleEntries).values()].map((manager) => {
      const owner = { ...manager, apiVersion, set: replicas };
      return [managerId(owner), owner];
    }),
  );
  const managers = decodeManagers(entries);
  for (const [id, manager] of [...managers]) {
    if (!owns(manager.set, replicas) || inScale.delete(id)) continue;
    const set = manager.set.difference(replicas);
    if (set.isEmpty) managers.delete(id);
    else managers.set(id, { ...manager, set });
  }
  for (const [id, owner] of inScale) managers.set(id, owner);
  return encodeManagers(managers);
}

const owns = (set: FieldSet, fields: FieldSet): boolean => !set.intersection(fields).isEmpty;
