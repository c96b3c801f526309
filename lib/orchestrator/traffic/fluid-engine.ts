/**
 * Traffic as flows: between two changes of proxy tables, listeners, capacity, faults or rates the
 * flow from each place to each endpoint is constant, so what was sent and what was lost are
 * products of rate and time, exact, and a million requests a second cost what ten cost.
 */
import type { Network } from '../network/network';
import type { Clock, Timer, Trace } from '../sim';
import { InProgress } from './in-progress';
import { LossAttribution } from './loss-attribution';
import { LossLedger, type LossEntry } from './loss-ledger';
import type { FailedOutcome } from './outcome';
import { PodLoads } from './pod-load';
import { planRoute, type RoutePlan } from './route-plan';
import type { ClientGroup, Route, Stream } from './stream';

/** In the trace: requests of one pod, client node and cause were lost. */
export interface RequestsLostFact extends Readonly<Omit<LossEntry, 'attempt'>> {
  readonly type: 'requests-lost';
}

/** After all that happens at an instant. */
const LAST_PRIORITY = 1000;

export class FluidEngine {
  readonly ledger = new LossLedger();
  readonly loads: PodLoads;
  private readonly clock: Clock;
  private readonly streams = new Set<Stream>();
  private readonly byService = new Map<string, Set<Stream>>();
  private readonly byIp = new Map<string, Set<Route>>();
  private readonly movedGroups = new Map<ClientGroup, Stream>();
  private readonly stalePlans = new Set<Route>();
  private readonly staleLoads = new Set<Route>();
  private readonly lossy = new Set<Route>();
  private readonly attribution: LossAttribution;
  private readonly inProgress: InProgress;
  private readonly flushTimer: Timer<undefined>;
  private readonly lossListeners: ((stream: Stream, group: ClientGroup) => void)[] = [];
  private readonly tableListeners: ((service: string) => void)[] = [];
  private flushAt = -1;
  private everything = false;
  private nextRoute = 1;

  constructor(
    private readonly network: Network,
    private readonly trace: Trace,
    clock: Clock,
  ) {
    this.clock = clock;
    this.loads = new PodLoads(network.processes);
    this.attribution = new LossAttribution(network);
    this.inProgress = new InProgress(network, this.ledger);
    this.flushTimer = clock.timer('traffic: flows', () => this.flush(), LAST_PRIORITY);
    network.proxies.onTableChange((node, services) => this.tableChanged(node, services));
    network.knowledge.onHeadlessChange((service) => this.serviceChanged(service));
    network.processes.onChange((ip) => this.processChanged(ip));
    network.faults.onChange(() => this.touchEverything());
    network.policies.onChange(() => this.touchEverything());
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

  /** Calls back when what is lost of a group's requests a second changes. */
  onLoss(listener: (stream: Stream, group: ClientGroup) => void): void {
    this.lossListeners.push(listener);
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
    this.reportEnded();
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
    const routes = this.byIp.get(ip);
    if (routes === undefined) return;
    for (const route of routes) this.stalePlans.add(route);
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
    if (this.everything) {
      this.everything = false;
      for (const stream of this.streams) {
        for (const group of stream.groups) this.movedGroups.set(group, stream);
        for (const route of stream.allRoutes()) this.stalePlans.add(route);
      }
    }
    for (const route of this.lossy) this.settleRoute(route);
    for (const [group, stream] of this.movedGroups) this.reroute(stream, group);
    this.movedGroups.clear();
    for (const route of this.stalePlans) this.replan(route);
    this.stalePlans.clear();
    for (const route of this.staleLoads) this.load(route);
    this.staleLoads.clear();
    for (const ip of this.loads.settle()) {
      for (const route of [...(this.byIp.get(ip) ?? [])]) this.replan(route);
    }
    this.staleLoads.clear();
    this.loads.tell();
    this.reportEnded();
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
      if (next.plan === undefined) this.stalePlans.add(next);
    }
    this.tellLoss(stream, group);
  }

  private routeOf(stream: Stream, group: ClientGroup): Route {
    const { origin } = group;
    const selection = this.network.route(origin, stream.target);
    const key = this.network.kindOf(origin);
    let byKey = stream.routes.get(selection);
    if (byKey === undefined) stream.routes.set(selection, (byKey = new Map()));
    let route = byKey.get(key);
    if (route === undefined) {
      route = {
        id: this.nextRoute++,
        stream,
        selection,
        key,
        members: new Set(),
        rps: 0,
        plan: undefined,
        since: this.clock.now,
      };
      byKey.set(key, route);
    }
    return route;
  }

