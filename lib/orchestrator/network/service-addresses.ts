/**
 * Which service an address and port belong to: cluster IPs, external IPs, load balancers' IPs, and
 * node ports at any node's address. Stands for the matching part of kube-proxy's rules.
 */
import type { ServicePort } from '../api/objects';
import type { ServiceKnowledge } from './service-knowledge';
import type { ServiceRecord } from './service-record';

export interface ServiceAddress {
  /** `namespace/name` */
  readonly service: string;
  readonly port: ServicePort;
  /** Not the cluster IP: the external traffic policy counts. */
  readonly external: boolean;
}

export class ServiceAddresses {
  private byAddress = new Map<string, ServiceAddress>();
  private byNodePort = new Map<number, ServiceAddress>();
  private position = -1;

  constructor(private readonly knowledge: ServiceKnowledge) {}

  find(ip: string, port: number): ServiceAddress | undefined {
    this.refresh();
    return this.byAddress.get(`${ip}:${port}`) ?? this.nodePort(ip, port);
  }

  private nodePort(ip: string, port: number): ServiceAddress | undefined {
    const found = this.byNodePort.get(port);
    return found !== undefined && this.nodeAt(ip) !== undefined ? found : undefined;
  }

  /** The node that has the address. */
  nodeAt(ip: string): string | undefined {
    for (const { metadata, status } of this.knowledge.nodes.list()) {
      if (status.addresses?.some(({ address }) => address === ip)) return metadata.name;
    }
    return undefined;
  }

  private refresh(): void {
    if (this.position === this.knowledge.position) return;
    this.position = this.knowledge.position;
    this.byAddress = new Map();
    this.byNodePort = new Map();
    for (const [, record] of this.knowledge.all()) this.add(record);
  }

  private add({ key, service }: ServiceRecord): void {
    const { clusterIP, clusterIPs, externalIPs = [], ports = [] } = service.spec;
    const internal = (clusterIPs ?? [clusterIP]).filter((ip) => ip && ip !== 'None');
    const balanced = service.status?.loadBalancer?.ingress?.flatMap(({ ip }) => ip ?? []) ?? [];
    for (const port of ports) {
      for (const ip of internal) this.set(ip!, { service: key, port, external: false });
      for (const ip of [...externalIPs, ...balanced]) {
        this.set(ip, { service: key, port, external: true });
      }
      if (port.nodePort === undefined) continue;
      this.byNodePort.set(port.nodePort, { service: key, port, external: true });
    }
  }

  private set(ip: string, address: ServiceAddress): void {
    this.byAddress.set(`${ip}:${address.port.port}`, address);
  }
}
