/**
 * The update verb, of an object or of one of its subresources: optimistic concurrency, what may
 * not change restored, validation, generation, and deletion when the last finalizer goes.
 */
import { deepEqual, semanticEqual } from '../api/deep-equal';
import { deepFreeze } from '../api/freeze';
import type { Draft, KindDefinition } from '../api/kind';
import type { KubeObject } from '../api/object';
import { objectKey } from '../api/object';
import { conflictError, invalidError, notFoundError } from '../api/status-error';
import { forbidden, invalid } from '../api/field-error';
import { formatTime } from '../api/timestamps';
import type { AdmissionRequest } from './admission/admission';
import { admit, check } from './admission/chain';
import { create } from './create';
import { copyDraft, dropField } from './draft';
import type { Requester, WriteOptions } from './requests';
import { refOf, refusalGroupOf, resourceNameOf, rulesFor } from './resource-registry';
import type { ServerContext } from './server-context';

const MODIFIED =
  'the object has been modified; please apply your changes to the latest version and try again';

export interface UpdateRequest<T extends KubeObject> {
  readonly requester: Requester;
  readonly kind: KindDefinition;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly object: T;
  /** '' for the object itself, else `status` or another of its parts. */
  readonly subresource: string;
  readonly options: WriteOptions;
  /** The subresource that owns what changes, if it is not the one that is written. */
  readonly ownedAs?: string;
  /** A patch on the stored object: nobody else can have come between. */
  readonly unconditional?: boolean;
}

export function update<T extends KubeObject>(server: ServerContext, request: UpdateRequest<T>): T {
  const { kind, requester, name, namespace, object, options } = request;
  const key = objectKey(namespace, name);
  const old = server.store.get(resourceNameOf(kind), key) as T | undefined;
  if (old === undefined) {
    if (kind.createOnUpdate && request.subresource === '' && !object.metadata.resourceVersion) {
      return create<T>(server, { requester, kind, namespace, object: object as never, options });
    }
    throw notFoundError(refOf(kind), name);
  }
  checkPreconditions(request, old);
  const part = kind.parts?.[request.subresource];
  const draft =
    part?.merge(object, old, formatTime(server.clock.wallMs)) ?? mergeDraft(request, old);
  const admission: AdmissionRequest = {
    verb: 'update',
    kind,
    subresource: request.subresource,
    namespace,
    name,
    draft,
    old,
    requester,
    dryRun: options.dryRun === true,
  };
  if (!requester.trusted || request.subresource === '') kind.applyDefaults?.(draft);
  if (request.subresource === '') {
    admit(admission, server);
    kind.prepareForUpdate?.(draft, old);
    restoreMetadata(draft, old, requester.trusted);
    bumpGeneration(kind, draft, old);
  } else if (part !== undefined) bumpGeneration(kind, draft, old);
  if (!requester.trusted) validate(request, draft, old);
  if (options.warn !== undefined && request.subresource === '') {
    kind.updateWarnings?.(draft, old).forEach(options.warn);
  }
  check(admission, server);
  if (deepEqual(draft, old)) return old;
  return store(server, request, key, draft as unknown as T, old);
}

function checkPreconditions<T extends KubeObject>(request: UpdateRequest<T>, old: T): void {
  const { kind, name, object } = request;
  const { uid, resourceVersion } = object.metadata;
  if (uid !== undefined && uid !== '' && uid !== old.metadata.uid) {
    const key = [kind.plural, old.metadata.namespace, name].filter(Boolean).join('/');
    throw conflictError(
      refOf(kind),
      name,
      `StorageError: invalid object, Code: 4, Key: /registry/${key}, ResourceVersion: 0, ` +
        `AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, ` +
        `UID in object meta: ${old.metadata.uid}`,
    );
  }
  if (request.unconditional === true) return;
  if (resourceVersion) {
    if (resourceVersion !== old.metadata.resourceVersion) {
      throw conflictError(refOf(kind), name, MODIFIED);
    }
  } else if (!kind.unconditionalUpdate) {
    // The storage layer knows the resource, not the kind.
    throw invalidError(kind.group, kind.plural, name, [
      invalid('metadata.resourceVersion', 0, 'must be specified for an update'),
    ]);
  }
}

