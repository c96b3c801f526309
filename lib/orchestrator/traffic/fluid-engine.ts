/**
 * Traffic as flows: between two changes of proxy tables, listeners, capacity, faults or rates the
 * flow from each place to each endpoint is constant, so what was sent and what was lost are
 * products of rate and time, exact, and a million requests a second cost what ten cost.
 */
import type { Network, Origin } from '../network/network';
import type { Clock, Random, Timer, Trace } from '../sim';
import { EndpointStates } from './endpoint-state';
import { InProgress } from './in-progress';
import { KeptConnections } from './kept-connections';
import { LostRates } from './lost-rates';
import { LossBooks } from './loss-books';
import type { LossLedger } from './loss-ledger';
import { PodLoads, type PodLoad } from './pod-load';
import { indexOfAddress, RoutePlan } from './route-plan';
import { StickyPools } from './sticky-pools';
import type { ClientGroup, Route, Stream } from './stream';

/** After all that happens at an instant. */
const LAST_PRIORITY = 1000;

export class FluidEngine {
  readonly loads: PodLoads;
  private readonly clock: Clock;
  private readonly streams = new Set<Stream>();
  private readonly byService = new Map<string, Set<Stream>>();
  private readonly states: EndpointStates;
  private readonly books: LossBooks;
  private readonly inProgress: InProgress;
  private readonly sticky: StickyPools;
  private readonly flushTimer: Timer<undefined>;
  private readonly kept: KeptConnections;
  private readonly movedGroups = new Map<ClientGroup, Stream>();
  private readonly staleAddresses = new Set<string>();
  private readonly staleLoads = new Set<Route>();
  private readonly lossy = new Set<Route>();
  readonly lostRates = new LostRates();
  private readonly tableListeners: ((service: string) => void)[] = [];
  private flushAt = -1;
  private everything = false;

  constructor(
    private readonly network: Network,
    private readonly trace: Trace,
    clock: Clock,
    random: Random,
  ) {
    this.clock = clock;
    this.loads = new PodLoads(network.processes);
    this.books = new LossBooks(network);
    this.states = new EndpointStates(network, this.loads, (state) =>
      this.books.sawState(state, clock.now),
    );
    this.inProgress = new InProgress(network, this.ledger);
    this.sticky = new StickyPools(network, random.fork('traffic/sticky'));
    this.kept = new KeptConnections(clock, this.sticky, (stream, group) =>
      this.move(stream, group),
    );
    this.flushTimer = clock.timer('traffic: flows', () => this.flush(), LAST_PRIORITY);
    network.proxies.onTableChange((node, services) => this.tableChanged(node, services));
    network.knowledge.onHeadlessChange((service) => this.serviceChanged(service));
    network.processes.onChange((ip) => this.processChanged(ip));
    network.faults.onChange(() => this.touchEverything());
    network.policies.onChange(() => this.touchEverything());
    network.policies.onPodChange((ip) => this.processChanged(ip));
  }

  get ledger(): LossLedger {
    return this.books.ledger;
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
    for (const stream of this.streams) {
      for (const route of stream.allRoutes()) {
        this.settleRoute(route);
        if (route.plan !== undefined) stream.count(route.plan);
      }
    }
    this.books.reportEnded(this.trace, this.clock.now);
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
    this.inProgress.changed(ip, this.clock.now);
    if (this.loads.known(ip) === undefined) return;
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
    for (const route of this.lossy) this.settleRoute(route);
    const everything = this.everything;
    this.everything = false;
    if (everything) this.moveEverything();
    this.rerouteMoved();
    if (everything) this.restateEverything();
    for (const ip of this.staleAddresses) {
      const load = this.loads.of(ip);
      this.loads.renew(load, this.network.processes.byIp(ip));
      this.restate(load);
    }
    this.staleAddresses.clear();
    // Those whose kept connections broke.
    this.rerouteMoved();
    for (const route of this.staleLoads) this.load(route);
    this.staleLoads.clear();
    for (const load of this.loads.settle()) this.restate(load);
    this.loads.tell();
    this.books.reportEnded(this.trace, this.clock.now);
  }

  private rerouteMoved(): void {
    for (const [group, stream] of this.movedGroups) this.reroute(stream, group);
    this.movedGroups.clear();
  }

  private moveEverything(): void {
    for (const stream of this.streams) {
      for (const group of stream.groups) this.movedGroups.set(group, stream);
    }
  }

  /** Comes after all have found their routes: a route's places look alike again by then. */
  private restateEverything(): void {
    this.states.clear();
    for (const stream of this.streams) {
      for (const route of stream.allRoutes()) {
        for (let i = 0; i < route.selection.endpoints.length; i++) this.restateAt(route, i);
      }
    }
  }

