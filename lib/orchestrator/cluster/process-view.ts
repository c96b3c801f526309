/**
 * The programs in the pods as the network sees them: joins the container runtime's table of
 * programs with the pods' sandboxes, which outlive them for a moment and refuse connections.
 */
import type { Pod } from '../api/objects';
import type { ApiServer } from '../apiserver/api-server';
import type { ListeningPort, PodProcess, ProcessView } from '../network';
import type { Clock, Timer } from '../sim';
import type { ProcessTable, ProcessView as Program } from '../workload';

/** A pod's network namespace: the address is its own as long as the pod object exists. */
interface Sandbox {
  readonly podKey: string;
  readonly podUid: string;
  readonly nodeName: string;
}

export class PodProcesses implements ProcessView {
  private readonly listeners: ((podIp: string) => void)[] = [];
  private readonly sandboxes = new Map<string, Sandbox>();
  private readonly clock: Clock;
  /** Somebody begins or ceases to listen at an instant that was known before. */
  private readonly turns: Timer<string>;

  constructor(
    private readonly api: ApiServer,
    private readonly table: ProcessTable,
    private readonly zoneOf: (node: string) => string | undefined,
  ) {
    this.clock = api.clock;
    this.turns = this.clock.timer<string>('network: listener', (ip) => this.tell(ip));
    table.onChange((_uid, ip) => this.changed(ip));
  }

  byIp(ip: string): PodProcess | undefined {
    const programs = this.table.at(ip);
    if (programs.length === 0) return this.emptySandbox(ip);
    const [first] = programs;
    const zone = this.zoneOf(first!.nodeName);
    return {
      podKey: first!.podKey,
      podUid: first!.podUid,
      nodeName: first!.nodeName,
      ...(zone === undefined ? {} : { zone }),
      ports: programs.flatMap((program) => this.portsOf(program)),
      capacityRps: sumOf(programs, ({ ports, capacityRps }) =>
        ports.length > 0 ? capacityRps : 0,
      ),
      latencyMs: Math.max(
        ...programs.map(({ ports, latencyMs }) => (ports.length > 0 ? latencyMs : 0)),
      ),
      alive: true,
    };
  }

  onChange(callback: (podIp: string) => void): void {
    this.listeners.push(callback);
    // Nobody minded before who would begin to listen when.
    if (this.listeners.length === 1) for (const ip of this.sandboxes.keys()) this.foresee(ip);
  }

  setLoad(podUid: string, rps: number): void {
    this.table.setLoad(podUid, rps);
  }

  private changed(ip: string): void {
    const [first] = this.table.at(ip);
    if (first !== undefined) {
      const { podKey, podUid, nodeName } = first;
      this.sandboxes.set(ip, { podKey, podUid, nodeName });
    }
    if (this.listeners.length === 0) return;
    this.foresee(ip);
    this.tell(ip);
  }

  /** Tells again when a program of the address begins or ceases to listen. */
  private foresee(ip: string): void {
    const { now } = this.clock;
    for (const { listensFrom, listensUntil } of this.table.at(ip)) {
      if (listensFrom > now && listensFrom < Infinity) this.turns.at(Math.ceil(listensFrom), ip);
      if (listensUntil > now && listensUntil < Infinity) this.turns.at(Math.ceil(listensUntil), ip);
    }
  }

  private tell(ip: string): void {
    for (const listener of this.listeners) listener(ip);
  }

  private portsOf({ ports, listensFrom, listensUntil }: Program): ListeningPort[] {
    const { now } = this.clock;
    const listening = now >= listensFrom && now < listensUntil;
    const since = now >= listensUntil ? listensUntil : listening ? listensFrom : 0;
    return ports.map((port) => ({ port, listening, since }));
  }

  private emptySandbox(ip: string): PodProcess | undefined {
    const sandbox = this.sandboxes.get(ip);
    if (sandbox === undefined) return undefined;
    const pod = this.api.store.get('pods', sandbox.podKey) as Pod | undefined;
    if (pod?.metadata.uid !== sandbox.podUid) {
      this.sandboxes.delete(ip);
      return undefined;
    }
    const zone = this.zoneOf(sandbox.nodeName);
    return {
      ...sandbox,
      ...(zone === undefined ? {} : { zone }),
      ports: [],
      capacityRps: 0,
      latencyMs: 0,
      alive: false,
    };
  }
}

function sumOf(programs: readonly Program[], value: (program: Program) => number): number {
  let sum = 0;
  for (const program of programs) sum += value(program);
  return sum;
}
