/** The network between clients and pods. */
export { ClusterDns, type DnsAnswer, type DnsRecord, type RecordType } from './dns';
export { NetworkDialer, type Dialled, type Dialer } from './dialer';
export { selectEndpoints, type Selection, type Vantage } from './endpoint-selection';
export { KubeProxies, type ProxyMode, type ProxySyncFact } from './kube-proxy';
export {
  Network,
  type NetworkOptions,
  type Origin,
  type Reach,
  type ServiceTarget,
} from './network';
export { NetworkFaults, OUTSIDE, type NodeSet } from './network-faults';
export type { ListeningPort, PodProcess, ProcessView } from './process-view';
export { ServiceRecord } from './service-record';
export type { ProxyEndpoint } from './proxy-endpoint';