  /** Requests to an address fare differently: works its states out again, in all routes to it. */
  private restate(load: PodLoad): void {
    this.states.forget(load.ip);
    for (const stream of load.streams) {
      for (const route of stream.allRoutes()) {
        const index = indexOfAddress(route.selection, load.ip);
        if (index !== undefined) this.restateAt(route, index);
      }
    }
  }

  private restateAt(route: Route, index: number): void {
    const { plan, stream, kind } = route;
    const [representative] = route.members;
    if (plan === undefined || representative === undefined) return;
    const old = plan.state(index);
    const { origin } = representative;
    const endpoint = route.selection.endpoints[index]!;
    const isKept = stream.connections === 'kept';
    const state = this.states.of(origin, kind, endpoint, isKept);
    if (state === old) return;
    this.settleRoute(route);
    stream.count(plan);
    plan.replace(index, state);
    const share = plan.share(index);
    this.inProgress.changedState(route, old, state, share, this.clock.now);
    if (isKept && state.outcome !== 'ok')
      this.kept.broken(route, endpoint, state.outcome === 'timeout');
    if (old.outcome !== state.outcome) {
      const rps = route.loadedRps * share;
      if (old.outcome === 'ok') this.loads.add(plan.loads[index]!, -rps, -1);
      if (state.outcome === 'ok') this.loads.add(plan.loads[index]!, rps, 1);
    }
    this.noteLossy(route, plan);
    for (const group of route.members) this.lostRates.update(stream, group);
  }

  private reroute(stream: Stream, group: ClientGroup): void {
    const { origin } = group;
    const isDead = !origin.external && this.network.faults.isDown(origin.node);
    const sentRps = isDead ? 0 : group.rps;
    const old = group.route;
    const next = sentRps > 0 ? this.routeOf(stream, group) : undefined;
    if (old === next && group.sentRps === sentRps) return;
    if (old !== undefined) {
      this.settleRoute(old);
      old.members.delete(group);
      old.rps = old.members.size === 0 ? 0 : old.rps - group.sentRps;
      this.staleLoads.add(old);
    }
    group.sentRps = sentRps;
    group.route = next;
    if (next !== undefined) {
      this.settleRoute(next);
      next.members.add(group);
      next.rps += sentRps;
      this.staleLoads.add(next);
      if (next.plan === undefined) this.plan(next, origin);
    }
    this.lostRates.update(stream, group);
  }

  private routeOf(stream: Stream, group: ClientGroup): Route {
    const { origin } = group;
    const fresh = this.network.route(origin, stream.target);
    const kind = this.network.kindOf(origin);
    if (!this.sticky.holds(stream)) return stream.route(fresh, kind, this.clock.now);
    const selection = this.sticky.select(stream, group, fresh);
    const isKept = stream.connections === 'kept';
    return stream.route(selection, isKept ? `${kind}|kept` : kind, this.clock.now);
  }

  private plan(route: Route, origin: Origin): void {
    const { selection, kind, stream } = route;
    const { endpoints } = selection;
    if (endpoints.length === 0) route.plan = RoutePlan.withoutEndpoints(selection);
    else {
      const isKept = stream.connections === 'kept';
      const states = endpoints.map((e) => this.states.of(origin, kind, e, isKept));
      const loads = endpoints.map(({ ip }) => this.loads.of(ip));
      for (let i = 0; i < loads.length; i++) {
        const { streams } = loads[i]!;
        if (!streams.includes(stream)) streams.push(stream);
        if (states[i]!.outcome === 'ok') this.loads.add(loads[i]!, 0, 1);
      }
      route.plan = new RoutePlan(selection, states, loads);
    }
    this.noteLossy(route, route.plan);
  }

  private noteLossy(route: Route, plan: RoutePlan): void {
    if (plan.lossy.length > 0) this.lossy.add(route);
    else this.lossy.delete(route);
  }

  private settleRoute(route: Route): void {
    const { now } = this.clock;
    const { since, plan, rps, stream } = route;
    if (now === since) return;
    route.since = now;
    if (plan === undefined || rps <= 0) return;
    stream.send(plan, since, now, (rps * (now - since)) / 1000);
    if (plan.lossy.length > 0) this.books.enter(route, plan, since, now);
  }

  /** Brings the pods' loads to what the route sends; ends the route if nobody sends by it. */
  private load(route: Route): void {
    const { plan, members, stream } = route;
    const isOver = members.size === 0;
    if (plan !== undefined && (isOver || route.rps !== route.loadedRps)) {
      const change = route.rps - route.loadedRps;
      plan.loads.forEach((load, index) => {
        if (plan.state(index).outcome !== 'ok') return;
        this.loads.add(load, change * plan.share(index), isOver ? -1 : 0);
      });
      route.loadedRps = route.rps;
    }
    if (!isOver) return;
    if (plan !== undefined) stream.count(plan);
    route.plan = undefined;
    this.lossy.delete(route);
    stream.forget(route);
  }
}
