/**
 * A NetworkPolicy in a form that answers quickly: whom it selects, and which peers and ports its
 * rules let through. Stands for what a CNI plugin makes of networking.k8s.io/v1.
 */
import { compileSelector, type LabelMatcher, type LabelSelector } from '../../api/label-selector';
import type { KubeObject, StringMap } from '../../api/object';
import type { Pod } from '../../api/objects';

interface PolicyPort {
  readonly protocol?: string;
  readonly port?: number | string;
  readonly endPort?: number;
}

interface Peer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

interface Rule {
  readonly ports?: readonly PolicyPort[];
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
}

export interface NetworkPolicy extends KubeObject {
  readonly kind: 'NetworkPolicy';
  readonly spec: {
    readonly podSelector?: LabelSelector;
    readonly policyTypes?: readonly ('Ingress' | 'Egress')[];
    readonly ingress?: readonly Rule[];
    readonly egress?: readonly Rule[];
  };
}

/** One end of a connection as rules see it. */
export interface Party {
  readonly pod: Pod | undefined;
  readonly namespaceLabels: StringMap | undefined;
  readonly ip: string | undefined;
}

export interface Destination {
  readonly pod: Pod | undefined;
  readonly port: number;
  readonly protocol: string;
}

export type Direction = 'Ingress' | 'Egress';

export class PolicyRules {
  readonly namespace: string;
  private readonly selects: LabelMatcher;
  private readonly directions: readonly Direction[];

  constructor(private readonly policy: NetworkPolicy) {
    this.namespace = policy.metadata.namespace ?? '';
    this.selects = compileSelector(policy.spec.podSelector ?? {});
    this.directions =
      policy.spec.policyTypes ??
      ((policy.spec.egress?.length ?? 0) > 0 ? ['Ingress', 'Egress'] : ['Ingress']);
  }

  /** Whether the policy isolates the pod in that direction. */
  isolates(pod: Pod, direction: Direction): boolean {
    return (
      pod.metadata.namespace === this.namespace &&
      this.directions.includes(direction) &&
      this.selects(pod.metadata.labels)
    );
  }

  /** Whether a rule lets the connection through, seen from the end that the policy selects. */
  lets(direction: Direction, other: Party, destination: Destination): boolean {
    const rules =
      (direction === 'Ingress' ? this.policy.spec.ingress : this.policy.spec.egress) ?? [];
    for (const rule of rules) {
      const peers = direction === 'Ingress' ? rule.from : rule.to;
      if (this.hasPeer(peers, other) && hasPort(rule.ports, destination)) return true;
    }
    return false;
  }

  private hasPeer(peers: readonly Peer[] | undefined, party: Party): boolean {
    if (peers === undefined || peers.length === 0) return true;
    return peers.some((peer) => this.matches(peer, party));
  }

  private matches({ podSelector, namespaceSelector, ipBlock }: Peer, party: Party): boolean {
    if (ipBlock !== undefined) {
      const { ip } = party;
      if (ip === undefined || !isInCidr(ip, ipBlock.cidr)) return false;
      return !(ipBlock.except ?? []).some((cidr) => isInCidr(ip, cidr));
    }
    if (party.pod === undefined) return false;
    const { namespace, labels } = party.pod.metadata;
    if (namespaceSelector === undefined) {
      if (namespace !== this.namespace) return false;
    } else if (!compileSelector(namespaceSelector)(party.namespaceLabels)) return false;
    return podSelector === undefined || compileSelector(podSelector)(labels);
  }
}

function hasPort(ports: readonly PolicyPort[] | undefined, destination: Destination): boolean {
  if (ports === undefined || ports.length === 0) return true;
  const { pod, port: number, protocol: wanted } = destination;
  return ports.some(({ protocol = 'TCP', port, endPort }) => {
    if (protocol !== wanted) return false;
    if (port === undefined) return true;
    if (typeof port === 'number') {
      return endPort === undefined ? number === port : number >= port && number <= endPort;
    }
    for (const container of pod?.spec.containers ?? []) {
      for (const named of container.ports ?? []) {
        if (named.name === port && named.protocol === protocol) {
          if (named.containerPort === number) return true;
        }
      }
    }
    return false;
  });
}

/** Whether an IPv4 address is in a range; IPv6 ranges hold no address of ours. */
export function isInCidr(ip: string, cidr: string): boolean {
  const [base = '', bits = '32'] = cidr.split('/');
  const address = numberOf(ip);
  const network = numberOf(base);
  if (address === undefined || network === undefined) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(address / size) === Math.floor(network / size);
}

function numberOf(ip: string): number | undefined {
  const parts = ip.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) value = value * 256 + Number(part);
  return Number.isNaN(value) ? undefined : value;
}
