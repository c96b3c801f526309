/**
 * A NetworkPolicy that lets a workload's pods talk only to whom they must, and always to DNS, since
 * without names nothing works. Kubelets' probes pass in any case. A cluster whose network plugin
 * knows no policies ignores it.
 */
import type { Workload } from 'cdk8s-plus-27';
import { NetworkPolicy } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { Manifest } from '../manifest/manifest';
import { NetworkPeer } from './network-peer';

/** Which connections a workload's pods may have. */
export interface NetworkIsolationProps {
  /** The Deployment or StatefulSet that is isolated. */
  readonly target: Workload;
  /** The ports on which its pods accept connections. */
  readonly ports: readonly number[];
  /**
   * Who may connect to it.
   * @default - every pod of its namespace
   */
  readonly acceptFrom?: readonly NetworkPeer[];
  /**
   * Whom it may connect to, besides DNS.
   * @default - anybody
   */
  readonly connectTo?: readonly NetworkPeer[];
  /**
   * Name of the object.
   * @default - the target's name
   */
  readonly name?: string;
  /**
   * Labels of the object.
   * @default - none
   */
  readonly labels?: { readonly [key: string]: string };
}

interface PolicyManifest {
  spec: { policyTypes: string[]; ingress?: object[]; egress?: object[] };
}

// Port 53 of anybody: cluster DNS may be pods, a cache on each node, or outside the cluster.
const DNS_RULE = {
  ports: [
    { port: 53, protocol: 'UDP' },
    { port: 53, protocol: 'TCP' },
  ],
};

/** A NetworkPolicy for both directions of one workload, to which clients and servers can be added. */
export class NetworkIsolation extends NetworkPolicy {
  private readonly ports: readonly object[];
  private clients: readonly NetworkPeer[] | undefined;
  private servers: readonly NetworkPeer[] | undefined;

  constructor(scope: Construct, id: string, props: NetworkIsolationProps) {
    super(scope, id, {
      metadata: {
        name: props.name ?? props.target.name,
        namespace: props.target.metadata.namespace,
        labels: { ...props.labels },
      },
      selector: props.target,
    });
    this.ports = props.ports.map((port) => ({ port, protocol: 'TCP' }));
    this.clients = props.acceptFrom;
    this.servers = props.connectTo;
    Manifest.of(this).complete((document: PolicyManifest) => {
      const { spec } = document;
      // Rules that were added through cdk8s-plus come after our own.
      spec.ingress = [...this.ingressRules(), ...(spec.ingress ?? [])];
      spec.egress = [...this.egressRules(), ...(spec.egress ?? [])];
      spec.policyTypes = ['Ingress', 'Egress'];
    });
  }

  /** Lets a peer connect; from the first one on, nobody else may. */
  acceptFrom(...peers: NetworkPeer[]): void {
    this.clients = [...(this.clients ?? []), ...peers];
  }

  /** Lets the pods connect to a peer; from the first one on, to nobody else but DNS. */
  connectTo(...peers: NetworkPeer[]): void {
    this.servers = [...(this.servers ?? []), ...peers];
  }

  private ingressRules(): object[] {
    const peers = this.clients ?? [NetworkPeer.sameNamespace()];
    if (peers.length === 0) return [];
    if (peers.some((peer) => peer.peers.length === 0)) return [{ ports: this.ports }];
    return [{ from: peers.flatMap((peer) => peer.peers), ports: this.ports }];
  }

  private egressRules(): object[] {
    if (this.servers === undefined) return [{}];
    return [DNS_RULE, ...this.servers.map(egressRule)];
  }
}

function egressRule(peer: NetworkPeer): object {
  return {
    ...(peer.peers.length > 0 ? { to: peer.peers } : {}),
    ...(peer.ports.length > 0 ? { ports: peer.ports } : {}),
  };
}
