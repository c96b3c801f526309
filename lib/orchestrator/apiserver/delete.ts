/**
 * The delete verb: preconditions, graceful deletion of pods, propagation finalizers, and objects
 * that stay until their finalizers are gone.
 */
import type { KindDefinition } from '../api/kind';
import type { KubeObject, ObjectMeta } from '../api/object';
import { objectKey } from '../api/object';
import type { Condition, Pod } from '../api/objects';
import { conflictError, forbiddenError, notFoundError } from '../api/status-error';
import { formatTime, parseTime } from '../api/timestamps';
import { check } from './admission/chain';
import type { DeleteOptions, Requester } from './requests';
import { refOf, resourceNameOf } from './resource-registry';
import type { ServerContext } from './server-context';

const SYSTEM_CLASSES = new Set(['system-cluster-critical', 'system-node-critical']);
const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io';
const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

export interface DeleteRequest {
  readonly requester: Requester;
  readonly kind: KindDefinition;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly options: DeleteOptions;
}

export function remove<T extends KubeObject>(
  server: ServerContext,
  request: DeleteRequest,
): T | undefined {
  const { requester, kind, namespace, name, options } = request;
  const key = objectKey(namespace, name);
  const old = server.store.get(resourceNameOf(kind), key) as T | undefined;
  if (old === undefined) throw notFoundError(refOf(kind), name);
  checkPreconditions(kind, old, options);
  if (kind.kind === 'PriorityClass' && SYSTEM_CLASSES.has(name)) {
    const why = 'this is a system priority class and cannot be deleted';
    throw forbiddenError(refOf(kind), name, why);
  }
  check(
    {
      verb: 'delete',
      kind,
      subresource: '',
      namespace,
      name,
      draft: undefined,
      old,
      requester,
      dryRun: options.dryRun === true,
    },
    server,
  );
  const finalizers = [...cleanup(kind, old), ...propagationFinalizers(kind, old, options)];
  const grace = gracePeriod(kind, old, options.gracePeriodSeconds);
  const metadata = deletingMetadata(server, kind, old, finalizers, grace);
  if (grace === 0 && finalizers.length === 0 && kind.kind !== 'Namespace') {
    if (options.dryRun === true) return undefined;
    // A pod is first seen with a grace of 0, then it is gone.
    const last =
      kind.kind === 'Pod' && metadata !== undefined
        ? server.commit(requester, kind, key, { ...old, metadata })
        : old;
    server.remove(requester, kind, key, last);
    return undefined;
  }
  if (metadata === undefined) return old;
  const deleting = markDeleting(server, kind, { ...old, metadata });
  return options.dryRun === true ? deleting : server.commit(requester, kind, key, deleting);
}