  private settleRoute(route: Route): void {
    const { now } = this.clock;
    const { since, plan, rps, stream } = route;
    if (now === since) return;
    route.since = now;
    if (plan === undefined || rps <= 0) return;
    stream.send(plan, since, now, (rps * (now - since)) / 1000);
    if (!plan.isLossy) return;
    for (const entry of plan.entries) {
      if (entry.outcome === 'ok') continue;
      const { cause, closedAt } = this.attribution.of(stream.target, entry, since);
      for (const { origin, sentRps } of route.members) {
        this.ledger.add({
          service: stream.target.service,
          source: stream.source,
          node: origin.node,
          podKey: entry.podKey,
          podUid: entry.podUid,
          endpointIp: entry.endpoint?.ip,
          outcome: entry.outcome as FailedOutcome,
          cause,
          from: since,
          to: now,
          requests: (sentRps * entry.share * (now - since)) / 1000,
          attempt: stream.attempt,
          retried: stream.retried,
          closedAt,
        });
      }
    }
  }

  private replan(route: Route): void {
    const { stream, selection } = route;
    if (route.members.size === 0) return;
    this.settleRoute(route);
    const old = route.plan;
    if (old !== undefined) stream.count(old);
    const [representative] = route.members;
    const plan = planRoute(this.network, this.loads, representative!.origin, selection);
    route.plan = plan;
    this.attribution.planned(plan, this.clock.now, this.ledger);
    if (old !== undefined) this.inProgress.replanned(route, old, plan, this.clock.now);
    this.index(route, old, plan);
    this.staleLoads.add(route);
    if (plan.isLossy) this.lossy.add(route);
    else this.lossy.delete(route);
    if (old?.isLossy === true || plan.isLossy) {
      for (const group of route.members) this.tellLoss(stream, group);
    }
  }

  private index(route: Route, old: RoutePlan | undefined, plan: RoutePlan | undefined): void {
    for (const ip of old?.ips ?? []) this.byIp.get(ip)?.delete(route);
    for (const ip of plan?.ips ?? []) {
      let routes = this.byIp.get(ip);
      if (routes === undefined) this.byIp.set(ip, (routes = new Set()));
      routes.add(route);
    }
    const still = new Set(plan?.targets.map(({ ip }) => ip));
    for (const { ip } of old?.targets ?? []) if (!still.has(ip)) this.loads.set(ip, route.id, 0);
  }

  private load(route: Route): void {
    const { plan, rps, members, stream } = route;
    if (members.size > 0) {
      for (const { ip, share } of plan?.targets ?? []) this.loads.set(ip, route.id, rps * share);
      return;
    }
    if (plan !== undefined) stream.count(plan);
    this.index(route, plan, undefined);
    route.plan = undefined;
    this.lossy.delete(route);
    const byKey = stream.routes.get(route.selection);
    byKey?.delete(route.key);
    if (byKey?.size === 0) stream.routes.delete(route.selection);
  }

  /** Requests a second of a group that are lost at once, and after a time-out. */
  private tellLoss(stream: Stream, group: ClientGroup): void {
    if (!stream.retried) return;
    let fast = 0;
    let slow = 0;
    for (const { outcome, share } of group.route?.plan?.entries ?? []) {
      if (outcome === 'timeout' || outcome === 'blocked') slow += share;
      else if (outcome !== 'ok') fast += share;
    }
    const [lostFast, lostSlow] = [fast * group.sentRps, slow * group.sentRps];
    if (lostFast === group.lostFast && lostSlow === group.lostSlow) return;
    group.lostFast = lostFast;
    group.lostSlow = lostSlow;
    for (const listener of this.lossListeners) listener(stream, group);
  }

  /** Windows that were not extended are over. */
  private reportEnded(): void {
    if (!this.ledger.hasOpen) return;
    for (const { attempt: _, ...entry } of this.ledger.closeBefore(this.clock.now)) {
      const fact: RequestsLostFact = { type: 'requests-lost', ...entry };
      this.trace.append('traffic', fact);
    }
  }
}
