/**
 * What a patch may not change: which object it is about, of which type, and, if it says so, in
 * which version.
 */
import { invalid } from '../api/field-error';
import type { KindDefinition } from '../api/kind';
import type { KubeObject, ObjectMeta } from '../api/object';
import { badRequestError, conflictError, failure, invalidError } from '../api/status-error';
import { refusedPatch } from '../api/patch/patch-body';
import { DecodeError, decodeStrict } from '../api/schema/decode';
import { refOf, refusalGroupOf, type ResourceRegistry } from './resource-registry';

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
  const metadata = (object as Partial<KubeObject>).metadata ?? {};
  const { name: newName, namespace: newNamespace, uid } = metadata as Partial<ObjectMeta>;
  if (!newName) {
    throw badRequestError(
      `the name of the object (${name} based on URL) was undeterminable: name must be provided`,
    );
  }
  if (newName !== name) {
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

type Typed = Readonly<Record<string, unknown>>;

/**
 * A merge or JSON patch cannot make an object of another type. Without a type it is the old one;
 * versions of the same group that the server no longer serves it still knows.
 */
export function requireSameType(
  registry: ResourceRegistry,
  old: Typed,
  patched: Typed,
  show: (object: object) => string,
): void {
  const version = String(patched['apiVersion'] || old['apiVersion']);
  const kind = String(patched['kind'] || old['kind']);
  if (version === old['apiVersion'] && kind === old['kind']) return;
  const group = groupOf(version);
  const other = registry.ofObject(version, kind);
  const isSameGroup = group !== '' && group === groupOf(String(old['apiVersion']));
  if (kind === old['kind'] && isSameGroup && (other !== undefined || isUnstable(version))) return;
  const why =
    other === undefined
      ? `no kind "${kind}" is registered for version "${version}" in scheme "${SCHEME}"`
      : (faultOf(patched, other) ??
        `converting (${other.version}.${kind}) to ` +
          `(${packageOf(String(old['apiVersion']))}.${String(old['kind'])}): unknown conversion`);
  throw refusedPatch(show(patched), why);
}

/** Where the scheme of a real server is made, which its messages name. */
const SCHEME = 'pkg/runtime/scheme.go:111';

/** Why the object is none of that type either. */
function faultOf(object: Typed, kind: KindDefinition): string | undefined {
  try {
    decodeStrict(object, kind.schema, undefined, 'json');
    return undefined;
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
}

/** Of stable versions the server serves all that it knows. */
const isUnstable = (apiVersion: string): boolean => /\/v\d+(alpha|beta)\d+$/.test(apiVersion);

const groupOf = (apiVersion: string): string =>
  apiVersion.slice(0, apiVersion.lastIndexOf('/') + 1);

/** The package of a group's types: the first word of its name. */
const packageOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? apiVersion.split(/[./]/)[0]! : 'core';
