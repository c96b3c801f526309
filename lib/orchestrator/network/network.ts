/**
 * The network between clients and pods: addresses, each node's proxy, links that may be cut, and
 * policies. Says for a place and a target where new connections go, and for a place and an
 * endpoint what becomes of them. Stands for kube-proxy and the CNI plugin.
 */
import type { Client } from '../client';
import type { StringMap } from '../api/object';
import type { Random } from '../sim';
import type { Selection } from './endpoint-selection';
import { KubeProxies, type ProxyMode } from './kube-proxy';
import { NetworkFaults, OUTSIDE } from './network-faults';
import { labelsText, PolicyIndex, type PolicyPeer } from './network-policy/policy-index';
import type { PodProcess, ProcessView } from './process-view';
import { ServiceKnowledge } from './service-knowledge';
import type { ServiceRecord } from './service-record';
import type { ProxyEndpoint } from './proxy-endpoint';

export interface NetworkOptions {
  /** The client of the nodes' proxies; its watch delay is how long changes take to the nodes. */
  readonly client: Client;
  readonly random: Random;
  readonly processes: ProcessView;
  /** @default 'iptables' */
  readonly proxyMode?: ProxyMode;
  /** Milliseconds from the end of one proxy sync to the start of the next. @default 1000 */
  readonly minSyncPeriodMs?: number;
}

/** Where a connection comes from. */
export interface Origin {
  /** The node whose proxy handles it: the client's own, or the one that outside traffic enters by. */
  readonly node: string;
  /** From outside the cluster, through a node port or load balancer. */
  readonly external: boolean;
  /** `namespace/name` of the client's pod, if it is one. */
  readonly podKey?: string;
  /** The client is some pod of this namespace, with these labels if any. */
  readonly namespace?: string;
  readonly labels?: StringMap;
}

export interface ServiceTarget {
  /** `namespace/name`. */
  readonly service: string;
  /** Number or name of the service's port. @default its first */
  readonly port?: number | string;
}

/** What becomes of a new connection to an endpoint. */
export interface Reach {
  readonly outcome: 'ok' | 'refused' | 'timeout' | 'blocked';
  readonly process: PodProcess | undefined;
  /** Milliseconds that the way there and back takes longer than usual. */
  readonly delayMs: number;
}

const NOWHERE: Selection = { endpoints: [], otherwise: 'drop', why: 'no-such-service' };
const NO_NODE: Selection = { endpoints: [], otherwise: 'drop', why: 'node-down' };

export class Network {
  readonly processes: ProcessView;
  readonly faults: NetworkFaults;
  private readonly options: NetworkOptions;
  private lazyKnowledge: ServiceKnowledge | undefined;
  private lazyProxies: KubeProxies | undefined;
  private lazyPolicies: PolicyIndex | undefined;

  constructor(options: NetworkOptions) {
    this.options = options;
    this.processes = options.processes;
    this.faults = new NetworkFaults((node) => this.knowledge.zoneOf(node));
    // A node that comes back starts its proxy anew.
    this.faults.onChange(() => this.lazyProxies?.followNodes((node) => !this.faults.isDown(node)));
  }

  /** What has reached the nodes; its watch begins when somebody first asks. */
  get knowledge(): ServiceKnowledge {
    this.lazyKnowledge ??= new ServiceKnowledge(this.options.client);
    return this.lazyKnowledge;
  }

  get proxies(): KubeProxies {
    const { client, random, proxyMode, minSyncPeriodMs } = this.options;
    this.lazyProxies ??= new KubeProxies({
      clock: client.clock,
      trace: client.trace,
      random,
      knowledge: this.knowledge,
      ...(proxyMode === undefined ? {} : { mode: proxyMode }),
      ...(minSyncPeriodMs === undefined ? {} : { minSyncPeriodMs }),
    });
    return this.lazyProxies;
  }

  get policies(): PolicyIndex {
    this.lazyPolicies ??= new PolicyIndex(this.options.client);
    return this.lazyPolicies;
  }

  /** Where new connections from there to a service go, as the proxy there knows it now. */
  route(origin: Origin, target: ServiceTarget): Selection {
    if (this.faults.isDown(origin.node)) return NO_NODE;
    const known = this.knowledge.record(target.service);
    if (known?.service.spec.clusterIP === 'None') return this.routeHeadless(known, target);
    const record = this.proxies.lookup(origin.node, target.service);
    const port = record?.port(target.port);
    if (record === undefined || port === undefined) return NOWHERE;
    const { node, external } = origin;
    return record.select(port, { nodeName: node, zone: this.knowledge.zoneOf(node), external });
  }

  /** What becomes of a connection from there that was sent to this endpoint. */
  reach(origin: Origin, endpoint: ProxyEndpoint): Reach {
    const process = this.processes.byIp(endpoint.ip);
    if (process === undefined) return { outcome: 'timeout', process, delayMs: 0 };
    const delayMs = this.roundTrip(origin, process.nodeName);
    if (delayMs === Infinity) return { outcome: 'timeout', process, delayMs: 0 };
    if (!this.isAllowed(origin, process, endpoint)) return { outcome: 'blocked', process, delayMs };
    const listens = process.ports.some(
      ({ port, listening }) => port === endpoint.port && listening,
    );
    return { outcome: process.alive && listens ? 'ok' : 'refused', process, delayMs };
  }

  /** What becomes of a request on a connection that was made before: who listens is of no matter. */
  reachEstablished(origin: Origin, endpoint: ProxyEndpoint): Reach {
    const process = this.processes.byIp(endpoint.ip);
    if (process === undefined) return { outcome: 'timeout', process, delayMs: 0 };
    const delayMs = this.roundTrip(origin, process.nodeName);
    if (delayMs === Infinity) return { outcome: 'timeout', process, delayMs: 0 };
    return { outcome: process.alive ? 'ok' : 'refused', process, delayMs };
  }

  /**
   * The same text for origins whose connections to the same endpoint fare the same: faults and
   * policies look alike from there.
   */
  kindOf({ node, external, podKey, namespace, labels }: Origin): string {
    const kind = `${external ? 'external' : ''}|${this.faults.groupOf(node)}`;
    if (!this.policies.any) return kind;
    const stranger = namespace === undefined ? node : `${namespace}/${labelsText(labels)}`;
    return `${kind}|${podKey ?? stranger}`;
  }

  /** A client outside reaches the node it enters by, and the pod from there. */
  private roundTrip(origin: Origin, to: string): number {
    const { node, external } = origin;
    const inside = this.faults.roundTripMs(node, to);
    return external ? inside + this.faults.roundTripMs(OUTSIDE, node) : inside;
  }

  private isAllowed(origin: Origin, process: PodProcess, endpoint: ProxyEndpoint): boolean {
    if (!this.policies.any) return true;
    const from = policyPeerOf(origin);
    return this.policies.allows(from, { podKey: process.podKey }, endpoint.port, 'TCP');
  }

  /**
   * A headless service's name gives the addresses of its ready endpoints, and clients go there.
   * FIDELITY: answers are not cached by clients or CoreDNS, so removed endpoints leave at once.
   */
  private routeHeadless(record: ServiceRecord, target: ServiceTarget): Selection {
    const port = record.port(target.port);
    if (port === undefined) return NOWHERE;
    return record.select(port, { nodeName: '', zone: undefined, external: false });
  }
}

function policyPeerOf({ podKey, namespace, labels, node }: Origin): PolicyPeer {
  if (podKey !== undefined) return { podKey };
  return namespace === undefined
    ? { nodeName: node }
    : { namespace, ...(labels ? { labels } : {}) };
}
