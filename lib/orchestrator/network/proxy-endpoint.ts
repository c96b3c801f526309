/**
 * An endpoint as a node's proxy has it from an EndpointSlice, with all that decides who may be sent
 * there. Slices are immutable, so each is read once.
 */
import type { EndpointSlice } from '../api/objects';

export interface ProxyEndpoint {
  /** `ip:port`. */
  readonly id: string;
  readonly ip: string;
  readonly port: number;
  /** `namespace/name` of the pod, if the slice names one. */
  readonly podKey: string | undefined;
  readonly nodeName: string | undefined;
  readonly zone: string | undefined;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly zoneHints: readonly string[];
  readonly nodeHints: readonly string[];
}

type PortEndpoints = ReadonlyMap<string, readonly ProxyEndpoint[]>;

/** Endpoints by port name, for each slice object once. */
const parsed = new WeakMap<EndpointSlice, PortEndpoints>();

/** The endpoints of a slice by the name of their port. */
export function endpointsOf(slice: EndpointSlice): PortEndpoints {
  const known = parsed.get(slice);
  if (known !== undefined) return known;
  const byPort = new Map<string, ProxyEndpoint[]>();
  for (const { name, port } of slice.ports ?? []) {
    const list: ProxyEndpoint[] = [];
    for (const endpoint of slice.endpoints ?? []) {
      const ip = endpoint.addresses[0];
      if (ip === undefined || port === undefined) continue;
      const { conditions } = endpoint;
      const ready = conditions.ready ?? true;
      const { targetRef } = endpoint;
      list.push({
        id: `${ip}:${port}`,
        ip,
        port,
        podKey: targetRef?.kind === 'Pod' ? `${targetRef.namespace}/${targetRef.name}` : undefined,
        nodeName: endpoint.nodeName,
        zone: endpoint.zone,
        ready,
        serving: conditions.serving ?? ready,
        terminating: conditions.terminating ?? false,
        zoneHints: endpoint.hints?.forZones?.map((zone) => zone.name) ?? [],
        nodeHints: endpoint.hints?.forNodes?.map((node) => node.name) ?? [],
      });
    }
    byPort.set(name ?? '', list);
  }
  parsed.set(slice, byPort);
  return byPort;
}
