/**
 * How many requests a second each pod gets from all traffic, and what that does: up to its
 * capacity it serves all, the slower the fuller it is; above, the excess fails.
 */
import type { PodProcess, ProcessView } from '../network/process-view';

/** Latency grows as 1 / (1 - utilisation), and no more than this. */
const MAX_SLOWDOWN = 20;

/** Changes of less than this share are not told to the pod. */
const RELEVANT_CHANGE = 0.01;

interface Load {
  /** Requests a second by the id of the route that sends them. */
  readonly byRoute: Map<number, number>;
  rps: number;
  told: number;
  toldUid: string;
  /** What the plans of its routes go by. */
  okFraction: number;
  latencyMs: number;
}

export interface Service {
  readonly okFraction: number;
  readonly latencyMs: number;
}

/** FIDELITY: a queue in its steady state, M/M/1 in its mean; no backlog remains after overload. */
export function serviceUnder(rps: number, capacityRps: number, latencyMs: number): Service {
  if (capacityRps === Infinity) return { okFraction: 1, latencyMs };
  const utilisation = capacityRps > 0 ? rps / capacityRps : Infinity;
  const slowdown = utilisation >= 1 ? MAX_SLOWDOWN : 1 / (1 - utilisation);
  return {
    okFraction: utilisation <= 1 ? 1 : 1 / utilisation,
    latencyMs: Math.round(latencyMs * Math.min(slowdown, MAX_SLOWDOWN)),
  };
}

export class PodLoads {
  private readonly loads = new Map<string, Load>();
  private readonly touched = new Set<string>();

  constructor(private readonly processes: ProcessView) {}

  /** What requests to the pod can expect at its load. */
  service(ip: string, process: PodProcess): Service {
    return serviceUnder(this.loads.get(ip)?.rps ?? 0, process.capacityRps, process.latencyMs);
  }

  rps(ip: string): number {
    return this.loads.get(ip)?.rps ?? 0;
  }

  /** Sets what one route sends to a pod. */
  set(ip: string, route: number, rps: number): void {
    let load = this.loads.get(ip);
    if (load === undefined) {
      load = { byRoute: new Map(), rps: 0, told: 0, toldUid: '', okFraction: 1, latencyMs: -1 };
      this.loads.set(ip, load);
    }
    if (rps === 0) load.byRoute.delete(route);
    else load.byRoute.set(route, rps);
    this.touched.add(ip);
  }

  /** Adds up what was set; returns the addresses where requests now fare differently. */
  settle(): string[] {
    const changed: string[] = [];
    for (const ip of this.touched) {
      const load = this.loads.get(ip)!;
      let sum = 0;
      for (const rps of load.byRoute.values()) sum += rps;
      load.rps = sum;
      const process = this.processes.byIp(ip);
      if (process === undefined) continue;
      const { okFraction, latencyMs } = serviceUnder(sum, process.capacityRps, process.latencyMs);
      if (okFraction !== load.okFraction || latencyMs !== load.latencyMs) {
        if (load.latencyMs >= 0 || process.capacityRps !== Infinity) changed.push(ip);
        load.okFraction = okFraction;
        load.latencyMs = latencyMs;
      }
    }
    return changed;
  }

  /** Tells the pods whose load changed by a relevant amount. */
  tell(): void {
    for (const ip of this.touched) {
      const load = this.loads.get(ip)!;
      const process = this.processes.byIp(ip);
      if (process === undefined) {
        if (load.byRoute.size === 0) this.loads.delete(ip);
        continue;
      }
      const isSame = process.podUid === load.toldUid;
      const change = Math.abs(load.rps - load.told);
      if (isSame && change <= load.told * RELEVANT_CHANGE && (load.rps > 0 || load.told === 0)) {
        continue;
      }
      load.told = load.rps;
      load.toldUid = process.podUid;
      this.processes.setLoad(process.podUid, load.rps);
    }
    this.touched.clear();
  }
}
