/**
 * By which routes requests go now, and what becomes of them on each: groups of clients join and
 * leave routes, plans follow the state of the endpoints, and what was sent and lost is booked
 * whenever one of them changes.
 */
import type { Network, Origin } from '../../network/network';
import type { Clock, Random, Trace } from '../../sim';
import { LossBooks } from '../losses/loss-books';
import type { LossLedger } from '../losses/loss-ledger';
import { EndpointStates } from './endpoint-state';
import { InProgress } from './in-progress';
import { KeptConnections } from './kept-connections';
import { LostRates } from './lost-rates';
import { PodLoads, type PodLoad } from './pod-load';
import { indexOfAddress, RoutePlan } from './route-plan';
import { StickyPools } from './sticky-pools';
import type { ClientGroup, Route, Stream } from './stream';

export class Routes {
  readonly lostRates = new LostRates();
  private readonly loads: PodLoads;
  /** Streams that ever sent to an address. */
  private readonly senders = new Map<PodLoad, Stream[]>();
  private readonly states: EndpointStates;
  private readonly books: LossBooks;
  private readonly inProgress: InProgress;
  private readonly sticky: StickyPools;
  private readonly kept: KeptConnections;
  private readonly staleLoads = new Set<Route>();
  private readonly lossy = new Set<Route>();

  /** @param moved told of groups that have to find their routes anew */
  constructor(
    private readonly network: Network,
    private readonly clock: Clock,
    random: Random,
    moved: (stream: Stream, group: ClientGroup) => void,
  ) {
    this.loads = new PodLoads(network.processes);
    this.books = new LossBooks(network);
    this.states = new EndpointStates(network, this.loads, (state) =>
      this.books.sawState(state, clock.now),
    );
    this.inProgress = new InProgress(network, this.ledger);
    this.sticky = new StickyPools(network, random.fork('traffic/sticky'));
    this.kept = new KeptConnections(clock, this.sticky, moved);
  }

  get ledger(): LossLedger {
    return this.books.ledger;
  }

  /** Counts what the streams have sent up to now. */
  settleAll(streams: Iterable<Stream>): void {
    for (const stream of streams) {
      for (const route of stream.allRoutes()) {
        this.settle(route);
        if (route.plan !== undefined) stream.count(route.plan);
      }
    }
  }

  /** Books what was lost up to now. */
  settleLossy(): void {
    for (const route of this.lossy) this.settle(route);
  }

  /** Puts losses that are over into the trace. */
  reportEnded(trace: Trace): void {
    this.books.reportEnded(trace, this.clock.now);
  }

  /**
   * A process is not what it was: what is in progress there may be lost.
   * @returns whether requests were ever sent there
   */
  processChanged(ip: string): boolean {
    this.inProgress.changed(ip, this.clock.now);
    return this.loads.known(ip) !== undefined;
  }

  /** Requests to an address may fare differently from now on. */
  renewAddress(ip: string): void {
    const load = this.loads.of(ip);
    this.loads.renew(load, this.network.processes.byIp(ip));
    this.restate(load);
  }

  /** Brings the pods' loads to what is sent now, and tells the pods. */
  settleLoads(): void {
    for (const route of this.staleLoads) this.load(route);
    this.staleLoads.clear();
    for (const load of this.loads.settle()) this.restate(load);
    this.loads.tell();
  }

  /** Finds the route by which the group's requests go now; none if they do not. */
  reroute(stream: Stream, group: ClientGroup): void {
    const { origin } = group;
    const isDead = !origin.external && this.network.faults.isDown(origin.node);
    const sentRps = isDead ? 0 : group.rps;
    const old = group.route;
    const next = sentRps > 0 ? this.routeOf(stream, group) : undefined;
    if (old === next && group.sentRps === sentRps) return;
    if (old !== undefined) {
      this.settle(old);
      old.members.delete(group);
      old.rps = old.members.size === 0 ? 0 : old.rps - group.sentRps;
      this.staleLoads.add(old);
    }
    group.sentRps = sentRps;
    group.route = next;
    if (next !== undefined) {
      this.settle(next);
      next.members.add(group);
      next.rps += sentRps;
      this.staleLoads.add(next);
      if (next.plan === undefined) this.plan(next, origin);
    }
    this.lostRates.update(stream, group);
  }

  /** Comes after all have found their routes: a route's places look alike again by then. */
  restateAll(streams: Iterable<Stream>): void {
    this.states.clear();
    for (const stream of streams) {
      for (const route of stream.allRoutes()) {
        for (let i = 0; i < route.selection.endpoints.length; i++) this.restateAt(route, i);
      }
    }
  }

  /** Requests to an address fare differently: works its states out again, in all routes to it. */
  private restate(load: PodLoad): void {
    this.states.forget(load.ip);
    for (const stream of this.senders.get(load) ?? []) {
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
    this.settle(route);
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
        this.noteSender(loads[i]!, stream);
        if (states[i]!.outcome === 'ok') this.loads.add(loads[i]!, 0, 1);
      }
      route.plan = new RoutePlan(selection, states, loads);
    }
    this.noteLossy(route, route.plan);
  }

  private noteSender(load: PodLoad, stream: Stream): void {
    const streams = this.senders.get(load);
    if (streams === undefined) this.senders.set(load, [stream]);
    else if (!streams.includes(stream)) streams.push(stream);
  }

  private noteLossy(route: Route, plan: RoutePlan): void {
    if (plan.lossy.length > 0) this.lossy.add(route);
    else this.lossy.delete(route);
  }

  private settle(route: Route): void {
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
