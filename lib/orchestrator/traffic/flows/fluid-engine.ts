/**
 * Traffic as flows: between two changes of proxy tables, listeners, capacity, faults or rates the
 * flow from each place to each endpoint is constant, so what was sent and what was lost are
 * products of rate and time, exact, and a million requests a second cost what ten cost.
 */
import type { Network } from '../../network/network';
import type { Clock, Random, Timer, Trace } from '../../sim';
import type { LossLedger } from '../losses/loss-ledger';
import type { LostRates } from './lost-rates';
import { Routes } from './routes';
import type { ClientGroup, Stream } from './stream';

/** After all that happens at an instant. */
const LAST_PRIORITY = 1000;

export class FluidEngine {
  private readonly streams = new Set<Stream>();
  private readonly byService = new Map<string, Set<Stream>>();
  private readonly routes: Routes;
  private readonly flushTimer: Timer<undefined>;
  private readonly movedGroups = new Map<ClientGroup, Stream>();
  private readonly staleAddresses = new Set<string>();
  private readonly tableListeners: ((service: string) => void)[] = [];
  private flushAt = -1;
  private everything = false;

  constructor(
    network: Network,
    private readonly trace: Trace,
    private readonly clock: Clock,
    random: Random,
  ) {
    this.routes = new Routes(network, clock, random, (stream, group) => this.move(stream, group));
    this.flushTimer = clock.timer('traffic: flows', () => this.flush(), LAST_PRIORITY);
    network.proxies.onTableChange((node, services) => this.tableChanged(node, services));
    network.knowledge.onHeadlessChange((service) => this.serviceChanged(service));
    network.processes.onChange((ip) => this.processChanged(ip));
    network.faults.onChange(() => this.touchEverything());
    network.policies.onChange(() => this.touchEverything());
    network.policies.onPodChange((ip) => this.processChanged(ip));
  }

  get ledger(): LossLedger {
    return this.routes.ledger;
  }

  get lostRates(): LostRates {
    return this.routes.lostRates;
  }

  add(stream: Stream): void {
    this.streams.add(stream);
    const { service } = stream.target;
    let sameService = this.byService.get(service);
    if (sameService === undefined) this.byService.set(service, (sameService = new Set()));
    sameService.add(stream);
    for (const group of stream.groups) this.move(stream, group);
  }

  /** Changes from now on how many requests a second a group is to send. */
  setRate(stream: Stream, group: ClientGroup, rps: number): void {
    if (group.rps === rps) return;
    group.rps = rps;
    this.move(stream, group);
  }

  /** Calls back when a node's table of a service that has traffic changes. */
  onTable(listener: (service: string) => void): void {
    this.tableListeners.push(listener);
  }

  /** Brings all counts up to now. */
  settle(): void {
    this.flush();
    this.routes.settleAll(this.streams);
    this.routes.reportEnded(this.trace);
  }

  private move(stream: Stream, group: ClientGroup): void {
    this.movedGroups.set(group, stream);
    this.wake();
  }

  private tableChanged(node: string, services: readonly string[]): void {
    for (const service of services) {
      const streams = this.byService.get(service);
      if (streams === undefined || streams.size === 0) continue;
      for (const listener of this.tableListeners) listener(service);
      for (const stream of streams) {
        for (const group of stream.groupsOn(node)) this.move(stream, group);
      }
    }
  }

  private serviceChanged(service: string): void {
    for (const stream of this.byService.get(service) ?? []) {
      for (const group of stream.groups) this.move(stream, group);
    }
  }

  private processChanged(ip: string): void {
    if (!this.routes.processChanged(ip)) return;
    this.staleAddresses.add(ip);
    this.wake();
  }

  private touchEverything(): void {
    if (this.streams.size === 0) return;
    this.everything = true;
    this.wake();
  }

  private wake(): void {
    if (this.flushAt === this.clock.now) return;
    this.flushAt = this.clock.now;
    this.flushTimer.after(0, undefined);
  }

  /** Takes in all changes of this instant at once; until now everything was as planned before. */
  private flush(): void {
    this.flushAt = -1;
    this.routes.settleLossy();
    const everything = this.everything;
    this.everything = false;
    if (everything) this.moveEverything();
    this.rerouteMoved();
    if (everything) this.routes.restateAll(this.streams);
    for (const ip of this.staleAddresses) this.routes.renewAddress(ip);
    this.staleAddresses.clear();
    // Those whose kept connections broke.
    this.rerouteMoved();
    this.routes.settleLoads();
    this.routes.reportEnded(this.trace);
  }

  private rerouteMoved(): void {
    for (const [group, stream] of this.movedGroups) this.routes.reroute(stream, group);
    this.movedGroups.clear();
  }

  private moveEverything(): void {
    for (const stream of this.streams) {
      for (const group of stream.groups) this.movedGroups.set(group, stream);
    }
  }
}
