/**
 * One connection, as a program makes it: resolves the name, goes through the proxy of its node,
 * and reaches a pod or does not. For whoever needs a single answer; traffic counts flows instead.
 */
import type { Random } from '../sim';
import type { Client } from '../client';
import { ConnectionPicker } from './connection-picker';
import { ClusterDns } from './dns';
import type { Network, Origin } from './network';
import { ServiceAddresses } from './service-addresses';
import type { ProxyEndpoint } from './proxy-endpoint';

export interface Dialled {
  /**
   * `no-such-host`: the name does not exist. `rejected`: the service has no endpoints.
   * `outside`: the address is none of the cluster's.
   */
  readonly outcome:
    'ok' | 'refused' | 'timeout' | 'blocked' | 'rejected' | 'no-such-host' | 'outside';
  /** The address that was dialled, after name resolution. */
  readonly ip: string | undefined;
  /** `namespace/name` of the service whose address it is. */
  readonly service: string | undefined;
  /** `namespace/name` of the pod that it got to, or would have. */
  readonly podKey: string | undefined;
  /** Milliseconds until the answer; 0 if there was none. */
  readonly latencyMs: number;
}

export interface Dialer {
  /**
   * Connects to a host (a name or an address) from a place.
   * @param namespace where short names are looked up. @default 'default'
   */
  dial(origin: Origin, host: string, port: number, namespace?: string): Dialled;
}

const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;

export class NetworkDialer implements Dialer {
  private readonly dns: ClusterDns;
  private readonly addresses: ServiceAddresses;
  private readonly picker: ConnectionPicker;

  constructor(
    private readonly network: Network,
    private readonly client: Client,
    random: Random,
  ) {
    this.dns = new ClusterDns(client);
    this.addresses = new ServiceAddresses(network.knowledge);
    this.picker = new ConnectionPicker(network, random.fork('dialer'));
  }

  dial(origin: Origin, host: string, port: number, namespace = 'default'): Dialled {
    const nowhere = { ip: undefined, service: undefined, podKey: undefined, latencyMs: 0 };
    const ip = IPV4.test(host) ? host : this.resolve(host, namespace);
    if (ip === undefined) return { ...nowhere, outcome: 'no-such-host' };
    const address = this.addresses.find(ip, port);
    if (address === undefined) return this.dialPod(origin, ip, port);
    const { service, external } = address;
    const target = { service, port: address.port.port };
    const entry = external ? { ...origin, node: this.addresses.nodeAt(ip) ?? origin.node } : origin;
    const place = { ...entry, external };
    const selection = this.network.route(place, target);
    const client = origin.podKey ?? origin.node;
    const { now } = this.client.clock;
    const endpoint = this.picker.pick(place, client, target, selection, now);
    if (endpoint === undefined) {
      const outcome = selection.otherwise === 'drop' ? 'timeout' : 'rejected';
      return { ...nowhere, outcome, ip, service };
    }
    return { ...this.connect(place, endpoint), ip, service };
  }

  private resolve(host: string, namespace: string): string | undefined {
    const [record] = this.dns.resolve(host, namespace).records;
    if (record?.type !== 'CNAME') return record?.data;
    return this.dns.resolve(record.data, namespace).records[0]?.data;
  }

  private dialPod(origin: Origin, ip: string, port: number): Dialled {
    const process = this.network.processes.byIp(ip);
    const none = { ip, service: undefined, podKey: undefined, latencyMs: 0 };
    if (process === undefined) return { ...none, outcome: 'outside' };
    const endpoint: ProxyEndpoint = {
      id: `${ip}:${port}`,
      ip,
      port,
      podKey: process.podKey,
      nodeName: process.nodeName,
      zone: process.zone,
      ready: true,
      serving: true,
      terminating: false,
      zoneHints: [],
      nodeHints: [],
    };
    return { ...this.connect(origin, endpoint), ip, service: undefined };
  }

  private connect(
    origin: Origin,
    endpoint: ProxyEndpoint,
  ): Pick<Dialled, 'outcome' | 'podKey' | 'latencyMs'> {
    const { outcome, process, delayMs } = this.network.reach(origin, endpoint);
    const latencyMs = outcome === 'ok' ? process!.latencyMs + delayMs : 0;
    return { outcome, podKey: process?.podKey ?? endpoint.podKey, latencyMs };
  }
}
