/**
 * What becomes of requests that are sent to one endpoint, as long as nothing changes there. All
 * routes from which it looks alike share one state, so that a change is worked out once.
 */
import type { Network, Origin, Reach } from '../../network/network';
import type { ProxyEndpoint } from '../../network/proxy-endpoint';
import type { LossCause, Outcome } from '../losses/outcome';
import type { PodLoads } from './pod-load';

export interface EndpointState {
  /** undefined: there was no endpoint to choose. */
  readonly endpoint: ProxyEndpoint | undefined;
  readonly podKey: string | undefined;
  readonly podUid: string | undefined;
  readonly outcome: Outcome;
  readonly cause: LossCause | undefined;
  /** Of accepted requests; the others are above the pod's capacity. */
  readonly okFraction: number;
  readonly latencyMs: number;
}

export const isLossy = ({ outcome, okFraction }: EndpointState): boolean =>
  outcome !== 'ok' || okFraction < 1;

export class EndpointStates {
  /** By the kind of place that requests come from, then by endpoint. */
  private readonly byKind = new Map<string, Map<string, EndpointState>>();

  constructor(
    private readonly network: Network,
    private readonly loads: PodLoads,
    private readonly created: (state: EndpointState) => void,
  ) {}

  /** @param isEstablished whether it is asked for connections that were made before. */
  of(origin: Origin, kind: string, endpoint: ProxyEndpoint, isEstablished = false): EndpointState {
    let states = this.byKind.get(kind);
    if (states === undefined) this.byKind.set(kind, (states = new Map()));
    let state = states.get(endpoint.id);
    if (state === undefined) {
      state = this.describe(origin, endpoint, isEstablished);
      states.set(endpoint.id, state);
      this.created(state);
    }
    return state;
  }

  /** The address's states are not what they were. */
  forget(ip: string): void {
    for (const states of this.byKind.values()) {
      for (const [id, { endpoint }] of this.ofAddress(states, ip)) {
        if (endpoint?.ip === ip) states.delete(id);
      }
    }
  }

  clear(): void {
    this.byKind.clear();
  }

  private *ofAddress(
    states: ReadonlyMap<string, EndpointState>,
    ip: string,
  ): Generator<[string, EndpointState]> {
    for (const id of this.ids.get(ip) ?? []) {
      const state = states.get(id);
      if (state !== undefined) yield [id, state];
    }
  }

  /** Ids of the endpoints of an address: one for each port. */
  private readonly ids = new Map<string, Set<string>>();

  private describe(origin: Origin, endpoint: ProxyEndpoint, isEstablished: boolean): EndpointState {
    let ids = this.ids.get(endpoint.ip);
    if (ids === undefined) this.ids.set(endpoint.ip, (ids = new Set()));
    ids.add(endpoint.id);
    const reach = isEstablished
      ? this.network.reachEstablished(origin, endpoint)
      : this.network.reach(origin, endpoint);
    const { outcome, process, delayMs } = reach;
    const load = this.loads.of(endpoint.ip);
    if (load.process === undefined) this.loads.renew(load, process);
    const { okFraction, latencyMs } = load.served;
    const isOk = outcome === 'ok';
    return {
      endpoint,
      podKey: process?.podKey ?? endpoint.podKey,
      podUid: process?.podUid,
      outcome,
      cause: isOk ? undefined : failureCause(this.network, origin, endpoint, reach),
      okFraction: isOk ? okFraction : 0,
      latencyMs: isOk ? latencyMs + delayMs : 0,
    };
  }
}

/** The cause as far as it shows now; for refused requests the ledger looks closer. */
export function failureCause(
  { faults }: Network,
  origin: Origin,
  endpoint: ProxyEndpoint,
  { outcome, process }: Reach,
): LossCause {
  if (outcome === 'blocked') return 'network-policy';
  if (outcome === 'refused') return 'program-stopped';
  const node = process?.nodeName ?? endpoint.nodeName;
  if ((node !== undefined && faults.isDown(node)) || faults.isDown(origin.node)) return 'node-down';
  return process === undefined ? 'pod-gone' : 'partition';
}
