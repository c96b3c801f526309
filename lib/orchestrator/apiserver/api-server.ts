/**
 * The API server: the only way into the store, and the only place where components meet.
 * Stands for kube-apiserver in process; the HTTP face is lib/server.
 */
import { deepFreeze } from '../api/freeze';
import type { KindDefinition } from '../api/kind';
import {
  customResourceKinds,
  type Definition,
} from '../api/kinds/custom-resources/custom-resource';
import type { KubeObject, NewObject } from '../api/object';
import { objectKey } from '../api/object';
import { ApiStatusError, notFoundError } from '../api/status-error';
import type { Clock, Random, Trace } from '../sim';
import { Store } from '../store/store';
import type { Service } from '../api/objects';
import type { AdmissionStep } from './admission/admission';
import { releaseServiceAddresses } from './admission/service-addresses';
import { Allocators } from './allocators';
import { create } from './create';
import { remove } from './delete';
import { stamped } from './draft';
import { FieldOwnership } from './field-ownership';
import { patch } from './patch';
import type {
  Api,
  DeleteOptions,
  PatchOptions,
  PatchType,
  RefusalFact,
  Requester,
  Selection,
  Watch,
  WatchEvent,
  WriteFact,
  WriteOptions,
} from './requests';
import { ResourceRegistry, refOf, resourceNameOf } from './resource-registry';
import type { ServerContext } from './server-context';
import { runSubresource } from './subresources';
import { update } from './update';
import { selectChange, selectedEvent, selects, Watchers } from './watchers';

export interface ApiServerOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly trace: Trace;
  readonly kinds: readonly KindDefinition[];
  /** The admission steps in order; see admission/index.ts. */
  readonly admission: readonly AdmissionStep[];
  /** @default '10.96.0.0/12', as kubeadm sets it up */
  readonly serviceCidr?: string;
}

/** A resource that another server answers for; read-only. */
export interface AggregatedResource {
  list(selection: Selection): readonly KubeObject[];
}

const DEFINITION = 'CustomResourceDefinition';
/** Resources whose every write would drown the trace: heartbeats. */
const UNTRACED = new Set(['leases.coordination.k8s.io']);

