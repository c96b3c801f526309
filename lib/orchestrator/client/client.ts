/**
 * How one process of the cluster reaches the API server: its requests, its shared informers, and
 * the network between. Stands for client-go in kube-scheduler, kube-controller-manager, a kubelet.
 * A request takes effect at once; what is watched arrives after the watch delay, in order.
 */
import type { KubeObject, NewObject } from '../api/object';
import type {
  Api,
  DeleteOptions,
  PatchType,
  Requester,
  Selection,
  Watch,
  WatchEvent,
} from '../apiserver/requests';
import type { Clock, Timer, Trace } from '../sim';
import { ConnectionError } from './connection-error';
import { Informer } from './informer';

export interface ClientOptions {
  readonly api: Api;
  readonly clock: Clock;
  readonly trace: Trace;
  /** `kube-scheduler`, `kubelet/node-a1`: the name in the trace and in managedFields. */
  readonly component: string;
  /** @default `system:` + component */
  readonly user?: string;
  /** Milliseconds from a write to its arrival at this process's informers. @default 1 */
  readonly watchDelayMs?: number;
  /**
   * Whether the first of several events that arrive at once is acted upon before the others are
   * known, as controllers do, whose workers wait for nothing else.
   * @default false
   */
  readonly promptly?: boolean;
}

interface Subscription {
  readonly informer: Informer<KubeObject>;
  readonly selection: Selection;
  watch: Watch | undefined;
}

interface Delivery {
  readonly informer: Informer<KubeObject>;
  readonly event: WatchEvent;
  readonly dueAt: number;
}

export class Client {
  readonly component: string;
  readonly clock: Clock;
  readonly trace: Trace;
  private readonly api: Api;
  private readonly requester: Requester;
  private readonly subscriptions: Subscription[] = [];
  private readonly shared = new Map<string, Informer<KubeObject>>();
  private readonly drain: Timer<undefined>;
  private inbox: Delivery[] = [];
  private inboxStart = 0;
  private draining = false;
  private connected = true;
  private readonly promptly: boolean;
  /** When the first events of this instant were delivered. */
  private firstAt = -1;
  private delayMs: number;
  private writeCount = 0;

  constructor(options: ClientOptions) {
    this.api = options.api;
    this.clock = options.clock;
    this.trace = options.trace;
    this.component = options.component;
    this.delayMs = options.watchDelayMs ?? 1;
    this.promptly = options.promptly ?? false;
    this.requester = {
      user: options.user ?? `system:${options.component}`,
      manager: options.component,
      trusted: true,
    };
    this.drain = this.clock.timer(`${this.component}: watch`, () => this.deliverDue());
  }

  /** How many writes this process has made; what its work queues take their time from. */
  get writes(): number {
    return this.writeCount;
  }

  get isConnected(): boolean {
    return this.connected;
  }

  /**
   * The informer of a resource, shared by all of this process. It is filled at once and follows
   * from then on.
   */
  informer<T extends KubeObject>(resource: string, selection: Selection = {}): Informer<T> {
    const id = `${resource}?${selection.namespace ?? ''}/${selection.name ?? ''}/${selection.nodeName ?? ''}`;
    const existing = this.shared.get(id);
    if (existing !== undefined) return existing as unknown as Informer<T>;
    const informer = new Informer<KubeObject>(resource);
    const subscription: Subscription = { informer, selection, watch: undefined };
    this.shared.set(id, informer);
    this.subscriptions.push(subscription);
    if (this.connected) this.subscribe(subscription);
    return informer as unknown as Informer<T>;
  }

  /** Cuts the process off: requests fail, watches end, what was on its way is lost. */
  disconnect(): void {
    if (!this.connected) return;
    this.connected = false;
    for (const subscription of this.subscriptions) subscription.watch?.stop();
    this.inbox = [];
    this.inboxStart = 0;
  }

