/**
 * What the API server offers to whoever can reach it: the verbs of Kubernetes, in process.
 * Components see this interface through their client; the HTTP server maps URLs to it.
 */
import type { KindDefinition } from '../api/kind';
import type { KubeObject, NewObject } from '../api/object';
import type { FieldValidation } from '../api/schema/decode-body';
import type { ChangeType } from '../store/store';

/** Who asks, and how the request wants to be treated. */
export interface Requester {
  /** `system:kube-scheduler`, `system:node:node-a1`, a person. */
  readonly user: string;
  readonly groups?: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
  /** Name in managedFields and in the trace: `kube-scheduler`, `kubectl-client-side-apply`. */
  readonly manager: string;
  /**
   * A component of the cluster: what it writes is well-formed, so decoding and validation are
   * skipped. Defaulting, admission and all else run.
   */
  readonly trusted: boolean;
}

export interface WriteOptions {
  /** Runs everything and stores nothing. */
  readonly dryRun?: boolean;
  /** Hears of advice about what was taken, and of fields that were dropped. */
  readonly warn?: (warning: string) => void;
  /** The version of the kind that the request speaks. @default the stored one */
  readonly version?: KindDefinition;
}

export interface DeleteOptions extends WriteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  /** The older way to say `Orphan` or not. */
  readonly orphanDependents?: boolean;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

export interface PatchOptions extends WriteOptions {
  readonly fieldManager?: string;
  readonly force?: boolean;
  /** What becomes of fields that the kind does not have. @default 'Ignore' */
  readonly fieldValidation?: FieldValidation;
  /** Fields that the patch's text names twice. */
  readonly strictErrors?: readonly string[];
}

export interface WatchEvent<T extends KubeObject = KubeObject> {
  readonly type: ChangeType;
  readonly object: T;
  /** The object before, if the watcher had it; what informers call the old object. */
  readonly previous: T | undefined;
  readonly revision: number;
  /** Id of the trace entry of the write. */
  readonly cause: number;
}

export interface Selection {
  readonly namespace?: string;
  /** Only the object of this name (fieldSelector metadata.name). */
  readonly name?: string;
  /** Only pods bound to this node (fieldSelector spec.nodeName); watches of it are indexed. */
  readonly nodeName?: string;
  /** Any further condition on the object. */
  readonly matches?: (object: KubeObject) => boolean;
}

export interface Watch {
  stop(): void;
}

/** Resources are named `pods`, `deployments.apps`. All methods throw ApiStatusError. */
export interface Api {
  get<T extends KubeObject>(resource: string, namespace: string | undefined, name: string): T;
  tryGet<T extends KubeObject>(
    resource: string,
    namespace: string | undefined,
    name: string,
  ): T | undefined;
  /** Objects in key order, and the revision at which they were read. */
  list<T extends KubeObject>(
    resource: string,
    selection?: Selection,
  ): { items: T[]; revision: number };
  /** Calls back for each change after `revision`, at the instant it is committed. */
  watch<T extends KubeObject>(
    resource: string,
    selection: Selection,
    revision: number,
    callback: (event: WatchEvent<T>) => void,
  ): Watch;
  create<T extends KubeObject>(
    requester: Requester,
    resource: string,
    namespace: string | undefined,
    object: NewObject<T>,
    options?: WriteOptions,
  ): T;
  /** Replaces the object; `metadata.resourceVersion`, if given, must be the stored one. */
  update<T extends KubeObject>(
    requester: Requester,
    resource: string,
    object: T,
    options?: WriteOptions,
  ): T;
  /** Replaces the status (and what else that subresource may change) only. */
  updateStatus<T extends KubeObject>(
    requester: Requester,
    resource: string,
    object: T,
    options?: WriteOptions,
  ): T;
  patch<T extends KubeObject>(
    requester: Requester,
    resource: string,
    namespace: string | undefined,
    name: string,
    type: PatchType,
    patch: unknown,
    subresource?: string,
    options?: PatchOptions,
  ): T;
  /** The object as it stands now if it lives on (finalizers, grace), undefined if it is gone. */
  delete<T extends KubeObject>(
    requester: Requester,
    resource: string,
    namespace: string | undefined,
    name: string,
    options?: DeleteOptions,
  ): T | undefined;
  /** Any other subresource: pods/binding, pods/eviction, deployments/scale, namespaces/finalize… */
  subresource(
    requester: Requester,
    verb: 'get' | 'create' | 'update',
    resource: string,
    namespace: string | undefined,
    name: string,
    subresource: string,
    body?: unknown,
    options?: WriteOptions,
  ): unknown;
}

/** In the trace: one write that the API server committed. */
export interface WriteFact {
  readonly type: 'write';
  readonly verb: ChangeType;
  readonly resource: string;
  readonly revision: number;
  readonly object: KubeObject;
  readonly previous: KubeObject | undefined;
}

/** In the trace: a request that the API server refused. */
export interface RefusalFact {
  readonly type: 'refusal';
  readonly verb: string;
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly code: number;
  readonly reason: string | undefined;
  readonly message: string;
}