/** What of the new object this (sub)resource may write, over what stays of the old one. */
function mergeDraft<T extends KubeObject>(request: UpdateRequest<T>, old: T): Draft {
  const { kind, object, subresource } = request;
  if (subresource === 'status') {
    return {
      ...old,
      metadata: statusMetadata(request, old),
      status: (object as { status?: unknown }).status,
    } as unknown as Draft;
  }
  const draft = copyDraft(kind, object, Object.assign({}, object.metadata));
  if (kind.subresources.includes('status')) {
    draft['status'] = (old as { status?: unknown }).status;
    if (draft['status'] === undefined) delete draft['status'];
  }
  return draft;
}

/** Of most kinds a change of the status may change labels and the like too. */
function statusMetadata<T extends KubeObject>(
  { kind, object, requester }: UpdateRequest<T>,
  old: T,
): Record<string, unknown> {
  const metadata: Record<string, unknown> = { ...old.metadata };
  if (kind.customSchema !== undefined || WITHOUT_METADATA.has(kind.kind)) return metadata;
  // The controller of Deployments relies on this; others do not change metadata in passing.
  if (requester.trusted && kind.kind !== 'Deployment') return metadata;
  const fields = kind.kind === 'Deployment' ? (['annotations'] as const) : PASSING;
  for (const field of fields) restore(metadata, field, object.metadata[field]);
  return metadata;
}

/** Kinds whose status strategy keeps the metadata as it is. */
const WITHOUT_METADATA = new Set([
  'CustomResourceDefinition',
  'FlowSchema',
  'PriorityLevelConfiguration',
  'ResourceClaim',
  'ServiceCIDR',
]);
const PASSING = ['labels', 'annotations', 'finalizers'] as const;

