/**
 * The other side of a connection in a NetworkPolicy: pods by label, a namespace, a range of
 * addresses, or anybody.
 */
import type { Labels } from './labels';

/** Something in a cluster that listens on a port and is selected by labels. */
export interface NetworkEndpoint {
  /** Labels that select its pods. */
  readonly selectorLabels: Labels;
  /** Port on which its pods listen. */
  readonly port: number;
  /**
   * Its namespace.
   * @default - the namespace of whoever talks to it
   */
  readonly namespace?: string;
}

/** Who may connect, or be connected to. */
export class NetworkPeer {
  /** Anybody, inside the cluster and outside. */
  static anyone(): NetworkPeer {
    return new NetworkPeer([], []);
  }

  /** Every pod of the policy's own namespace. */
  static sameNamespace(): NetworkPeer {
    return new NetworkPeer([{ podSelector: {} }], []);
  }

  /** The pods of the policy's own namespace that have these labels. */
  static pods(labels: Labels): NetworkPeer {
    return new NetworkPeer([{ podSelector: { matchLabels: { ...labels } } }], []);
  }

  /** Every pod of another namespace. */
  static namespace(name: string): NetworkPeer {
    return new NetworkPeer([{ namespaceSelector: namespaceNamed(name), podSelector: {} }], []);
  }

  /** A range of addresses outside the cluster, such as that of a managed database. */
  static cidr(cidr: string, ...except: string[]): NetworkPeer {
    const block = except.length === 0 ? { cidr } : { cidr, except };
    return new NetworkPeer([{ ipBlock: block }], []);
  }

  /** The pods of a workload; as a server, on the port on which they listen. */
  static workload(endpoint: NetworkEndpoint, from?: string): NetworkPeer {
    const podSelector = { matchLabels: { ...endpoint.selectorLabels } };
    const other = endpoint.namespace !== undefined && endpoint.namespace !== from;
    const peer = other
      ? { namespaceSelector: namespaceNamed(endpoint.namespace), podSelector }
      : { podSelector };
    return new NetworkPeer([peer], [{ port: endpoint.port, protocol: 'TCP' }]);
  }

  private constructor(
    /** The peers as they are written; none means anybody. */
    readonly peers: readonly object[],
    /** The ports on which the peer listens; none means all of them. */
    readonly ports: readonly object[],
  ) {}
}

function namespaceNamed(name: string | undefined): object {
  return { matchLabels: { 'kubernetes.io/metadata.name': name } };
}
