/** What a patch may not change: which object it is about, and, if it says so, in which version. */
import { invalid } from '../api/field-error';
import type { KindDefinition } from '../api/kind';
import type { KubeObject } from '../api/object';
import { badRequestError, conflictError, failure, invalidError } from '../api/status-error';
import { refOf, refusalGroupOf } from './resource-registry';

interface Target {
  readonly kind: KindDefinition;
  readonly namespace: string | undefined;
  readonly name: string;
}

/** A patch cannot make another object of this one. The uid is told twice, as a real server does. */
export function requireSameIdentity(
  { kind, name, namespace }: Target,
  object: KubeObject,
  old: KubeObject,
): void {
  const { name: newName, namespace: newNamespace, uid } = object.metadata;
  if (newName && newName !== name) {
    throw badRequestError(
      `the name of the object (${newName}) does not match the name on the URL (${name})`,
    );
  }
  if (kind.namespaced && newNamespace && newNamespace !== namespace) {
    throw badRequestError(
      'the namespace of the provided object does not match the namespace sent on the request',
    );
  }
  if (!uid || uid === old.metadata.uid) return;
  const error = invalid('metadata.uid', uid, 'field is immutable');
  throw invalidError(refusalGroupOf(kind), kind.kind, name, [error, error]);
}

/** A patch may name the version that it is meant for. */
export function requireSameVersion(
  { kind, name }: Target,
  object: KubeObject,
  old: KubeObject,
): void {
  const { resourceVersion } = object.metadata;
  if (!resourceVersion || resourceVersion === old.metadata.resourceVersion) return;
  if (!/^\d+$/.test(resourceVersion)) {
    const text = JSON.stringify(resourceVersion);
    throw failure(500, undefined, `strconv.ParseUint: parsing ${text}: invalid syntax`);
  }
  throw conflictError(
    refOf(kind),
    name,
    'the object has been modified; please apply your changes to the latest version and try again',
  );
}
