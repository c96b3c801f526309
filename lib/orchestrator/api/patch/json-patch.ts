/**
 * JSON Patch (RFC 6902) as the API server applies it: an ordered list of operations that succeeds
 * as a whole or leaves the object alone.
 */
import { applyPatch } from 'fast-json-patch';
import type { Operation } from 'fast-json-patch';
import { badRequestError, failure } from '../status-error';

/** How many operations the server takes in one patch. */
const OPERATIONS_MAX = 10_000;
const FIELDS = new Set(['op', 'path', 'from', 'value']);

type Operated = Readonly<Record<string, unknown>>;

export interface JsonPatchResult {
  readonly object: Record<string, unknown>;
  /** Fields that operations do not have; refused or warned of by the request's fieldValidation. */
  readonly strictErrors: readonly string[];
}

/** A new object with the operations applied; throws ApiStatusError. Shares nothing with `object`. */
export function applyJsonPatch(object: object, operations: unknown): JsonPatchResult {
  const patch = checkedOperations(operations);
  const strictErrors = unknownFields(patch);
  try {
    let result = object;
    for (const operation of patch) result = applyOne(result, operation);
    if (typeof result !== 'object' || result === null) throw refused();
    return { object: result as Record<string, unknown>, strictErrors };
  } catch {
    // Whatever went wrong, the server says no more than this.
    throw refused();
  }
}

/**
 * One operation on a copy. Unlike the RFC says, the server's library replaces fields of maps that
 * are not there, finds an absent field equal to null, and takes an absent value for null.
 */
function applyOne(object: object, given: Readonly<Record<string, unknown>>): object {
  const operation = withIndexes(object, withValue(withRootedPaths(given)));
  const { op, path } = operation;
  if (typeof path === 'string' && (op === 'replace' || op === 'test')) {
    const field = fieldOfMap(object, path);
    if (field !== undefined && !field.present) {
      if (op === 'test' && operation.value === null) return object;
      if (op === 'replace') return applyOne(object, { ...operation, op: 'add' });
    }
  }
  const operations = [operation as unknown as Operation];
  return applyPatch<object>(object, operations, true, false).newDocument;
}

/** The server's library takes what is before the first slash for nothing. */
function withRootedPaths(operation: Operated): Operated {
  const { path, from } = operation;
  const rooted = (text: unknown): unknown =>
    typeof text === 'string' && text.indexOf('/') > 0 ? text.slice(text.indexOf('/')) : text;
  if (rooted(path) === path && rooted(from) === from) return operation;
  return {
    ...operation,
    path: rooted(path),
    ...(from === undefined ? {} : { from: rooted(from) }),
  };
}

function withValue(operation: Operated): Operated {
  const needsValue = operation['op'] === 'add' || operation['op'] === 'replace';
  return needsValue && !('value' in operation) ? { ...operation, value: null } : operation;
}

/** Negative indexes count from the end; to add at -1 is to append. */
function withIndexes(object: object, operation: Operated): Operated {
  const { op, path, from } = operation;
  const isAdding = op === 'add' || op === 'move' || op === 'copy';
  const indexed = (text: unknown, grows: boolean): unknown =>
    typeof text === 'string' && /\/-\d/.test(text) ? fromStart(object, text, grows) : text;
  const [to, source] = [indexed(path, isAdding), indexed(from, false)];
  if (to === path && source === from) return operation;
  return { ...operation, path: to, ...(from === undefined ? {} : { from: source }) };
}

function fromStart(object: object, path: string, grows: boolean): string {
  const steps = path.split('/').slice(1);
  let parent: unknown = object;
  const counted = steps.map((step, index) => {
    let own = step;
    if (Array.isArray(parent) && /^-\d+$/.test(step)) {
      const size = parent.length + (grows && index === steps.length - 1 ? 1 : 0);
      own = String(size + Number(step));
    }
    const key = own.replace(/~1/g, '/').replace(/~0/g, '~');
    parent = (parent as Readonly<Record<string, unknown>> | null | undefined)?.[key];
    return own;
  });
  return `/${counted.join('/')}`;
}

/** Whether the path's last field is in its map; undefined if it is no field of a map. */
function fieldOfMap(object: object, path: string): { present: boolean } | undefined {
  const steps = path
    .split('/')
    .slice(1)
    .map((step) => step.replace(/~1/g, '/').replace(/~0/g, '~'));
  const last = steps.pop();
  let parent: unknown = object;
  for (const step of steps) {
    if (typeof parent !== 'object' || parent === null) return undefined;
    parent = Object.hasOwn(parent, step) ? (parent as Record<string, unknown>)[step] : undefined;
  }
  if (typeof parent !== 'object' || parent === null || Array.isArray(parent)) return undefined;
  return last === undefined ? undefined : { present: Object.hasOwn(parent, last) };
}

const refused = (): Error =>
  failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {});

function checkedOperations(operations: unknown): readonly Record<string, unknown>[] {
  if (!Array.isArray(operations)) {
    const kind = operations === null ? 'null' : typeof operations;
    const target = 'Go value of type []handlers.jsonPatchOp';
    throw badRequestError(`error decoding patch: json: cannot unmarshal ${kind} into ${target}`);
  }
  if (operations.length > OPERATIONS_MAX) {
    const why = `The allowed maximum operations in a JSON patch is ${OPERATIONS_MAX}, got ${operations.length}`;
    throw failure(413, 'RequestEntityTooLarge', `Request entity too large: ${why}`);
  }
  for (const operation of operations) {
    if (operation === null) throw refused();
    if (typeof operation === 'object' && !Array.isArray(operation)) continue;
    const kind = Array.isArray(operation) ? 'array' : typeof operation;
    const target = 'Go value of type handlers.jsonPatchOp';
    throw badRequestError(`error decoding patch: json: cannot unmarshal ${kind} into ${target}`);
  }
  return operations as Record<string, unknown>[];
}

function unknownFields(operations: readonly Record<string, unknown>[]): string[] {
  const errors: string[] = [];
  operations.forEach((operation, index) => {
    for (const field of Object.keys(operation)) {
      if (!FIELDS.has(field)) errors.push(`json patch unknown field "[${index}].${field}"`);
    }
  });
  return errors;
}
