/**
 * All programs that run in the cluster, for those who send requests to them and measure them:
 * the data plane, load generators, the metrics pipeline.
 */
import { cpuMilliOf, memoryBytesOf, type Process, type ProcessView } from './process';

/** What a pod uses now. */
export interface PodUsage {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
}

export interface ContainerUsage extends PodUsage {
  readonly container: string;
}

/** Told of a pod whose programs started, began to end, ended, or whose capacity changed. */
export type ProcessListener = (podUid: string, podIP: string) => void;

/** Told when a pod's load changed, so that what hangs on it is looked at again. */
export type LoadListener = (process: Process) => void;

const NONE: readonly Process[] = [];

export class ProcessTable {
  private readonly byUid = new Map<string, Process[]>();
  private readonly byAddress = new Map<string, Process[]>();
  private readonly listeners: ProcessListener[] = [];
  private loadListener: LoadListener | undefined;

  constructor(private readonly now: () => number) {}

  /** How many programs run. */
  get count(): number {
    let count = 0;
    for (const processes of this.byUid.values()) count += processes.length;
    return count;
  }

  /** Registers a listener, for as long as the cluster lives; it is called synchronously. */
  onChange(listener: ProcessListener): void {
    this.listeners.push(listener);
  }

  /** Programs of the pod that have not ended. */
  ofPod(podUid: string): readonly ProcessView[] {
    return this.byUid.get(podUid) ?? NONE;
  }

  /** Programs behind an address; those of hostNetwork pods share their node's. */
  at(podIP: string): readonly ProcessView[] {
    return this.byAddress.get(podIP) ?? NONE;
  }

  /** The program that listens on the address and port now, if any does. */
  listening(podIP: string, port: number): ProcessView | undefined {
    const now = this.now();
    for (const process of this.byAddress.get(podIP) ?? NONE) {
      if (now < process.listensFrom || now >= process.listensUntil) continue;
      if (process.ports.includes(port)) return process;
    }
    return undefined;
  }

  /** Requests a second that the pod gets from now on; its programs that listen share them alike. */
  setLoad(podUid: string, rps: number): void {
    const processes = this.byUid.get(podUid);
    if (processes === undefined) return;
    let servers = 0;
    for (const { ports } of processes) if (ports.length > 0) servers++;
    for (const process of [...processes]) {
      const share = process.ports.length > 0 ? rps / servers : 0;
      if (process.loadRps === share) continue;
      process.loadRps = share;
      this.loadListener?.(process);
    }
  }

  /** What the pod uses now; undefined if none of its programs runs. */
  usage(podUid: string): PodUsage | undefined {
    const processes = this.byUid.get(podUid);
    if (processes === undefined || processes.length === 0) return undefined;
    const now = this.now();
    let cpuMilli = 0;
    let memoryBytes = 0;
    for (const process of processes) {
      cpuMilli += cpuMilliOf(process);
      memoryBytes += memoryBytesOf(process, now);
    }
    return { cpuMilli: Math.round(cpuMilli), memoryBytes: Math.round(memoryBytes) };
  }

  /** The same for each container that runs, in the order of their starts. */
  containerUsage(podUid: string): ContainerUsage[] {
    const now = this.now();
    return (this.byUid.get(podUid) ?? NONE).map((process) => ({
      container: process.containerName,
      cpuMilli: Math.round(cpuMilliOf(process)),
      memoryBytes: Math.round(memoryBytesOf(process, now)),
    }));
  }

  /** For the runtime: a program has started. */
  add(process: Process): void {
    push(this.byUid, process.podUid, process);
    push(this.byAddress, process.podIP, process);
    this.changed(process);
  }

  /** For the runtime: a program has ended. */
  remove(process: Process): void {
    drop(this.byUid, process.podUid, process);
    drop(this.byAddress, process.podIP, process);
    this.changed(process);
  }

  /** For the runtime: something about the program is different now. */
  changed(process: Process): void {
    for (const listener of this.listeners) listener(process.podUid, process.podIP);
  }

  /** For the runtime: who looks after the consequences of load. */
  onLoad(listener: LoadListener): void {
    this.loadListener = listener;
  }
}

function push(map: Map<string, Process[]>, key: string, process: Process): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [process]);
  else list.push(process);
}

function drop(map: Map<string, Process[]>, key: string, process: Process): void {
  const list = map.get(key);
  const at = list?.indexOf(process) ?? -1;
  if (list === undefined || at < 0) return;
  if (list.length === 1) map.delete(key);
  else list.splice(at, 1);
}
