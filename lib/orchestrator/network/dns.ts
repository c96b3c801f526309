/**
 * Names in the cluster, answered as CoreDNS's kubernetes plugin does (DNS specification 1.1), and
 * the search list of a pod's resolv.conf. A lookup function, not a server: no caching, no loss;
 * records come in the order of the slices, where the real server shuffles them.
 */
import { objectKey } from '../api/object';
import type { Endpoint, EndpointSlice, Service } from '../api/objects';
import { SERVICE_NAME_LABEL } from '../api/objects';
import type { Client, Informer } from '../client';

export type RecordType = 'A' | 'AAAA' | 'CNAME' | 'SRV' | 'PTR' | 'TXT';

export interface DnsRecord {
  readonly type: RecordType;
  /** The address, name, or `priority weight port target`. */
  readonly data: string;
}

export interface DnsAnswer {
  /** `NODATA`: the name exists, with records of other types. */
  readonly status: 'NOERROR' | 'NXDOMAIN' | 'NODATA';
  readonly records: readonly DnsRecord[];
}

const NXDOMAIN: DnsAnswer = { status: 'NXDOMAIN', records: [] };
const BY_SERVICE = 'service';
/** Names with fewer dots go through the search list first. */
const NDOTS = 5;

interface Host {
  /** The endpoint's own label: its hostname, or its address with dashes. */
  readonly label: string;
  readonly ip: string;
  readonly ports: EndpointSlice['ports'];
}

export class ClusterDns {
  private readonly services: Informer<Service>;
  private readonly slices: Informer<EndpointSlice>;

  constructor(
    client: Client,
    private readonly zone = 'cluster.local',
  ) {
    this.services = client.informer('services');
    this.slices = client.informer('endpointslices.discovery.k8s.io');
    this.slices.addIndex(BY_SERVICE, ({ metadata }) => {
      const name = metadata.labels?.[SERVICE_NAME_LABEL];
      return name === undefined ? undefined : objectKey(metadata.namespace, name);
    });
  }

  /** As a program in a pod of the namespace resolves a name: by its search list if it is short. */
  resolve(name: string, namespace: string, type: RecordType = 'A'): DnsAnswer {
    const absolute = name.endsWith('.');
    const plain = absolute ? name.slice(0, -1) : name;
    const searched = [`${namespace}.svc.${this.zone}`, `svc.${this.zone}`, this.zone].map(
      (domain) => `${plain}.${domain}`,
    );
    const dots = plain.split('.').length - 1;
    const names = absolute ? [plain] : dots >= NDOTS ? [plain, ...searched] : [...searched, plain];
    let exists: DnsAnswer | undefined;
    for (const candidate of names) {
      const answer = this.query(candidate, type);
      if (answer.status === 'NOERROR') return answer;
      if (answer.status === 'NODATA') exists ??= answer;
    }
    return exists ?? NXDOMAIN;
  }

  /** One question for a fully qualified name. */
  query(name: string, type: RecordType): DnsAnswer {
    const lower = name.toLowerCase();
    if (lower.endsWith('.in-addr.arpa')) return this.reverse(lower);
    if (lower === `dns-version.${this.zone}`) return pick([{ type: 'TXT', data: '"1.1.0"' }], type);
    const suffix = `.svc.${this.zone}`;
    if (!lower.endsWith(suffix)) return NXDOMAIN;
    const labels = lower.slice(0, -suffix.length).split('.');
    const [namespace, serviceName] = [labels.pop(), labels.pop()];
    if (namespace === undefined || serviceName === undefined) return NXDOMAIN;
    const service = this.services.get(namespace, serviceName);
    if (service === undefined) return NXDOMAIN;
    const qualified = `${serviceName}.${namespace}${suffix}`;
    if (labels.length === 0) return this.ofService(service, type);
    if (labels.length === 1) return this.ofHost(service, labels[0]!, type);
    const [port, protocol] = labels;
    return labels.length === 2 && port!.startsWith('_') && protocol!.startsWith('_')
      ? this.ofPort(service, qualified, port!.slice(1), protocol!.slice(1), type)
      : NXDOMAIN;
  }

