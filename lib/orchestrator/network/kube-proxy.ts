/**
 * The kube-proxies: each node has its own table of services, which is as old as its last sync. A
 * sync takes 20 to 32 ms; the next one starts 1.0 s after its end at the earliest, at once if that
 * is past. A proxy exists only from the moment that traffic uses its node.
 * Leaves out the rules themselves: what a table says is worked out when a connection asks.
 */
import type { Clock, Random, Timer, Trace } from '../sim';
import { InvariantError } from '../sim';
import type { ServiceKnowledge } from './service-knowledge';
import type { ServiceRecord } from './service-record';

/** In the trace: a node's proxy has brought its rules up to date. */
export interface ProxySyncFact {
  readonly type: 'proxy-sync';
  readonly node: string;
  readonly startedAt: number;
  /** Keys of the services whose rules changed. */
  readonly services: readonly string[];
}

export type ProxyMode = 'iptables' | 'ipvs';

export interface KubeProxyOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly trace: Trace;
  readonly knowledge: ServiceKnowledge;
  /** @default 'iptables' */
  readonly mode?: ProxyMode;
  /** Milliseconds from the end of one sync to the start of the next. @default 1000 */
  readonly minSyncPeriodMs?: number;
}

const SYNC_MIN_MS = 20;
const SYNC_MAX_MS = 32;

interface NodeProxy {
  readonly node: string;
  readonly random: Random;
  readonly table: Map<string, ServiceRecord>;
  /** Up to where the changes have reached this node. */
  heard: number;
  /** Up to where they are in the table. */
  applied: number;
  state: 'idle' | 'waiting' | 'syncing';
  lastSyncEnd: number;
  running: boolean;
  connected: boolean;
  /** Milliseconds that changes take longer to this node than to others. */
  extraDelayMs: number;
}

interface Syncing {
  readonly node: string;
  readonly startedAt: number;
  readonly upTo: number;
}

export type TableListener = (node: string, services: readonly string[]) => void;

export class KubeProxies {
  readonly mode: ProxyMode;
  private readonly proxies = new Map<string, NodeProxy>();
  private readonly listeners: TableListener[] = [];
  private readonly hear: Timer<{ node: string; position: number }>;
  private readonly startSync: Timer<string>;
  private readonly endSync: Timer<Syncing>;
  private readonly minSyncPeriodMs: number;

  constructor(private readonly options: KubeProxyOptions) {
    const { clock, knowledge } = options;
    this.mode = options.mode ?? 'iptables';
    this.minSyncPeriodMs = options.minSyncPeriodMs ?? 1000;
    this.hear = clock.timer('kube-proxy: watch', ({ node, position }) => {
      const proxy = this.proxies.get(node)!;
      proxy.heard = Math.max(proxy.heard, position);
      this.wake(proxy);
    });
    this.startSync = clock.timer('kube-proxy: sync', (node) => this.start(node));
    this.endSync = clock.timer('kube-proxy: synced', (sync) => this.finish(sync));
    knowledge.onChange(() => this.changed());
  }

  /** What the node's proxy knows of a service; undefined if nothing, or if it does not run. */
  lookup(node: string, serviceKey: string): ServiceRecord | undefined {
    const proxy = this.activate(node);
    return proxy.running ? proxy.table.get(serviceKey) : undefined;
  }

  /** Calls back after each sync that changed a node's table. */
  onTableChange(listener: TableListener): void {
    this.listeners.push(listener);
  }

  /** Whether the node's proxy hears from the API server. */
  setConnected(node: string, connected: boolean): void {
    const proxy = this.activate(node);
    proxy.connected = connected;
    if (!connected) return;
    proxy.heard = this.options.knowledge.position;
    this.wake(proxy);
  }

  /** Slows the node's watch down by so many milliseconds more than the others'. */
  setExtraDelay(node: string, delayMs: number): void {
    this.activate(node).extraDelayMs = delayMs;
  }

