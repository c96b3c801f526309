/**
 * How many requests a second each pod gets from all traffic, and what that does: up to its
 * capacity it serves all, the slower the fuller it is; above, the excess fails.
 */
import type { PodProcess, ProcessView } from '../../network/process-view';

/** Latency grows as 1 / (1 - utilisation), and no more than this. */
const MAX_SLOWDOWN = 20;

/** Changes of less than this share are not told to the pod. */
const RELEVANT_CHANGE = 0.01;

export interface Served {
  readonly okFraction: number;
  readonly latencyMs: number;
}

/** FIDELITY: a queue in its steady state, M/M/1 in its mean; no backlog remains after overload. */
export function serviceUnder(rps: number, capacityRps: number, latencyMs: number): Served {
  if (capacityRps === Infinity) return { okFraction: 1, latencyMs };
  const utilisation = capacityRps > 0 ? rps / capacityRps : Infinity;
  const slowdown = utilisation >= 1 ? MAX_SLOWDOWN : 1 / (1 - utilisation);
  return {
    okFraction: utilisation <= 1 ? 1 : 1 / utilisation,
    latencyMs: Math.round(latencyMs * Math.min(slowdown, MAX_SLOWDOWN)),
  };
}

/** What one address gets. */
export interface PodLoad {
  readonly ip: string;
  /** How many routes send to it now. */
  routes: number;
  rps: number;
  process: PodProcess | undefined;
  /** What the routes' plans go by. */
  served: Served;
  toldRps: number;
  isTouched: boolean;
}

const NOTHING_SERVED: Served = { okFraction: 1, latencyMs: 0 };

export class PodLoads {
  private readonly loads = new Map<string, PodLoad>();
  private touched: PodLoad[] = [];

  constructor(private readonly processes: ProcessView) {}

  /** The load of an address; it is one object for good. */
  of(ip: string): PodLoad {
    let load = this.loads.get(ip);
    if (load === undefined) {
      load = {
        ip,
        routes: 0,
        rps: 0,
        process: undefined,
        served: NOTHING_SERVED,
        toldRps: 0,
        isTouched: false,
      };
      this.loads.set(ip, load);
    }
    return load;
  }

  known(ip: string): PodLoad | undefined {
    return this.loads.get(ip);
  }

  rps(ip: string): number {
    return this.loads.get(ip)?.rps ?? 0;
  }

  /** Takes the process behind the address as it is now; it has to be told its load again. */
  renew(load: PodLoad, process: PodProcess | undefined): void {
    if (process?.podUid !== load.process?.podUid) load.toldRps = 0;
    load.process = process;
    load.served =
      process === undefined
        ? NOTHING_SERVED
        : serviceUnder(load.rps, process.capacityRps, process.latencyMs);
    this.touch(load);
  }

  /** Adds to what a pod gets (or takes from it); `routes` is 1 or -1 if a route begins or ends. */
  add(load: PodLoad, rps: number, routes = 0): void {
    load.routes += routes;
    load.rps = load.routes === 0 ? 0 : load.rps + rps;
    this.touch(load);
  }

  /** Returns the loads where requests now fare differently. */
  settle(): PodLoad[] {
    const changed: PodLoad[] = [];
    for (const load of this.touched) {
      const { process, served, rps } = load;
      if (process === undefined || process.capacityRps === Infinity) continue;
      const now = serviceUnder(rps, process.capacityRps, process.latencyMs);
      if (now.okFraction === served.okFraction && now.latencyMs === served.latencyMs) continue;
      load.served = now;
      changed.push(load);
    }
    return changed;
  }

  /** Tells the pods whose load changed by a relevant amount. */
  tell(): void {
    const { touched } = this;
    this.touched = [];
    for (const load of touched) {
      load.isTouched = false;
      const { rps, toldRps, process } = load;
      if (process === undefined || rps === toldRps) continue;
      const isSmall = Math.abs(rps - toldRps) <= toldRps * RELEVANT_CHANGE;
      if (isSmall && rps > 0) continue;
      load.toldRps = rps;
      this.processes.setLoad(process.podUid, rps);
    }
  }

  private touch(load: PodLoad): void {
    if (load.isTouched) return;
    load.isTouched = true;
    this.touched.push(load);
  }
}
