/**
 * What becomes of the requests of one route while nothing changes: each endpoint has an equal
 * share, most are answered, and the few where some are lost are listed. Fractions, so that any
 * number of requests costs the same; a change of one endpoint costs that endpoint.
 */
import type { Selection } from '../network/endpoint-selection';
import { isLossy, type EndpointState } from './endpoint-state';
import type { PodLoad } from './pod-load';

export class RoutePlan {
  /** Of the route's requests, for each endpoint. */
  readonly share: number;
  /** How many endpoints' worth is answered, by latency. Replaced on change, never altered. */
  latencies: ReadonlyMap<number, number> = new Map();
  /** Endpoints where requests are lost. Replaced on change, never altered. */
  lossy: readonly EndpointState[] = [];
  /** Requests sent under this plan that are not counted by outcome yet. */
  requests = 0;

  constructor(
    readonly selection: Selection,
    private readonly states: EndpointState[],
    /** For each endpoint the load of its pod; none if there are no endpoints. */
    readonly loads: readonly PodLoad[],
  ) {
    this.share = 1 / states.length;
    const latencies = new Map<number, number>();
    for (const state of states) weigh(latencies, state, 1);
    this.latencies = latencies;
    const lossy = states.filter(isLossy);
    if (lossy.length > 0) this.lossy = lossy;
  }

  /** The plan of a selection without endpoints. */
  static withoutEndpoints(selection: Selection): RoutePlan {
    const { otherwise, why } = selection;
    const state: EndpointState = {
      endpoint: undefined,
      podKey: undefined,
      podUid: undefined,
      outcome: otherwise === 'drop' ? 'timeout' : 'rejected',
      cause: why,
      okFraction: 0,
      latencyMs: 0,
    };
    return new RoutePlan(selection, [state], []);
  }

  state(index: number): EndpointState {
    return this.states[index]!;
  }

  /** Gives an endpoint another state. What was sent before must have been counted. */
  replace(index: number, state: EndpointState): void {
    const old = this.states[index]!;
    this.states[index] = state;
    const latencies = new Map(this.latencies);
    weigh(latencies, old, -1);
    weigh(latencies, state, 1);
    this.latencies = latencies;
    if (!isLossy(old) && !isLossy(state)) return;
    const others = this.lossy.filter((other) => other !== old);
    this.lossy = isLossy(state) ? [...others, state] : others;
  }

  /** The share of its requests that is answered. */
  get okShare(): number {
    if (this.lossy.length === 0) return 1;
    let weight = 0;
    for (const endpoints of this.latencies.values()) weight += endpoints;
    return weight * this.share;
  }
}

function weigh(latencies: Map<number, number>, state: EndpointState, sign: 1 | -1): void {
  if (state.outcome !== 'ok') return;
  const { latencyMs, okFraction } = state;
  const weight = (latencies.get(latencyMs) ?? 0) + sign * okFraction;
  if (Math.abs(weight) < 1e-9) latencies.delete(latencyMs);
  else latencies.set(latencyMs, weight);
}

const indexes = new WeakMap<Selection, ReadonlyMap<string, number>>();

/** Where in a selection an address is; undefined if nowhere. */
export function indexOfAddress(selection: Selection, ip: string): number | undefined {
  let index = indexes.get(selection);
  if (index === undefined) {
    index = new Map(selection.endpoints.map((endpoint, i) => [endpoint.ip, i]));
    indexes.set(selection, index);
  }
  return index.get(ip);
}