  /** Stops the proxies of nodes that do not run; one that comes back starts with what is true then. */
  followNodes(isRunning: (node: string) => boolean): void {
    for (const proxy of this.proxies.values()) {
      const running = isRunning(proxy.node);
      if (proxy.running === running) continue;
      proxy.running = running;
      if (running) this.fill(proxy);
      this.tell(proxy.node, [...proxy.table.keys()]);
    }
  }

  /** Makes the node's proxy exist, as if it had run since the cluster began. */
  activate(node: string): NodeProxy {
    const existing = this.proxies.get(node);
    if (existing !== undefined) return existing;
    const { random } = this.options;
    const proxy: NodeProxy = {
      node,
      random: random.fork(`kube-proxy/${node}`),
      table: new Map(),
      heard: 0,
      applied: 0,
      state: 'idle',
      lastSyncEnd: -1,
      running: true,
      connected: true,
      extraDelayMs: 0,
    };
    this.proxies.set(node, proxy);
    this.fill(proxy);
    return proxy;
  }

  private fill(proxy: NodeProxy): void {
    const { clock, knowledge } = this.options;
    proxy.table.clear();
    for (const [key, record] of knowledge.all()) proxy.table.set(key, record);
    proxy.heard = knowledge.position;
    proxy.applied = knowledge.position;
    // The last sync was the one for the last change that the node has heard of.
    const last = knowledge.lastChangeAt;
    proxy.lastSyncEnd = last < 0 ? -Infinity : Math.min(clock.now, last + SYNC_MIN_MS);
  }

  private changed(): void {
    const { knowledge } = this.options;
    const { position } = knowledge;
    if (this.proxies.size === 0) knowledge.forgetBefore(position);
    for (const proxy of this.proxies.values()) {
      if (!proxy.running || !proxy.connected) continue;
      if (proxy.extraDelayMs > 0)
        this.hear.after(proxy.extraDelayMs, { node: proxy.node, position });
      else {
        proxy.heard = position;
        this.wake(proxy);
      }
    }
  }

  private wake(proxy: NodeProxy): void {
    if (proxy.state !== 'idle' || proxy.heard === proxy.applied) return;
    proxy.state = 'waiting';
    this.startSync.at(Math.max(this.options.clock.now, this.earliest(proxy)), proxy.node);
  }

  private earliest(proxy: NodeProxy): number {
    return proxy.lastSyncEnd === -Infinity ? 0 : proxy.lastSyncEnd + this.minSyncPeriodMs;
  }

  private start(node: string): void {
    const proxy = this.proxies.get(node);
    if (proxy === undefined) throw new InvariantError(`no kube-proxy runs on ${node}`);
    proxy.state = 'syncing';
    const takes = proxy.random.int(SYNC_MIN_MS, SYNC_MAX_MS);
    this.endSync.after(takes, {
      node,
      startedAt: this.options.clock.now,
      upTo: proxy.heard,
    });
  }

  private finish({ node, startedAt, upTo }: Syncing): void {
    const { clock, trace, knowledge } = this.options;
    const proxy = this.proxies.get(node)!;
    proxy.state = 'idle';
    proxy.lastSyncEnd = clock.now;
    if (proxy.running && upTo > proxy.applied) {
      const services = new Set<string>();
      for (const { key, record } of knowledge.between(proxy.applied, upTo)) {
        services.add(key);
        if (record === undefined) proxy.table.delete(key);
        else proxy.table.set(key, record);
      }
      proxy.applied = upTo;
      const fact: ProxySyncFact = { type: 'proxy-sync', node, startedAt, services: [...services] };
      clock.cause = trace.append(`kube-proxy/${node}`, fact);
      this.tell(node, fact.services);
      this.forget();
    }
    this.wake(proxy);
  }

  private forget(): void {
    let oldest = Infinity;
    for (const { applied } of this.proxies.values()) oldest = Math.min(oldest, applied);
    this.options.knowledge.forgetBefore(oldest);
  }

  private tell(node: string, services: readonly string[]): void {
    for (const listener of this.listeners) listener(node, services);
  }
}
