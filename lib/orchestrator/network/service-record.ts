/**
 * A service and its endpoints as one instant's slices give them: immutable, so that every node's
 * proxy that knows of the same state shares it, and what follows from it is worked out once.
 */
import type { EndpointSlice, Service, ServicePort } from '../api/objects';
import { selectEndpoints, type Selection, type Vantage } from './endpoint-selection';
import { endpointsOf, type ProxyEndpoint } from './proxy-endpoint';

interface Hints {
  readonly byNode: boolean;
  readonly byZone: boolean;
}

export class ServiceRecord {
  private readonly flat = new Map<string, readonly ProxyEndpoint[]>();
  private readonly hinted = new Map<string, Hints>();
  private readonly selections = new Map<string, Selection>();

  constructor(
    readonly key: string,
    readonly service: Service,
    private readonly slices: readonly EndpointSlice[],
  ) {}

  /** The port of the service that a client names by number or name; its only one if none is named. */
  port(wanted: number | string | undefined): ServicePort | undefined {
    const ports = this.service.spec.ports ?? [];
    if (wanted === undefined) return ports[0];
    return ports.find((port) => port.port === wanted || port.name === wanted);
  }

  endpoints(portName: string): readonly ProxyEndpoint[] {
    let all = this.flat.get(portName);
    if (all === undefined) {
      const seen = new Map<string, ProxyEndpoint>();
      for (const slice of this.slices) {
        for (const endpoint of endpointsOf(slice).get(portName) ?? []) {
          // An endpoint may be in two slices while it moves: the one that is ready counts.
          if (seen.get(endpoint.id)?.ready !== true) seen.set(endpoint.id, endpoint);
        }
      }
      this.flat.set(portName, (all = [...seen.values()]));
    }
    return all;
  }

  /** The endpoint of an address, if a slice names it. */
  endpoint(portName: string, ip: string): ProxyEndpoint | undefined {
    return this.endpoints(portName).find((endpoint) => endpoint.ip === ip);
  }

  /** What a new connection from there may go to; equal answers are the same object. */
  select(port: ServicePort, vantage: Vantage): Selection {
    const name = port.name ?? '';
    const id = `${name}|${vantage.external ? 'external' : 'internal'}|${this.localityOf(name, vantage)}`;
    let selection = this.selections.get(id);
    if (selection === undefined) {
      selection = selectEndpoints(this.service, this.endpoints(name), vantage);
      this.selections.set(id, selection);
    }
    return selection;
  }

  /** What of the vantage point matters: nothing, unless policies or hints look at node or zone. */
  private localityOf(portName: string, vantage: Vantage): string {
    const { internalTrafficPolicy, externalTrafficPolicy } = this.service.spec;
    const policy = vantage.external ? externalTrafficPolicy : internalTrafficPolicy;
    if (policy === 'Local') return vantage.nodeName;
    const { byNode, byZone } = this.hints(portName);
    if (byNode) return `${vantage.nodeName}|${vantage.zone ?? ''}`;
    return byZone ? (vantage.zone ?? '') : '';
  }

  private hints(portName: string): Hints {
    let hints = this.hinted.get(portName);
    if (hints === undefined) {
      const all = this.endpoints(portName);
      hints = {
        byNode: all.some(({ nodeHints }) => nodeHints.length > 0),
        byZone: all.some(({ zoneHints }) => zoneHints.length > 0),
      };
      this.hinted.set(portName, hints);
    }
    return hints;
  }
}
