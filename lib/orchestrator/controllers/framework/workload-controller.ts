/**
 * What the controllers of Deployments, ReplicaSets, StatefulSets, DaemonSets and Jobs have in
 * common: an owner is reconciled when it or one of its dependents changes, but not before the
 * caches show what the controller itself wrote last. Stands for the set-up and the informer
 * handlers that each of them has in kube-controller-manager.
 */
import type { LabelSelector } from '../../api/label-selector';
import { keyOf, type KubeObject } from '../../api/object';
import type { Client, ControllerContext, EventRecorder, Informer, WorkQueue } from '../../client';
import { claim } from './claim';
import { Expectations } from './expectations';
import { OwnWrites } from './own-writes';
import { watchDependents } from './watch-dependents';

/** An owner of dependents: it selects them by labels. */
export interface Workload extends KubeObject {
  readonly spec: { readonly selector: LabelSelector };
  readonly status: object;
}

export interface WorkloadOptions<O extends Workload, D extends KubeObject> {
  /** The name of the controller, its queue and its events: `deployment-controller`. */
  readonly name: string;
  /** The owners' kind, as dependents refer to it: `Deployment`. */
  readonly kind: string;
  readonly owners: Informer<O>;
  /** Indexed by their controller. */
  readonly dependents: Informer<D>;
  /** @default 5 */
  readonly workers?: number;
  /** How often a failing owner is tried again before it waits for its next change. @default no limit */
  readonly maxRetries?: number;
  /**
   * Milliseconds for which all news but an edit of the owner is gathered before it is looked at.
   * @default 0
   */
  readonly gatherMs?: number;
  /** Milliseconds until an owner that is new is looked at. @default 0 */
  readonly newOwnerMs?: number;
}

export abstract class WorkloadController<O extends Workload, D extends KubeObject> {
  readonly client: Client;
  readonly recorder: EventRecorder;
  readonly queue: WorkQueue;
  readonly expectations: Expectations;
  readonly ownWrites: OwnWrites;
  protected readonly owners: Informer<O>;
  protected readonly dependents: Informer<D>;
  private readonly gatherMs: number;

  constructor({ client, recorder, queue }: ControllerContext, options: WorkloadOptions<O, D>) {
    const { name, kind, owners, dependents, workers, maxRetries } = options;
    this.client = client;
    this.recorder = recorder(name);
    this.expectations = new Expectations(client.clock);
    this.ownWrites = new OwnWrites(client);
    this.owners = owners;
    this.dependents = dependents;
    this.gatherMs = options.gatherMs ?? 0;
    this.queue = queue({
      name,
      reconcile: (key) => this.sync(key),
      ...(workers === undefined ? {} : { workers }),
      ...(maxRetries === undefined ? {} : { maxRetries }),
    });
    const { newOwnerMs = 0 } = options;
    owners.addHandlers({
      added: (owner) => {
        if (newOwnerMs === 0) this.queue.add(keyOf(owner));
        else this.queue.addAfter(keyOf(owner), newOwnerMs);
      },
      updated: (owner, previous) => {
        const edited = owner.metadata.generation !== previous.metadata.generation;
        this.enqueue(keyOf(owner), edited ? 0 : this.gatherMs);
      },
      deleted: (owner) => this.forget(owner),
    });
    watchDependents<D, O>({
      dependents,
      owners,
      ownerKind: kind,
      selectorOf: (owner) => owner.spec.selector,
      enqueue: (key) => this.enqueue(key, this.gatherMs),
      created: (key) => this.expectations.creationObserved(key),
      leaving: (key, dependent) => this.expectations.deletionObserved(key, dependent),
    });
  }

  /** Brings what there is closer to what the owner asks for. The caches show all own writes. */
  protected abstract reconcile(owner: O): void;

  /** The owner is gone; so is what was remembered of it. */
  protected forget(owner: O): void {
    this.expectations.forget(keyOf(owner));
    this.ownWrites.forget(keyOf(owner));
  }

  /**
   * The owner's dependents, after orphans were adopted and strays released.
   * @param adoptable which orphans may be adopted besides matching the selector; all by default
   */
  protected claimDependents(owner: O, adoptable?: (dependent: D) => boolean): D[] {
    return claim({
      client: this.client,
      ownerResource: this.owners.resource,
      owner,
      selector: owner.spec.selector,
      informer: this.dependents,
      ...(adoptable === undefined ? {} : { adoptable }),
    });
  }

  /** Writes the owner's status, and waits with its next pass until the cache shows it. */
  writeStatus(owner: O, status: O['status']): O {
    const written = this.client.updateStatus<O>(this.owners.resource, { ...owner, status });
    this.ownWrites.note(keyOf(owner), this.owners, written);
    return written;
  }

  private sync(key: string): void {
    const owner = this.owners.byKey(key);
    if (owner !== undefined && this.ownWrites.areSeen(key)) this.reconcile(owner);
  }

  /** With a time of gathering, what is to come sooner takes the place of what is to come later. */
  private enqueue(key: string, delayMs: number): void {
    if (this.gatherMs === 0) this.queue.add(key);
    else this.queue.addAfter(key, delayMs);
  }
}