  private ofService(service: Service, type: RecordType): DnsAnswer {
    const { spec } = service;
    if (spec.type === 'ExternalName') {
      const alias: DnsRecord = { type: 'CNAME', data: spec.externalName ?? '' };
      return { status: 'NOERROR', records: [alias] };
    }
    if (isHeadless(service)) {
      const hosts = this.hostsOf(service);
      return hosts.length === 0 ? NXDOMAIN : pick(hosts.map(addressOf), type);
    }
    const addresses = spec.clusterIPs ?? [spec.clusterIP ?? ''];
    return pick(
      addresses.map((ip) => addressOf({ ip })),
      type,
    );
  }

  private ofHost(service: Service, label: string, type: RecordType): DnsAnswer {
    const hosts = this.hostsOf(service).filter((host) => host.label === label);
    return hosts.length === 0 ? NXDOMAIN : pick(hosts.map(addressOf), type);
  }

  private ofPort(
    service: Service,
    qualified: string,
    port: string,
    protocol: string,
    type: RecordType,
  ): DnsAnswer {
    const isProtocol = (text: string | undefined): boolean => text?.toLowerCase() === protocol;
    if (!isHeadless(service)) {
      const found = service.spec.ports?.find((p) => p.name === port && isProtocol(p.protocol));
      if (found === undefined) return NXDOMAIN;
      return pick([{ type: 'SRV', data: `0 100 ${found.port} ${qualified}` }], type);
    }
    const targets: { readonly port: number; readonly label: string }[] = [];
    for (const { label, ports } of this.hostsOf(service)) {
      const found = ports?.find((p) => p.name === port && isProtocol(p.protocol));
      if (found?.port !== undefined) targets.push({ port: found.port, label });
    }
    if (targets.length === 0) return NXDOMAIN;
    const weight = Math.max(1, Math.floor(100 / targets.length));
    const records = targets.map(({ port: number, label }): DnsRecord => ({
      type: 'SRV',
      data: `0 ${weight} ${number} ${label}.${qualified}`,
    }));
    return pick(records, type);
  }

  /** FIDELITY: looks through all services; the real server has an index by address. */
  private reverse(name: string): DnsAnswer {
    const ip = name.slice(0, -'.in-addr.arpa'.length).split('.').reverse().join('.');
    for (const service of this.services.list()) {
      const { namespace, name: serviceName } = service.metadata;
      const qualified = `${serviceName}.${namespace}.svc.${this.zone}`;
      if (service.spec.clusterIP === ip) return pick([{ type: 'PTR', data: qualified }], 'PTR');
      if (!isHeadless(service)) continue;
      const host = this.hostsOf(service).find((candidate) => candidate.ip === ip);
      if (host !== undefined) {
        return pick([{ type: 'PTR', data: `${host.label}.${qualified}` }], 'PTR');
      }
    }
    return NXDOMAIN;
  }

  /** The endpoints that are ready; of ones with addresses not ready those that are published. */
  private hostsOf(service: Service): Host[] {
    const key = objectKey(service.metadata.namespace, service.metadata.name);
    const hosts: Host[] = [];
    for (const slice of this.slices.byIndex(BY_SERVICE, key).values()) {
      for (const endpoint of slice.endpoints ?? []) {
        if (endpoint.conditions.ready === false) continue;
        for (const ip of endpoint.addresses) {
          hosts.push({ label: labelOf(endpoint, ip), ip, ports: slice.ports });
        }
      }
    }
    return hosts;
  }
}

const isHeadless = ({ spec }: Service): boolean => spec.clusterIP === 'None';

const labelOf = ({ hostname }: Endpoint, ip: string): string =>
  hostname !== undefined && hostname !== '' ? hostname : ip.replace(/[.:]/g, '-');

const addressOf = ({ ip }: { readonly ip: string }): DnsRecord => ({
  type: ip.includes(':') ? 'AAAA' : 'A',
  data: ip,
});

function pick(all: readonly DnsRecord[], type: RecordType): DnsAnswer {
  const records = all.filter((record) => record.type === type);
  return records.length > 0 ? { status: 'NOERROR', records } : { status: 'NODATA', records: [] };
}
