/** What the server makes of a request's object before it stores it: its own copy, still changed. */
import type { Draft, KindDefinition } from '../api/kind';
import type { KubeObject } from '../api/object';
import { apiVersionOf } from './resource-registry';

/**
 * A copy of an object under the kind's own name. By `Object.assign`: V8 would give each copy that
 * is spread from a fresh object a hidden class of its own as soon as it is frozen.
 */
export function copyDraft(kind: KindDefinition, object: object, metadata: object): Draft {
  const head = { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata };
  return Object.assign({}, object, head) as unknown as Draft;
}

/**
 * Takes a field out of a draft. Most drafts do not have the fields that the server keeps to itself,
 * and `delete` takes long even where there is nothing to delete.
 */
export function dropField(draft: Record<string, unknown>, field: string): void {
  if (field in draft) delete draft[field];
}

/** The object with that version: itself if it is a draft, which nobody else has, else a copy. */
export function stamped<T extends KubeObject>(object: T, resourceVersion: string): T {
  if (Object.isFrozen(object) || Object.isFrozen(object.metadata)) {
    return { ...object, metadata: { ...object.metadata, resourceVersion } };
  }
  (object.metadata as { resourceVersion: string }).resourceVersion = resourceVersion;
  return object;
}