  /** Reaches the API server again: lists anew and follows. */
  reconnect(): void {
    if (this.connected) return;
    this.connected = true;
    for (const subscription of this.subscriptions) this.subscribe(subscription);
  }

  /** Milliseconds that watch events take from now on. */
  setWatchDelay(delayMs: number): void {
    this.delayMs = delayMs;
  }

  get<T extends KubeObject>(resource: string, namespace: string | undefined, name: string): T {
    return this.reach().get<T>(resource, namespace, name);
  }

  tryGet<T extends KubeObject>(
    resource: string,
    namespace: string | undefined,
    name: string,
  ): T | undefined {
    return this.reach().tryGet<T>(resource, namespace, name);
  }

  list<T extends KubeObject>(resource: string, selection?: Selection): T[] {
    return this.reach().list<T>(resource, selection).items;
  }

  create<T extends KubeObject>(
    resource: string,
    namespace: string | undefined,
    object: NewObject<T>,
  ): T {
    this.writeCount++;
    return this.reach().create<T>(this.requester, resource, namespace, object);
  }

  update<T extends KubeObject>(resource: string, object: T): T {
    this.writeCount++;
    return this.reach().update<T>(this.requester, resource, object);
  }

  updateStatus<T extends KubeObject>(resource: string, object: T): T {
    this.writeCount++;
    return this.reach().updateStatus<T>(this.requester, resource, object);
  }

  patch<T extends KubeObject>(
    resource: string,
    namespace: string | undefined,
    name: string,
    type: PatchType,
    body: unknown,
    subresource = '',
  ): T {
    this.writeCount++;
    return this.reach().patch<T>(
      this.requester,
      resource,
      namespace,
      name,
      type,
      body,
      subresource,
    );
  }

  delete(
    resource: string,
    namespace: string | undefined,
    name: string,
    options?: DeleteOptions,
  ): void {
    this.writeCount++;
    this.reach().delete(this.requester, resource, namespace, name, options);
  }

  /** pods/binding, pods/eviction, …/scale, namespaces/finalize. */
  subresource<R = unknown>(
    verb: 'get' | 'create' | 'update',
    resource: string,
    namespace: string | undefined,
    name: string,
    subresource: string,
    body?: unknown,
  ): R {
    if (verb !== 'get') this.writeCount++;
    return this.reach().subresource(
      this.requester,
      verb,
      resource,
      namespace,
      name,
      subresource,
      body,
    ) as R;
  }

  private reach(): Api {
    if (!this.connected) throw new ConnectionError(this.component);
    return this.api;
  }

  private subscribe(subscription: Subscription): void {
    const { informer, selection } = subscription;
    const { items, revision } = this.api.list(informer.resource, selection);
    informer.replace(items);
    subscription.watch = this.api.watch(informer.resource, selection, revision, (event) => {
      this.inbox.push({ informer, event, dueAt: this.clock.now + this.delayMs });
      this.wake();
    });
  }

  private wake(): void {
    if (this.draining) return;
    this.draining = true;
    this.drain.at(Math.max(this.inbox[this.inboxStart]!.dueAt, this.clock.now), undefined);
  }

  private deliverDue(): void {
    this.draining = false;
    const now = this.clock.now;
    const isFirst = this.promptly && this.firstAt !== now;
    this.firstAt = now;
    let previous: Informer<KubeObject> | undefined;
    while (this.inboxStart < this.inbox.length && this.inbox[this.inboxStart]!.dueAt <= now) {
      const { informer, event } = this.inbox[this.inboxStart]!;
      // A second event of a resource comes after what the first sets off in this instant.
      if (isFirst && informer === previous) break;
      previous = informer;
      this.inboxStart++;
      this.clock.cause = event.cause;
      informer.deliver(event);
    }
    if (this.inboxStart === this.inbox.length) {
      this.inbox = [];
      this.inboxStart = 0;
    } else {
      this.wake();
    }
  }
}
