/** A handle names an object and looks it up anew each time: it never goes stale. */
import type { KubeObject } from '../../orchestrator/api/object';
import { objectKey } from '../../orchestrator/api/object';
import type { Cluster } from '../cluster';
import { UsageError } from '../usage-error';
import type { Place } from './place';

/** Names an object and looks it up anew each time. */
export class Handle<T extends KubeObject = KubeObject> {
  constructor(
    /** The cluster that it is in. */
    readonly cluster: Cluster,
    /** `deployments.apps` */
    readonly resource: string,
    /** Namespace and name. */
    readonly place: Place,
  ) {}

  /** `metadata.name`. */
  get name(): string {
    return this.place.name;
  }

  /** Its namespace; undefined for cluster-scoped objects. */
  get namespace(): string | undefined {
    return this.place.namespace;
  }

  /** `namespace/name`, or the name alone for cluster-scoped objects. */
  get key(): string {
    return objectKey(this.place.namespace, this.place.name);
  }

  /** Whether the object is there now. */
  get exists(): boolean {
    return this.tryGet() !== undefined;
  }

  /** The object as it is now, frozen; undefined if it is gone. */
  tryGet(): T | undefined {
    return this.cluster.core.api.tryGet<T>(this.resource, this.place.namespace, this.place.name);
  }

  /**
   * The object as it is now, frozen.
   * @throws UsageError if the object is gone
   */
  get(): T {
    const object = this.tryGet();
    if (object === undefined) throw new UsageError(`${this.toString()} does not exist (any more)`);
    return object;
  }

  /**
   * Changes the object by a strategic merge patch, as `kubectl patch` does.
   * @throws ApiStatusError if the API server refuses
   */
  patch(patch: object): this {
    this.cluster.markChange();
    const { api } = this.cluster.core;
    const { namespace, name } = this.place;
    api.patch(this.cluster.requester, this.resource, namespace, name, 'strategic', patch);
    return this;
  }

  /**
   * Deletes the object, as `kubectl delete` does.
   * @param options `gracePeriodSeconds`: 0 kills at once; by default what the pod itself says
   * @throws ApiStatusError if the object is gone
   */
  delete(options: { gracePeriodSeconds?: number } = {}): void {
    this.cluster.markChange();
    const { namespace, name } = this.place;
    this.cluster.core.api.delete(this.cluster.requester, this.resource, namespace, name, {
      propagationPolicy: 'Background',
      ...options,
    });
  }

  /** `deployment/web` */
  toString(): string {
    const kind = this.cluster.core.api.registry.kind(this.resource);
    return `${kind.singular}/${this.place.name}`;
  }
}
