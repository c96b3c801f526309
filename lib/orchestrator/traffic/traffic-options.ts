/** What traffic is asked for: from where, to which service, how much, and how clients behave. */
import type { StringMap } from '../api/object';
import type { Origin, ServiceTarget } from '../network/network';
import type { RateShape } from './rate-shape';

/** Clients inside the cluster, spread evenly over nodes. */
export interface InsideClients {
  readonly kind: 'inside';
  /** Names of nodes. @default up to 30 of the cluster's nodes, evenly picked */
  readonly nodes?: readonly string[];
  /**
   * NetworkPolicies see them as pods of this namespace, with these labels if any.
   * @default they are programs on the nodes themselves
   */
  readonly namespace?: string;
  /** Labels that NetworkPolicies see. @default - none */
  readonly labels?: StringMap;
}

/** Clients that are pods: NetworkPolicies look at their labels. */
export interface PodClients {
  readonly kind: 'pods';
  /** The pods, each as `namespace/name` with the node that it is on. */
  readonly pods: readonly { readonly podKey: string; readonly node: string }[];
}

/** Clients outside, through a load balancer or node port: spread evenly over nodes. */
export interface OutsideClients {
  readonly kind: 'outside';
  /** Names of the nodes behind the load balancer. @default all that the cluster has at the start */
  readonly nodes?: readonly string[];
  /**
   * Milliseconds after which the load balancer's health check takes a dead node out (and, after
   * as long, in again). @default 20000
   */
  readonly healthCheckMs?: number;
}

/** Where clients are. */
export type ClientSource = InsideClients | PodClients | OutsideClients;

/** How clients try again. */
export interface RetryPolicy {
  /** Attempts in all, the first included. @default 3 */
  readonly attempts?: number;
  /** Milliseconds between a failure and the next attempt. @default 100 */
  readonly backoffMs?: number;
  /** Milliseconds after which a client that gets no answer gives an attempt up. @default 1000 */
  readonly timeoutMs?: number;
}

export interface TrafficOptions {
  readonly to: ServiceTarget;
  /** Requests a second in all. */
  readonly rate: RateShape | number;
  /** @default clients inside */
  readonly from?: ClientSource;
  /** @default clients do not try again */
  readonly retry?: RetryPolicy;
  /**
   * `fluid` counts flows; `each` makes every request a connection of its own with its own chance,
   * for rates up to some thousand a second. @default 'fluid'
   */
  readonly mode?: 'fluid' | 'each';
  /**
   * `new` makes a connection for each request; `kept` clients stay on their connections until the
   * pod's process ends, whatever the proxies say. Flows only.
   * @default 'new'
   */
  readonly connections?: 'new' | 'kept';
  /** Virtual ms after which it stops by itself. @default it goes on */
  readonly forMs?: number;
  /** A name for messages. @default the service's key */
  readonly name?: string;
}

const DEFAULT_CLIENT_NODES = 30;
export const DEFAULT_HEALTH_CHECK_MS = 20_000;

/** The places that the clients' connections come from. */
export function originsOf(source: ClientSource, allNodes: readonly string[]): Origin[] {
  switch (source.kind) {
    case 'pods':
      return source.pods.map(({ podKey, node }) => ({ node, external: false, podKey }));
    case 'inside':
      return (source.nodes ?? evenly(allNodes, DEFAULT_CLIENT_NODES)).map((node) => ({
        node,
        external: false,
        ...(source.namespace === undefined ? {} : { namespace: source.namespace }),
        ...(source.labels === undefined ? {} : { labels: source.labels }),
      }));
    case 'outside':
      return (source.nodes ?? allNodes).map((node) => ({ node, external: true }));
  }
}

function evenly(names: readonly string[], count: number): readonly string[] {
  if (names.length <= count) return names;
  return Array.from({ length: count }, (_, i) => names[Math.floor((i * names.length) / count)]!);
}
