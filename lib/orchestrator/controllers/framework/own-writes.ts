/**
 * What a controller wrote and has yet to see in its own cache. To reconcile before that would be
 * to act on a past that it knows to be over. Stands for the consistency checks of
 * kube-controller-manager (StaleControllerConsistency gates).
 */
import { keyOf, type KubeObject } from '../../api/object';
import type { Client, Informer } from '../../client';

interface OwnWrite {
  readonly informer: Informer<KubeObject>;
  readonly key: string;
  readonly revision: number;
}

export class OwnWrites {
  private readonly byOwner = new Map<string, OwnWrite[]>();

  constructor(private readonly client: Client) {}

  /** Notes an object as the API server returned it. */
  note<T extends KubeObject>(owner: string, informer: Informer<T>, object: T): void {
    const write: OwnWrite = {
      informer: informer as unknown as Informer<KubeObject>,
      key: keyOf(object),
      revision: Number(object.metadata.resourceVersion),
    };
    const list = this.byOwner.get(owner);
    if (list === undefined) this.byOwner.set(owner, [write]);
    else list.push(write);
  }

  /**
   * Whether the cache shows all of it. If not, there is nothing to do but wait: what is missing
   * asks for another sync of its owner when it arrives.
   */
  areSeen(owner: string): boolean {
    const list = this.byOwner.get(owner);
    if (list === undefined) return true;
    const missing = list.filter((write) => !this.isSeen(write));
    if (missing.length === 0) this.byOwner.delete(owner);
    else this.byOwner.set(owner, missing);
    return missing.length === 0;
  }

  forget(owner: string): void {
    this.byOwner.delete(owner);
  }

  private isSeen({ informer, key, revision }: OwnWrite): boolean {
    const cached = informer.byKey(key);
    if (cached !== undefined) return Number(cached.metadata.resourceVersion) >= revision;
    // Not there: either it has yet to arrive, or it has come and gone.
    const slash = key.indexOf('/');
    const namespace = slash < 0 ? undefined : key.slice(0, slash);
    return this.client.tryGet(informer.resource, namespace, key.slice(slash + 1)) === undefined;
  }
}
