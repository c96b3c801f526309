/**
 * Clients that stay with an endpoint: by session affinity as long as their node's proxy has it, or
 * on connections that they keep as long as its process lives, even after the proxies dropped it
 * (conntrack). Each group of clients has its own shares of endpoints, which change only as far as
 * they must; who has lost its endpoint picks anew.
 * FIDELITY: affinity does not time out, kept connections are not closed by idleness, and what is
 * refused while a client looks for another endpoint is not counted.
 */
import type { Selection } from '../../network/endpoint-selection';
import type { Network } from '../../network/network';
import type { ProxyEndpoint } from '../../network/proxy-endpoint';
import type { Random } from '../../sim';
import type { ClientGroup, Stream } from './stream';

interface Held {
  readonly endpoint: ProxyEndpoint;
  readonly weight: number;
}

interface Pool {
  held: readonly Held[];
  selection: Selection;
  /** Endpoints whose connections have broken. */
  readonly broken: Set<string>;
}

export class StickyPools {
  private readonly pools = new Map<ClientGroup, Pool>();

  constructor(
    private readonly network: Network,
    private readonly random: Random,
  ) {}

  /** Whether a stream's clients stay with their endpoints. */
  holds({ connections, target }: Stream): boolean {
    if (connections === 'kept') return true;
    const service = this.network.knowledge.record(target.service)?.service;
    return service?.spec.sessionAffinity === 'ClientIP' && service.spec.clusterIP !== 'None';
  }

  /** Where a group's requests go, given where new connections would. */
  select(stream: Stream, group: ClientGroup, fresh: Selection): Selection {
    const pool = this.pools.get(group);
    const isKept = stream.connections === 'kept';
    if (pool === undefined) {
      if (fresh.endpoints.length === 0) return fresh;
      return this.begin(group, fresh, isKept);
    }
    const inTable = new Set(fresh.endpoints.map(({ id }) => id));
    const stays = ({ endpoint }: Held): boolean =>
      isKept ? !pool.broken.has(endpoint.id) : inTable.has(endpoint.id);
    const held = pool.held.filter(stays);
    if (held.length === pool.held.length) return pool.selection;
    if (fresh.endpoints.length === 0 && held.length === 0) {
      this.pools.delete(group);
      return fresh;
    }
    const lost = 1 - held.reduce((sum, { weight }) => sum + weight, 0);
    pool.held = spread(held, lost, this.candidates(group, fresh, isKept, held));
    pool.broken.clear();
    pool.selection = selectionOf(pool.held, fresh);
    return pool.selection;
  }

  /** A group's connections to an endpoint are no more; true if it had any. */
  break(group: ClientGroup, endpoint: ProxyEndpoint): boolean {
    const pool = this.pools.get(group);
    if (pool === undefined || !pool.held.some((held) => held.endpoint.id === endpoint.id)) {
      return false;
    }
    pool.broken.add(endpoint.id);
    return true;
  }

  private begin(group: ClientGroup, fresh: Selection, isKept: boolean): Selection {
    const held = spread([], 1, this.candidates(group, fresh, isKept, []));
    const selection = selectionOf(held, fresh);
    this.pools.set(group, { held, selection, broken: new Set() });
    return selection;
  }

  /** Who is picked anew: by a single client one endpoint, by many all alike. */
  private candidates(
    { origin }: ClientGroup,
    { endpoints }: Selection,
    isKept: boolean,
    held: readonly Held[],
  ): readonly ProxyEndpoint[] {
    const answering = isKept
      ? endpoints.filter((endpoint) => this.network.reach(origin, endpoint).outcome === 'ok')
      : endpoints;
    const usable = answering.length > 0 ? answering : endpoints;
    // Nobody to go to: what is left of the old ones takes all.
    if (usable.length === 0) return held.map(({ endpoint }) => endpoint);
    return origin.podKey !== undefined && !isKept ? [this.random.pick(usable)] : usable;
  }
}

function spread(
  held: readonly Held[],
  weight: number,
  candidates: readonly ProxyEndpoint[],
): Held[] {
  const weights = new Map(held.map((one) => [one.endpoint.id, one]));
  for (const endpoint of candidates) {
    const before = weights.get(endpoint.id)?.weight ?? 0;
    weights.set(endpoint.id, { endpoint, weight: before + weight / candidates.length });
  }
  return [...weights.values()];
}

const selectionOf = (held: readonly Held[], { otherwise, why }: Selection): Selection => ({
  endpoints: held.map(({ endpoint }) => endpoint),
  weights: held.map(({ weight }) => weight),
  otherwise,
  why,
});
