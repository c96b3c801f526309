/**
 * Requests of one kind on their way: who sends how many, by which routes, and what became of them.
 * A client's first attempts are one stream, its second attempts another.
 */
import type { Selection } from '../../network/endpoint-selection';
import type { Origin, ServiceTarget } from '../../network/network';
import { noOutcomes, type Outcome, type OutcomeCounts } from '../losses/outcome';
import { LatencyHistogram } from '../reports/latency-histogram';
import type { LossyEndpoint, RoutePlan } from './route-plan';

/** Clients of one place, which the network treats alike. */
export interface ClientGroup {
  readonly index: number;
  readonly origin: Origin;
  /** Requests a second that they are to send. */
  rps: number;
  /** Requests a second that they do send: none if their node is down. */
  sentRps: number;
  route: Route | undefined;
  /** Requests a second lost at once and after a time-out, as last told to the retries. */
  lostFast: number;
  lostSlow: number;
}

/** Groups whose requests go to the same endpoints and fare the same. */
export interface Route {
  readonly stream: Stream;
  readonly selection: Selection;
  /** The kind of place that they send from. */
  readonly kind: string;
  readonly members: Set<ClientGroup>;
  rps: number;
  /** Requests a second that the pods' loads have of it. */
  loadedRps: number;
  plan: RoutePlan | undefined;
  /** Up to when its requests are counted. */
  since: number;
}

/** A stretch of time in which nothing changed for a route. */
export interface Segment {
  readonly from: number;
  to: number;
  requests: number;
  readonly selection: Selection;
  readonly latencies: ReadonlyMap<number, number>;
  readonly lossy: readonly LossyEndpoint[];
  readonly okShare: number;
}

export interface StreamOptions {
  /** The source of traffic that it belongs to. */
  readonly source: number;
  readonly target: ServiceTarget;
  readonly origins: readonly Origin[];
  readonly attempt: number;
  /** Whether lost requests are tried again. */
  readonly retried: boolean;
  /** Whether clients keep their connections, or make a new one for each request. */
  readonly connections: 'new' | 'kept';
}

export class Stream {
  readonly source: number;
  readonly target: ServiceTarget;
  readonly attempt: number;
  readonly retried: boolean;
  readonly connections: 'new' | 'kept';
  readonly groups: readonly ClientGroup[];
  readonly routes = new Map<Selection, Map<string, Route>>();
  readonly counts: OutcomeCounts = noOutcomes();
  /** Lost after they were accepted; clients do not send those again. */
  readonly cutShort: OutcomeCounts = noOutcomes();
  readonly latency = new LatencyHistogram();
  readonly segments: Segment[] = [];
  sent = 0;
  private readonly byNode = new Map<string, ClientGroup[]>();

  constructor(options: StreamOptions) {
    this.source = options.source;
    this.target = options.target;
    this.attempt = options.attempt;
    this.retried = options.retried;
    this.connections = options.connections;
    this.groups = options.origins.map((origin, index) => ({
      index,
      origin,
      rps: 0,
      sentRps: 0,
      route: undefined,
      lostFast: 0,
      lostSlow: 0,
    }));
    for (const group of this.groups) {
      const { node } = group.origin;
      const list = this.byNode.get(node);
      if (list === undefined) this.byNode.set(node, [group]);
      else list.push(group);
    }
  }

  groupsOn(node: string): readonly ClientGroup[] {
    return this.byNode.get(node) ?? [];
  }

  *allRoutes(): Generator<Route> {
    for (const byKind of this.routes.values()) yield* byKind.values();
  }

  /** The route of a selection and kind of place, made at `now` if there is none. */
  route(selection: Selection, kind: string, now: number): Route {
    let byKind = this.routes.get(selection);
    if (byKind === undefined) this.routes.set(selection, (byKind = new Map()));
    let route = byKind.get(kind);
    if (route === undefined) {
      const members = new Set<ClientGroup>();
      const rates = { rps: 0, loadedRps: 0 };
      route = { stream: this, selection, kind, members, ...rates, plan: undefined, since: now };
      byKind.set(kind, route);
    }
    return route;
  }

  forget({ selection, kind }: Route): void {
    const byKind = this.routes.get(selection);
    byKind?.delete(kind);
    if (byKind?.size === 0) this.routes.delete(selection);
  }

  /** Notes requests sent under a plan; their outcomes are counted when it changes. */
  send(plan: RoutePlan, from: number, to: number, requests: number): void {
    plan.requests += requests;
    this.sent += requests;
    const { selection, latencies, lossy } = plan;
    const last = this.segments[this.segments.length - 1];
    if (
      last !== undefined &&
      last.to === from &&
      last.latencies === latencies &&
      last.lossy === lossy &&
      Math.abs(last.requests * (to - from) - requests * (last.to - last.from)) < 1e-6 * requests
    ) {
      last.to = to;
      last.requests += requests;
      return;
    }
    const { okShare } = plan;
    this.segments.push({ from, to, requests, selection, latencies, lossy, okShare });
  }

  /** Counts what was sent under a plan by its outcomes. */
  count(plan: RoutePlan): void {
    if (plan.requests === 0) return;
    const unit = plan.requests * plan.unitShare;
    for (const [latencyMs, units] of plan.latencies) {
      this.counts.ok += unit * units;
      this.latency.add(latencyMs, unit * units);
    }
    for (const { state, lost } of plan.lossy) {
      this.counts[state.outcome === 'ok' ? 'overload' : state.outcome] += plan.requests * lost;
    }
    plan.requests = 0;
  }

  /** Requests that were counted as answered were not, after all. */
  revoke(requests: number, latencyMs: number, outcome: Outcome): void {
    this.counts.ok -= requests;
    this.cutShort[outcome] += requests;
    this.latency.add(latencyMs, -requests);
  }
}
