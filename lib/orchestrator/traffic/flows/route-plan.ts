/**
 * What becomes of the requests of one route while nothing changes: each endpoint has its
 * share, most are answered, and the few where some are lost are listed. Fractions, so that any
 * number of requests costs the same; a change of one endpoint costs that endpoint.
 */
import type { Selection } from '../../network/endpoint-selection';
import { isLossy, type EndpointState } from './endpoint-state';
import type { PodLoad } from './pod-load';

/** An endpoint where a share of the route's requests is lost. */
export interface LossyEndpoint {
  readonly state: EndpointState;
  readonly lost: number;
}

export class RoutePlan {
  /** The share of an endpoint if all are equal. */
  private readonly equal: number;
  /** How many equal shares are answered, by latency. Replaced on change, never altered. */
  latencies: ReadonlyMap<number, number> = new Map();
  /** Endpoints where requests are lost. Replaced on change, never altered. */
  lossy: readonly LossyEndpoint[] = [];
  /** Requests sent under this plan that are not counted by outcome yet. */
  requests = 0;

  constructor(
    readonly selection: Selection,
    private readonly states: EndpointState[],
    /** For each endpoint the load of its pod; none if there are no endpoints. */
    readonly loads: readonly PodLoad[],
  ) {
    this.equal = 1 / states.length;
    const latencies = new Map<number, number>();
    const lossy: LossyEndpoint[] = [];
    states.forEach((state, index) => {
      weigh(latencies, state, this.unit(index));
      if (isLossy(state)) lossy.push(this.lossAt(index));
    });
    this.latencies = latencies;
    this.lossy = lossy;
  }

  /** What one unit of `latencies` is of the route's requests. */
  get unitShare(): number {
    return this.equal;
  }

  /** The share of an endpoint. */
  share(index: number): number {
    return this.selection.weights?.[index] ?? this.equal;
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
    weigh(latencies, old, -this.unit(index));
    weigh(latencies, state, this.unit(index));
    this.latencies = latencies;
    if (!isLossy(old) && !isLossy(state)) return;
    const others = this.lossy.filter((other) => other.state !== old);
    this.lossy = isLossy(state) ? [...others, this.lossAt(index)] : others;
  }

  /** The share of its requests that is answered. */
  get okShare(): number {
    if (this.lossy.length === 0) return 1;
    let lost = 0;
    for (const entry of this.lossy) lost += entry.lost;
    return Math.max(0, 1 - lost);
  }

  /** An endpoint's share in equal shares: 1, unless it is weighted. */
  private unit(index: number): number {
    const weight = this.selection.weights?.[index];
    return weight === undefined ? 1 : weight / this.equal;
  }

  private lossAt(index: number): LossyEndpoint {
    const state = this.states[index]!;
    return { state, lost: this.share(index) * (1 - state.okFraction) };
  }
}

function weigh(latencies: Map<number, number>, state: EndpointState, units: number): void {
  if (state.outcome !== 'ok') return;
  const { latencyMs, okFraction } = state;
  const weight = (latencies.get(latencyMs) ?? 0) + units * okFraction;
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
