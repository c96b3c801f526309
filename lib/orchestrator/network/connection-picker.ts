/**
 * Which endpoint a single new connection gets: by chance as iptables does, in turn as IPVS does,
 * or the one that the client had before, with session affinity.
 */
import type { Selection } from './endpoint-selection';
import type { Network, Origin, ServiceTarget } from './network';
import type { ProxyEndpoint } from './proxy-endpoint';
import type { Random } from '../sim';

const DEFAULT_AFFINITY_SECONDS = 10_800;

interface Sticky {
  readonly id: string;
  usedAt: number;
}

export class ConnectionPicker {
  private readonly turns = new Map<string, number>();
  private readonly affinity = new Map<string, Sticky>();

  constructor(
    private readonly network: Network,
    private readonly random: Random,
  ) {}

  /** @param client what tells clients apart for session affinity: their address. */
  pick(
    origin: Origin,
    client: string,
    target: ServiceTarget,
    { endpoints }: Selection,
    now: number,
  ): ProxyEndpoint | undefined {
    if (endpoints.length === 0) return undefined;
    const spec = this.network.knowledge.record(target.service)?.service.spec;
    if (spec?.sessionAffinity !== 'ClientIP') return this.choose(origin, target, endpoints);
    const key = `${origin.node}|${client}|${target.service}|${target.port ?? ''}`;
    const timeoutMs =
      (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_AFFINITY_SECONDS) * 1000;
    const known = this.affinity.get(key);
    const same =
      known !== undefined && now - known.usedAt < timeoutMs
        ? endpoints.find((endpoint) => idOf(endpoint) === known.id)
        : undefined;
    const chosen = same ?? this.choose(origin, target, endpoints);
    this.affinity.set(key, { id: idOf(chosen), usedAt: now });
    return chosen;
  }

  private choose(
    { node }: Origin,
    target: ServiceTarget,
    endpoints: readonly ProxyEndpoint[],
  ): ProxyEndpoint {
    if (this.network.proxies.mode === 'iptables') return this.random.pick(endpoints);
    const key = `${node}|${target.service}|${target.port ?? ''}`;
    const turn = this.turns.get(key) ?? 0;
    this.turns.set(key, turn + 1);
    return endpoints[turn % endpoints.length]!;
  }
}

const idOf = ({ ip, port }: ProxyEndpoint): string => `${ip}:${port}`;
