/**
 * Changes to a finished object in the API's own spelling: a merge with the semantics of `kubectl
 * patch` (lists of named things merge by their key) and changes at one place by JSON Pointer.
 * Everything here works on plain JSON and knows nothing of schemas, so no field is ever lost.
 */

/** The fields of an object or of a part of one. */
export interface ManifestFields {
  [field: string]: unknown;
}

/** A change that found nothing to change; the caller adds which object and construct it was. */
export class NoMatchError extends Error {}

// The keys by which Kubernetes merges lists of things (`patchMergeKey` in its API types). Ports are
// known by `containerPort` in a container and by `port` in a Service.
const MERGE_KEYS: { readonly [field: string]: readonly string[] } = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  imagePullSecrets: ['name'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  ports: ['containerPort', 'port'],
  topologySpreadConstraints: ['topologyKey'],
  hostAliases: ['ip'],
  ownerReferences: ['uid'],
  secrets: ['name'],
};

/**
 * Merges fields into an object: maps field by field, lists with a merge key element by element,
 * every other list as a whole; `null` removes a field.
 */
export function mergeFields(target: ManifestFields, fields: ManifestFields): void {
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (value === null) removeField(target, field);
    else if (isFields(value)) mergeMap(target, field, value);
    else if (Array.isArray(value)) target[field] = mergeList(field, target[field], value);
    else target[field] = value;
  }
}

/**
 * Sets the value at a JSON Pointer. A step into a list is an index, `-` for its end, or `key=value`
 * for the element with that field, such as `/spec/template/spec/containers/name=api/image`.
 * Maps on the way are made when they are absent; an element of a list must exist.
 */
export function setAt(document: ManifestFields, pointer: string, value: unknown): void {
  const { parent, step } = walk(document, pointer, true);
  if (!Array.isArray(parent)) parent[step] = value;
  else if (step === '-') parent.push(value);
  else parent[indexIn(parent, step, pointer)] = value;
}

/** Removes what is at a JSON Pointer, which must be there. */
export function removeAt(document: ManifestFields, pointer: string): void {
  const { parent, step } = walk(document, pointer, false);
  if (Array.isArray(parent)) parent.splice(indexIn(parent, step, pointer), 1);
  else if (step in parent) delete parent[step];
  else throw new NoMatchError(`'${pointer}' is not there to be removed`);
}

function mergeMap(target: ManifestFields, field: string, value: ManifestFields): void {
  const existing = target[field];
  const merged = isFields(existing) ? { ...existing } : {};
  mergeFields(merged, value);
  target[field] = merged;
}

function mergeList(field: string, existing: unknown, changes: unknown[]): unknown[] {
  const keys = MERGE_KEYS[field];
  if (!keys || !Array.isArray(existing)) return changes.map(withoutNulls);
  const result: unknown[] = [...existing];
  for (const change of changes) {
    const key = isFields(change) ? keys.find((candidate) => candidate in change) : undefined;
    if (key === undefined || !isFields(change)) {
      throw new NoMatchError(
        `an element of '${field}' has no ${keys.map((name) => `'${name}'`).join(' or ')} ` +
          `to find the one it changes; replace the whole list with overrideAt instead`,
      );
    }
    const at = result.findIndex((element) => isFields(element) && element[key] === change[key]);
    if (at < 0) refuseIncomplete(field, key, change, result);
    const merged = at < 0 ? {} : { ...(result[at] as ManifestFields) };
    mergeFields(merged, change);
    if (at < 0) result.push(merged);
    else result[at] = merged;
  }
  return result;
}

/** A container that is added needs an image; without one, its name was meant to match another. */
function refuseIncomplete(
  field: string,
  key: string,
  change: ManifestFields,
  existing: readonly unknown[],
): void {
  if (!field.toLowerCase().endsWith('containers') || 'image' in change) return;
  const names = existing.map((element) => `'${String((element as ManifestFields)[key])}'`);
  throw new NoMatchError(
    `no element of '${field}' has the ${key} '${String(change[key])}'; there is ${names.join(', ')}`,
  );
}

function removeField(target: ManifestFields, field: string): void {
  if (!(field in target)) throw new NoMatchError(`field '${field}' is not there to be removed`);
  delete target[field];
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isFields(value)) return value;
  const kept = Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined);
  return Object.fromEntries(kept.map(([field, inner]) => [field, withoutNulls(inner)]));
}

type Parent = ManifestFields | unknown[];

function walk(document: ManifestFields, pointer: string, create: boolean) {
  const steps = stepsOf(pointer);
  let parent: Parent = document;
  for (const step of steps.slice(0, -1)) parent = descend(parent, step, pointer, create);
  return { parent, step: steps.at(-1) ?? '' };
}

function descend(parent: Parent, step: string, pointer: string, create: boolean): Parent {
  const key = Array.isArray(parent) ? indexIn(parent, step, pointer) : step;
  const holder = parent as { [key: string | number]: unknown };
  const inner = holder[key];
  if (inner === undefined && create && !Array.isArray(parent)) return (holder[key] = {});
  if (Array.isArray(inner)) return (holder[key] = [...inner]);
  if (isFields(inner)) return (holder[key] = { ...inner });
  throw new NoMatchError(`'${pointer}' leads nowhere: there is no map or list at '${step}'`);
}

function indexIn(list: readonly unknown[], step: string, pointer: string): number {
  const equals = step.indexOf('=');
  const field = step.slice(0, equals);
  const wanted = step.slice(equals + 1);
  const at =
    equals < 0
      ? Number(step)
      : list.findIndex((element) => isFields(element) && String(element[field]) === wanted);
  if (Number.isInteger(at) && at >= 0 && at < list.length) return at;
  throw new NoMatchError(`'${pointer}' leads nowhere: no element '${step}' among ${list.length}`);
}

function stepsOf(pointer: string): string[] {
  if (!pointer.startsWith('/') || pointer === '/') {
    throw new NoMatchError(`'${pointer}' is no JSON Pointer; write it as '/spec/replicas'`);
  }
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replace(/~1/g, '/').replace(/~0/g, '~'));
}

function isFields(value: unknown): value is ManifestFields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
