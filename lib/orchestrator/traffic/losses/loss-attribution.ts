/**
 * Why requests to an endpoint were refused: the pod is going away, does not listen yet, or its
 * program stopped. Tells by what the slices say now and by whether the port was ever open.
 */
import type { Network, ServiceTarget } from '../../network/network';
import type { ProxyEndpoint } from '../../network/proxy-endpoint';
import type { EndpointState } from '../flows/endpoint-state';
import type { LossLedger } from './loss-ledger';
import type { LossCause } from './outcome';

type Refused = Pick<EndpointState, 'endpoint' | 'outcome' | 'podUid' | 'cause'>;

export interface Attributed {
  readonly cause: LossCause;
  readonly closedAt: number | undefined;
}

export class LossAttribution {
  /** Ports, by pod uid, that were seen open. */
  private readonly seenOpen = new Set<string>();
  /** Addresses whose requests were last refused. */
  private readonly refused = new Set<string>();

  constructor(private readonly network: Network) {}

  /** Notes that a pod was found listening. */
  answered(
    { ip, port }: ProxyEndpoint,
    podUid: string | undefined,
    now: number,
    ledger: LossLedger,
  ): void {
    this.seenOpen.add(`${podUid}:${port}`);
    if (!this.refused.delete(ip)) return;
    for (const entry of ledger.openEntries()) {
      if (entry.endpointIp === ip) entry.listeningAt ??= now;
    }
  }

  /** The cause of a lost share, and when the port closed if it did. */
  of(target: ServiceTarget, entry: Refused, since: number): Attributed {
    const { endpoint, outcome, podUid } = entry;
    const cause = entry.cause ?? 'program-stopped';
    if (outcome === 'refused' && endpoint !== undefined) this.refused.add(endpoint.ip);
    if (outcome !== 'refused' || endpoint === undefined) return { cause, closedAt: undefined };
    const isOpened = this.seenOpen.has(`${podUid}:${endpoint.port}`);
    const isLeaving = this.isLeaving(target, endpoint.ip);
    if (!isOpened && !isLeaving) return { cause: 'ready-before-listening', closedAt: undefined };
    const process = this.network.processes.byIp(endpoint.ip);
    const port = process?.ports.find((candidate) => candidate.port === endpoint.port);
    const closedAt = port !== undefined && !port.listening ? port.since : since;
    return { cause: isLeaving ? 'closed-before-removal' : 'program-stopped', closedAt };
  }

  /** Whether the slices, as the nodes have them, say that the pod is on its way out or gone. */
  private isLeaving(target: ServiceTarget, ip: string): boolean {
    const record = this.network.knowledge.record(target.service);
    const port = record?.port(target.port);
    if (record === undefined || port === undefined) return true;
    const endpoint = record.endpoint(port.name ?? '', ip);
    return endpoint === undefined || endpoint.terminating;
  }
}