function restoreMetadata(draft: Draft, old: KubeObject, trusted: boolean): void {
  const { metadata } = draft;
  const kept = old.metadata;
  metadata['name'] = kept.name;
  if (kept.namespace !== undefined) metadata['namespace'] = kept.namespace;
  metadata['uid'] = kept.uid;
  metadata['creationTimestamp'] = kept.creationTimestamp;
  metadata['resourceVersion'] = kept.resourceVersion;
  restore(metadata, 'generateName', metadata['generateName'] ?? kept.generateName);
  // Nobody takes a deletion back; to begin one in this way is refused when it is validated.
  const { deletionTimestamp: deleted, deletionGracePeriodSeconds: grace } = kept;
  if (trusted || deleted !== undefined) restore(metadata, 'deletionTimestamp', deleted);
  if (trusted || metadata['deletionGracePeriodSeconds'] === undefined) {
    restore(metadata, 'deletionGracePeriodSeconds', grace);
  }
  restore(metadata, 'generation', kept.generation);
  dropField(metadata, 'managedFields');
  dropField(metadata, 'selfLink');
  // Lists that a patch has emptied are no longer there.
  if (isEmptyList(metadata['finalizers'])) dropField(metadata, 'finalizers');
  if (isEmptyList(metadata['ownerReferences'])) dropField(metadata, 'ownerReferences');
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

function restore(metadata: Record<string, unknown>, field: string, value: unknown): void {
  if (value === undefined) dropField(metadata, field);
  else metadata[field] = value;
}

function bumpGeneration(kind: KindDefinition, draft: Draft, old: KubeObject): void {
  if (kind.generation === 'none') return;
  const before =
    old.metadata.generation ?? (kind.generation === 'spec-once-changed' ? 0 : undefined);
  if (before === undefined) return;
  const changed =
    (kind.generation === 'content' && hasOtherContent(kind, draft, old)) ||
    (kind.generation === 'content-and-labels' && hasOtherContentOrLabels(draft, old)) ||
    !deepEqual(draft['spec'], (old as { spec?: unknown }).spec) ||
    (kind.generation === 'template' &&
      !semanticEqual(draft['template'], (old as { template?: unknown }).template)) ||
    (kind.generation === 'spec-and-annotations' &&
      !deepEqual(draft.metadata['annotations'], old.metadata.annotations));
  if (changed) draft.metadata['generation'] = before + 1;
}

/** Of custom resources all counts but metadata, and the status if it is a subresource. */
function hasOtherContent(kind: KindDefinition, draft: Draft, old: KubeObject): boolean {
  const content = (object: object): Record<string, unknown> => {
    const { metadata: _metadata, apiVersion: _version, ...rest } = object as Draft;
    if (kind.subresources.includes('status')) delete rest['status'];
    return rest;
  };
  return !semanticEqual(content(draft), content(old));
}

/** EndpointSlices have no spec: what they hold is their content. */
function hasOtherContentOrLabels(draft: Draft, old: KubeObject): boolean {
  const { metadata, ...content } = draft;
  const { metadata: oldMetadata, ...oldContent } = old;
  return (
    !semanticEqual(content, oldContent) || !semanticEqual(metadata['labels'], oldMetadata.labels)
  );
}

function validate<T extends KubeObject>(request: UpdateRequest<T>, draft: Draft, old: T): void {
  const { kind, name, subresource, options } = request;
  const part = kind.parts?.[subresource];
  const rules = rulesFor(kind, options.version);
  const errors =
    part !== undefined
      ? part.validate(draft, old)
      : subresource === 'status'
        ? (kind.validateStatusUpdate?.(draft, old) ?? [])
        : (rules.validateWholeUpdate?.(draft, old) ?? [
            ...newFinalizers(draft, old),
            ...(kind.validateUpdate?.(draft, old) ?? []),
            ...(kind.validate?.(draft) ?? []),
          ]);
  if (errors.length > 0) throw invalidError(refusalGroupOf(kind), kind.kind, name, errors);
}

function newFinalizers(draft: Draft, old: KubeObject): ReturnType<typeof forbidden>[] {
  if (old.metadata.deletionTimestamp === undefined) return [];
  const before = old.metadata.finalizers ?? [];
  const added = ((draft.metadata['finalizers'] as string[] | undefined) ?? []).filter(
    (finalizer) => !before.includes(finalizer),
  );
  if (added.length === 0) return [];
  return [
    forbidden(
      'metadata.finalizers',
      'no new finalizers can be added if the object is being deleted, found new finalizers ' +
        `[]string{${added.map((f) => JSON.stringify(f)).join(', ')}}`,
    ),
  ];
}

function store<T extends KubeObject>(
  server: ServerContext,
  request: UpdateRequest<T>,
  key: string,
  updated: T,
  old: T,
): T {
  const { kind, requester, options } = request;
  if (options.dryRun === true) return deepFreeze(updated);
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = updated.metadata;
  const finished =
    deletionTimestamp !== undefined &&
    (deletionGracePeriodSeconds ?? 0) === 0 &&
    (finalizers?.length ?? 0) === 0 &&
    ((old.metadata.finalizers?.length ?? 0) > 0 || isReleased(kind, updated));
  // What goes is what was stored: watchers last see the object with that finalizer still on it.
  if (finished) return server.remove(requester, kind, key, old) as T;
  return server.commit(requester, kind, key, updated, request.ownedAs ?? request.subresource);
}

/** A namespace has finalizers of its own; one that ends goes with the last of them. */
const isReleased = ({ kind }: KindDefinition, object: KubeObject): boolean =>
  kind === 'Namespace' &&
  !(object as { spec?: { finalizers?: readonly string[] } }).spec?.finalizers?.length;
