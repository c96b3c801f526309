/**
 * Which endpoints a node's proxy uses for new connections to a service port: traffic policies,
 * topology hints, and the fallback to terminating endpoints that still serve. Stands for
 * CategorizeEndpoints in kube-proxy's topology.go.
 */
import type { Service } from '../api/objects';
import type { ProxyEndpoint } from './proxy-endpoint';

/** Where a connection enters the proxies. */
export interface Vantage {
  readonly nodeName: string;
  readonly zone: string | undefined;
  /** Through a node port or load balancer rather than the cluster IP. */
  readonly external: boolean;
}

export interface Selection {
  readonly endpoints: readonly ProxyEndpoint[];
  /** Shares of the endpoints, adding up to 1. @default equal ones */
  readonly weights?: readonly number[];
  /** Without endpoints: `reject` is answered at once with an ICMP error, `drop` never. */
  readonly otherwise: 'reject' | 'drop';
  readonly why: 'no-endpoints' | 'no-local-endpoints' | 'no-such-service' | 'node-down';
}

export function selectEndpoints(
  service: Service,
  endpoints: readonly ProxyEndpoint[],
  vantage: Vantage,
): Selection {
  const { internalTrafficPolicy, externalTrafficPolicy } = service.spec;
  const policy = vantage.external ? externalTrafficPolicy : internalTrafficPolicy;
  if (policy === 'Local') {
    const local = usable(endpoints.filter(({ nodeName }) => nodeName === vantage.nodeName));
    // With endpoints elsewhere the packets are dropped; with none anywhere they are rejected.
    return usable(endpoints).length > 0
      ? { endpoints: local, otherwise: 'drop', why: 'no-local-endpoints' }
      : { endpoints: local, otherwise: 'reject', why: 'no-endpoints' };
  }
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  const near = ready.length > 0 ? nearest(ready, vantage) : usable(endpoints);
  return { endpoints: near, otherwise: 'reject', why: 'no-endpoints' };
}

/** Ready endpoints, or else those that are terminating and still serve. */
function usable(endpoints: readonly ProxyEndpoint[]): readonly ProxyEndpoint[] {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  if (ready.length > 0) return ready;
  return endpoints.filter((endpoint) => endpoint.serving && endpoint.terminating);
}

/** Hints count only if every ready endpoint has them and one is for this node or zone. */
function nearest(
  ready: readonly ProxyEndpoint[],
  { nodeName, zone }: Vantage,
): readonly ProxyEndpoint[] {
  if (ready.every(({ nodeHints }) => nodeHints.length > 0)) {
    const sameNode = ready.filter(({ nodeHints }) => nodeHints.includes(nodeName));
    if (sameNode.length > 0) return sameNode;
  }
  if (zone !== undefined && ready.every(({ zoneHints }) => zoneHints.length > 0)) {
    const sameZone = ready.filter(({ zoneHints }) => zoneHints.includes(zone));
    if (sameZone.length > 0) return sameZone;
  }
  return ready;
}