function checkPreconditions(kind: KindDefinition, old: KubeObject, options: DeleteOptions): void {
  const { uid, resourceVersion } = options.preconditions ?? {};
  const { name } = old.metadata;
  if (uid !== undefined && uid !== old.metadata.uid) {
    throw conflictError(
      { group: '', resource: kind.kind },
      name,
      `the UID in the precondition (${uid}) does not match the UID in record ` +
        `(${old.metadata.uid}). The object might have been deleted and then recreated`,
    );
  }
  if (resourceVersion !== undefined && resourceVersion !== old.metadata.resourceVersion) {
    throw conflictError(
      { group: '', resource: kind.kind },
      name,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ` +
        `ResourceVersion in record (${old.metadata.resourceVersion}). The object might have been modified`,
    );
  }
}

/** Finalizers after the policy: Orphan and Foreground each add their own and drop the other. */
function propagationFinalizers(
  kind: KindDefinition,
  old: KubeObject,
  { propagationPolicy, orphanDependents }: DeleteOptions,
): readonly string[] {
  const before = old.metadata.finalizers ?? [];
  const asked = orphanDependents === undefined ? propagationPolicy : policyOf(orphanDependents);
  const isDecided = before.includes(ORPHAN) || before.includes(FOREGROUND);
  const policy = asked ?? (isDecided ? undefined : kind.defaultPropagation);
  if (policy === undefined) return before;
  const others = before.filter((f) => f !== ORPHAN && f !== FOREGROUND);
  if (policy === 'Orphan') return [...others, ORPHAN];
  if (policy === 'Foreground') return [...others, FOREGROUND];
  return others;
}

const policyOf = (orphan: boolean): 'Orphan' | 'Background' => (orphan ? 'Orphan' : 'Background');

/** Seconds that the object may take to end; only pods are deleted gracefully. */
function gracePeriod(kind: KindDefinition, old: KubeObject, requested: number | undefined): number {
  if (kind.kind !== 'Pod') return 0;
  const pod = old as Pod;
  if (pod.spec.nodeName === undefined || pod.spec.nodeName === '') return 0;
  if (pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed') return 0;
  const seconds = requested ?? pod.spec.terminationGracePeriodSeconds;
  return seconds < 0 ? 1 : seconds;
}

/** Metadata with the deletion marked; undefined if nothing about it changes. */
function deletingMetadata(
  server: ServerContext,
  kind: KindDefinition,
  old: KubeObject,
  finalizers: readonly string[],
  grace: number,
): ObjectMeta | undefined {
  const now = server.clock.wallMs;
  const meta = old.metadata;
  // These two are marked by code of their own.
  const ownWay = kind.kind === 'Namespace' || kind.kind === 'CustomResourceDefinition';
  const sameFinalizers =
    finalizers.length === (meta.finalizers?.length ?? 0) &&
    finalizers.every((f) => meta.finalizers?.includes(f));
  const withFinalizers =
    finalizers.length > 0 ? { ...meta, finalizers } : without(meta, 'finalizers');
  if (meta.deletionTimestamp === undefined) {
    return {
      ...withFinalizers,
      ...(meta.generation === undefined || ownWay ? {} : { generation: meta.generation + 1 }),
      deletionTimestamp: formatTime(now + grace * 1000),
      ...(ownWay ? {} : { deletionGracePeriodSeconds: grace }),
    };
  }
  const current = meta.deletionGracePeriodSeconds ?? 0;
  if (grace >= current) return sameFinalizers ? undefined : withFinalizers;
  // A shorter grace counts from the first deletion, and one that is past ends now.
  const firstAsked = parseTime(meta.deletionTimestamp) - current * 1000;
  const end = firstAsked + grace * 1000;
  const past = end <= now && grace > 0;
  return {
    ...withFinalizers,
    deletionTimestamp: formatTime(past ? now : end),
    deletionGracePeriodSeconds: past ? 1 : grace,
  };
}

function without(meta: ObjectMeta, field: keyof ObjectMeta): ObjectMeta {
  if (!(field in meta)) return meta;
  const copy = { ...meta };
  delete (copy as Record<string, unknown>)[field];
  return copy;
}

/** A namespace that is deleted is Terminating until its content is gone. */
function markDeleting<T extends KubeObject>(
  server: ServerContext,
  kind: KindDefinition,
  object: T,
): T {
  if (kind.kind === 'CustomResourceDefinition') return withPendingDeletion(server, object);
  if (kind.kind !== 'Namespace') return object;
  const status = (object as { status?: object }).status;
  return { ...object, status: { ...status, phase: 'Terminating' } };
}

/** A definition goes after all that it defines. */
function cleanup(kind: KindDefinition, { metadata }: KubeObject): readonly string[] {
  if (kind.kind !== 'CustomResourceDefinition') return [];
  return metadata.finalizers?.includes(CLEANUP) || metadata.deletionTimestamp ? [] : [CLEANUP];
}

function withPendingDeletion<T extends KubeObject>(server: ServerContext, object: T): T {
  const { status } = object as { status?: { conditions?: readonly Condition[] | null } };
  const conditions = status?.conditions ?? [];
  if (conditions.some(({ type }) => type === 'Terminating')) return object;
  const terminating: Condition = {
    type: 'Terminating',
    status: 'True',
    lastTransitionTime: formatTime(server.clock.wallMs),
    reason: 'InstanceDeletionPending',
    message:
      'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
  };
  return { ...object, status: { ...status, conditions: [...conditions, terminating] } };
}
