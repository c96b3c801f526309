/**
 * What becomes of the requests of one route while nothing changes: for each endpoint its share,
 * the outcome, and why. Fractions, so that any number of requests costs the same.
 */
import type { Selection } from '../network/endpoint-selection';
import type { Network, Origin, Reach } from '../network/network';
import type { ProxyEndpoint } from '../network/service-record';
import type { LossCause, Outcome } from './outcome';
import type { PodLoads } from './pod-load';

export interface PlanEntry {
  readonly endpoint: ProxyEndpoint | undefined;
  readonly podKey: string | undefined;
  readonly podUid: string | undefined;
  /** Of the route's requests, between 0 and 1. */
  readonly share: number;
  readonly outcome: Outcome;
  readonly cause: LossCause | undefined;
  readonly latencyMs: number;
}

export interface RoutePlan {
  readonly entries: readonly PlanEntry[];
  readonly isLossy: boolean;
  /** Pods that get requests, with their share of the route's. */
  readonly targets: readonly { readonly ip: string; readonly share: number }[];
  /** Addresses whose change changes the plan. */
  readonly ips: readonly string[];
  /** Requests sent under this plan that are not counted by outcome yet. */
  requests: number;
}

export function planRoute(
  network: Network,
  loads: PodLoads,
  origin: Origin,
  selection: Selection,
): RoutePlan {
  const { endpoints } = selection;
  if (endpoints.length === 0) return withoutEndpoints(selection);
  const entries: PlanEntry[] = [];
  const targets: { ip: string; share: number }[] = [];
  const share = 1 / endpoints.length;
  for (const endpoint of endpoints) {
    const reach = network.reach(origin, endpoint);
    if (reach.outcome !== 'ok') {
      entries.push(lostEntry(network, origin, endpoint, reach, share));
      continue;
    }
    targets.push({ ip: endpoint.ip, share });
    const { podKey, podUid } = reach.process!;
    const { okFraction, latencyMs } = loads.service(endpoint.ip, reach.process!);
    const base = { endpoint, podKey, podUid, latencyMs: latencyMs + reach.delayMs };
    entries.push({ ...base, share: share * okFraction, outcome: 'ok', cause: undefined });
    if (okFraction < 1) {
      const excess = share * (1 - okFraction);
      entries.push({ ...base, share: excess, outcome: 'overload', cause: 'over-capacity' });
    }
  }
  return {
    entries,
    isLossy: entries.some(({ outcome }) => outcome !== 'ok'),
    targets,
    ips: endpoints.map(({ ip }) => ip),
    requests: 0,
  };
}

function withoutEndpoints({ otherwise, why }: Selection): RoutePlan {
  const entry: PlanEntry = {
    endpoint: undefined,
    podKey: undefined,
    podUid: undefined,
    share: 1,
    outcome: otherwise === 'drop' ? 'timeout' : 'rejected',
    cause: why,
    latencyMs: 0,
  };
  return { entries: [entry], isLossy: true, targets: [], ips: [], requests: 0 };
}

function lostEntry(
  network: Network,
  origin: Origin,
  endpoint: ProxyEndpoint,
  reach: Reach,
  share: number,
): PlanEntry {
  const { outcome, process } = reach;
  return {
    endpoint,
    podKey: process?.podKey,
    podUid: process?.podUid,
    share,
    outcome,
    cause: failureCause(network, origin, endpoint, reach),
    latencyMs: 0,
  };
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