export class ApiServer implements Api, ServerContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly trace: Trace;
  readonly store = new Store();
  readonly registry: ResourceRegistry;
  readonly watchers = new Watchers();
  readonly admission: readonly AdmissionStep[];
  readonly allocators: Allocators;
  readonly ownership: FieldOwnership;
  private readonly aggregated = new Map<string, AggregatedResource>();

  constructor(options: ApiServerOptions) {
    this.clock = options.clock;
    this.random = options.random.fork('kube-apiserver');
    this.trace = options.trace;
    this.registry = ResourceRegistry.of(options.kinds);
    this.admission = options.admission;
    this.allocators = new Allocators(options.serviceCidr ?? '10.96.0.0/12', this.random);
    this.ownership = new FieldOwnership(this.clock);
  }

  /** Serves a resource from elsewhere, as an APIService does for metrics.k8s.io. */
  aggregate(kind: KindDefinition, source: AggregatedResource): void {
    this.registry.add(kind);
    this.aggregated.set(resourceNameOf(kind), source);
  }

  get<T extends KubeObject>(resource: string, namespace: string | undefined, name: string): T {
    const object = this.tryGet<T>(resource, namespace, name);
    if (object === undefined) throw notFoundError(refOf(this.registry.kind(resource)), name);
    return object;
  }

  tryGet<T extends KubeObject>(
    resource: string,
    namespace: string | undefined,
    name: string,
  ): T | undefined {
    return this.store.get(resource, objectKey(namespace, name)) as T | undefined;
  }

  list<T extends KubeObject>(
    resource: string,
    selection: Selection = {},
  ): { items: T[]; revision: number } {
    const elsewhere = this.aggregated.get(resource);
    if (elsewhere !== undefined) {
      const items = elsewhere.list(selection).filter((object) => selects(selection, object));
      return { items: items as T[], revision: this.store.revision };
    }
    this.registry.kind(resource);
    const found: [string, T][] = [];
    for (const [key, object] of this.store.objects(resource)) {
      if (selects(selection, object)) found.push([key, object as T]);
    }
    found.sort((a, b) => (a[0] < b[0] ? -1 : 1));
    return { items: found.map(([, object]) => object), revision: this.store.revision };
  }

  watch<T extends KubeObject>(
    resource: string,
    selection: Selection,
    revision: number,
    callback: (event: WatchEvent<T>) => void,
  ): Watch {
    this.registry.kind(resource);
    const deliver = callback as (event: WatchEvent) => void;
    if (revision < this.store.revision) this.replay(resource, selection, revision, deliver);
    return this.watchers.add(resource, selection, deliver);
  }

  create<T extends KubeObject>(
    requester: Requester,
    resource: string,
    namespace: string | undefined,
    object: NewObject<T>,
    options: WriteOptions = {},
  ): T {
    const kind = this.registry.kind(resource);
    return this.noting('create', resource, namespace, object.metadata?.name ?? '', () =>
      create<T>(this, { requester, kind, namespace, object, options }),
    );
  }

  update<T extends KubeObject>(
    requester: Requester,
    resource: string,
    object: T,
    options: WriteOptions = {},
  ): T {
    return this.write(requester, resource, object, '', options);
  }

  updateStatus<T extends KubeObject>(
    requester: Requester,
    resource: string,
    object: T,
    options: WriteOptions = {},
  ): T {
    return this.write(requester, resource, object, 'status', options);
  }

  /** Replaces one part of the object, such as the ephemeral containers of a pod. */
  updatePart<T extends KubeObject>(
    requester: Requester,
    resource: string,
    subresource: string,
    object: T,
    options: WriteOptions = {},
  ): T {
    return this.write(requester, resource, object, subresource, options);
  }

  patch<T extends KubeObject>(
    requester: Requester,
    resource: string,
    namespace: string | undefined,
    name: string,
    type: PatchType,
    body: unknown,
    subresource = '',
    options: PatchOptions = {},
  ): T {
    const kind = this.registry.kind(resource);
    return this.noting('patch', resource, namespace, name, () =>
      patch<T>(this, { requester, kind, namespace, name, type, body, subresource, options }),
    );
  }

  delete<T extends KubeObject>(
    requester: Requester,
    resource: string,
    namespace: string | undefined,
    name: string,
    options: DeleteOptions = {},
  ): T | undefined {
    const kind = this.registry.kind(resource);
    return this.noting('delete', resource, namespace, name, () =>
      remove<T>(this, { requester, kind, namespace, name, options }),
    );
  }

  subresource(
    requester: Requester,
    verb: 'get' | 'create' | 'update',
    resource: string,
    namespace: string | undefined,
    name: string,
    subresource: string,
    body?: unknown,
    options: WriteOptions = {},
  ): unknown {
    const kind = this.registry.kind(resource);
    return this.noting(`${verb} ${subresource}`, resource, namespace, name, () =>
      runSubresource(this, { requester, verb, kind, namespace, name, subresource, body, options }),
    );
  }

  commit<T extends KubeObject>(
    requester: Requester,
    kind: KindDefinition,
    key: string,
    object: T,
    subresource = '',
  ): T {
    const { store } = this;
    const resourceVersion = String(store.nextRevision);
    const stored = deepFreeze(stamped(object, resourceVersion));
    const change = store.put(resourceNameOf(kind), key, stored);
    if (kind.kind === DEFINITION) this.define(stored);
    this.ownership.wrote(requester, kind, change.previous, stored, subresource);
    this.publish(requester, change);
    return stored;
  }

  remove(
    requester: Requester,
    kind: KindDefinition,
    key: string,
    lastState: KubeObject,
  ): KubeObject {
    if (kind.kind === 'Service') releaseServiceAddresses(this, lastState as Service);
    const resourceVersion = String(this.store.nextRevision);
    this.ownership.forget(lastState);
    const last = deepFreeze(stamped(lastState, resourceVersion));
    if (kind.kind === DEFINITION) this.registry.define(last.metadata.name, []);
    this.publish(requester, this.store.delete(resourceNameOf(kind), key, last));
    return last;
  }

  /** Custom resources are served from the write that establishes their definition. */
  private define(definition: KubeObject): void {
    const kinds = customResourceKinds(definition as Definition);
    this.registry.define(definition.metadata.name, kinds);
  }

  private write<T extends KubeObject>(
    requester: Requester,
    resource: string,
    object: T,
    subresource: string,
    options: WriteOptions,
  ): T {
    const kind = this.registry.kind(resource);
    const { namespace, name } = object.metadata;
    return this.noting('update', resource, namespace, name, () =>
      update<T>(this, { requester, kind, namespace, name, object, subresource, options }),
    );
  }

  private publish(requester: Requester, change: ReturnType<Store['put']>): void {
    let cause = this.clock.cause;
    if (!UNTRACED.has(change.resource)) {
      const { type: verb, resource, revision, object, previous } = change;
      const fact: WriteFact = { type: 'write', verb, resource, revision, object, previous };
      cause = this.trace.append(requester.manager, fact);
    }
    this.watchers.publish(change, cause);
  }

  private replay(
    resource: string,
    selection: Selection,
    revision: number,
    callback: (event: WatchEvent) => void,
  ): void {
    for (const change of this.store.changesAfter(resource, revision) ?? []) {
      const selected = selectChange(selection, change);
      if (selected !== undefined) callback(selectedEvent(selected, change.revision, -1));
    }
  }

  /** Runs a write; a refusal goes into the trace before it goes to the client. */
  private noting<R>(
    verb: string,
    resource: string,
    namespace: string | undefined,
    name: string,
    run: () => R,
  ): R {
    try {
      return run();
    } catch (error) {
      if (error instanceof ApiStatusError) {
        const fact: RefusalFact = {
          type: 'refusal',
          verb,
          resource,
          namespace,
          name,
          code: error.code,
          reason: error.reason,
          message: error.message,
        };
        this.trace.append('kube-apiserver', fact);
      }
      throw error;
    }
  }
}
