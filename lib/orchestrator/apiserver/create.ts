/**
 * The create verb: defaulting, admission, metadata, validation, storage, in the order of a real
 * API server's generic registry.
 */
import { deepFreeze } from '../api/freeze';
import type { Draft, KindDefinition } from '../api/kind';
import type { KubeObject, NewObject } from '../api/object';
import { objectKey } from '../api/object';
import {
  alreadyExistsError,
  badRequestError,
  failure,
  forbiddenError,
  invalidError,
} from '../api/status-error';
import { formatTime } from '../api/timestamps';
import { admit, check } from './admission/chain';
import type { AdmissionRequest } from './admission/admission';
import { copyDraft, dropField } from './draft';
import type { Requester, WriteOptions } from './requests';
import { refOf, refusalGroupOf, resourceNameOf, rulesFor } from './resource-registry';
import type { ServerContext } from './server-context';

const GENERATED_BASE_LENGTH = 58;
const GENERATE_ATTEMPTS = 8;

export interface CreateRequest<T extends KubeObject> {
  readonly requester: Requester;
  readonly kind: KindDefinition;
  readonly namespace: string | undefined;
  readonly object: NewObject<T>;
  readonly options: WriteOptions;
}

export function create<T extends KubeObject>(server: ServerContext, request: CreateRequest<T>): T {
  const { requester, kind, namespace, object, options } = request;
  const draft = draftOf(kind, namespace, object);
  if (kind.createRefusal !== undefined) {
    throw forbiddenError(refOf(kind), String(draft.metadata['name'] ?? ''), kind.createRefusal);
  }
  const named = draft.metadata['name'] !== undefined && draft.metadata['name'] !== '';
  const generated = named ? undefined : generatedName(server, kind, namespace, draft);
  // A name is made after the mutating pass, whose refusals know no more than what it begins with.
  const admission: AdmissionRequest = {
    verb: 'create',
    kind,
    subresource: '',
    namespace,
    name: String(draft.metadata[named ? 'name' : 'generateName'] ?? ''),
    draft,
    old: undefined,
    requester,
    dryRun: options.dryRun === true,
  };
  kind.applyDefaults?.(draft);
  // What admission adds belongs to nobody; it replaces parts of the draft, it does not change them.
  const asked = requester.trusted ? undefined : { ...draft, metadata: { ...draft.metadata } };
  admit(admission, server);
  if (generated !== undefined) draft.metadata['name'] = generated;
  const name = String(draft.metadata['name'] ?? '');
  fillMetadata(server, kind, draft);
  kind.prepareForCreate?.(draft, requester);
  if (!requester.trusted) {
    const errors = rulesFor(kind, options.version).validate?.(draft) ?? [];
    if (errors.length > 0) throw invalidError(refusalGroupOf(kind), kind.kind, name, errors);
  }
  if (options.warn !== undefined) kind.warnings?.(draft).forEach(options.warn);
  check(named ? admission : { ...admission, name }, server);
  const key = objectKey(namespace, name);
  if (server.store.get(resourceNameOf(kind), key) !== undefined) {
    throw alreadyExistsError(refOf(kind), name);
  }
  const created = draft as unknown as T;
  if (options.dryRun === true) return deepFreeze(created);
  // Only what would be stored is looked at, and only a version that there could be.
  const version = object.metadata?.resourceVersion;
  if (version && /^[1-9]\d*$/.test(version)) {
    throw failure(500, undefined, 'resourceVersion should not be set on objects to be created');
  }
  const stored = server.commit(requester, kind, key, created);
  if (asked !== undefined) server.ownership.created(stored, asked as unknown as KubeObject);
  return stored;
}

function draftOf(kind: KindDefinition, namespace: string | undefined, object: NewObject): Draft {
  const metadata: Record<string, unknown> = Object.assign({}, object.metadata);
  if (kind.namespaced) {
    const given = metadata['namespace'];
    if (given !== undefined && given !== '' && given !== namespace) {
      throw badRequestError(
        'the namespace of the provided object does not match the namespace sent on the request',
      );
    }
    metadata['namespace'] = namespace;
  } else {
    dropField(metadata, 'namespace');
  }
  return copyDraft(kind, object, metadata);
}

function generatedName(
  server: ServerContext,
  kind: KindDefinition,
  namespace: string | undefined,
  { metadata }: Draft,
): string | undefined {
  const base = metadata['generateName'];
  if (typeof base !== 'string' || base === '') return undefined;
  const resource = resourceNameOf(kind);
  let name = '';
  for (let attempt = 0; attempt < GENERATE_ATTEMPTS; attempt++) {
    name = `${base.slice(0, GENERATED_BASE_LENGTH)}${server.random.nameSuffix()}`;
    if (server.store.get(resource, objectKey(namespace, name)) === undefined) break;
  }
  return name;
}

function fillMetadata(server: ServerContext, kind: KindDefinition, draft: Draft): void {
  const { metadata } = draft;
  metadata['uid'] = server.random.uuid();
  metadata['creationTimestamp'] = formatTime(server.clock.wallMs);
  dropField(metadata, 'resourceVersion');
  dropField(metadata, 'deletionTimestamp');
  dropField(metadata, 'deletionGracePeriodSeconds');
  dropField(metadata, 'selfLink');
  dropField(metadata, 'managedFields');
  if (kind.generation !== 'none' && kind.generation !== 'spec-once-changed')
    metadata['generation'] = 1;
  // Kinds that keep no generation take the one that they are given.
  else if (kind.generation !== 'none' || !metadata['generation']) dropField(metadata, 'generation');
}
