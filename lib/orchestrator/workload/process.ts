/** One program that runs in a container: plain values, from which its answers follow. */
import type { Container } from '../api/objects';
import type { ScheduledEvent } from '../sim';
import type { ProgramModel } from './image-behaviour';

/** A running program as others may see it: who it is, where and since when it listens. */
export interface ProcessView {
  readonly containerId: string;
  readonly containerName: string;
  readonly podUid: string;
  /** `namespace/name` of the pod. */
  readonly podKey: string;
  readonly podIP: string;
  readonly nodeName: string;
  readonly ports: readonly number[];
  /** Virtual ms at which it began or will begin to listen; Infinity if it never does. */
  readonly listensFrom: number;
  /** Virtual ms at which its listener closes; Infinity while nobody ends it. */
  readonly listensUntil: number;
  /** Milliseconds that an answer takes when the program is idle. */
  readonly latencyMs: number;
  /** Requests a second that its CPU limit (or its node's CPU) lets it serve; Infinity if no matter. */
  readonly capacityRps: number;
  /** Requests a second that it is given now. */
  readonly loadRps: number;
}

export interface Process extends ProcessView {
  readonly container: Container;
  readonly model: ProgramModel;
  readonly startedAt: number;
  listensUntil: number;
  loadRps: number;
  readonly cpuLimitMilli: number;
  readonly memoryLimitBytes: number;
  /** Memory of the idle program. */
  readonly baseMemoryBytes: number;
  /** Set by SIGTERM. */
  terminating: boolean;
  exitEvent: ScheduledEvent | undefined;
  oomKilled: boolean;
}

/** Whether it accepts connections on the port at an instant. */
export function listensOn(process: ProcessView, port: number, now: number): boolean {
  return now >= process.listensFrom && now < process.listensUntil && process.ports.includes(port);
}

/** CPU that its load takes, in milli-CPU, as far as the limit lets it. */
export function cpuMilliOf(process: Process): number {
  const wanted = process.model.baseCpuMilli + process.loadRps * process.model.cpuMsPerRequest;
  return Math.min(wanted, process.cpuLimitMilli);
}

export function memoryBytesOf(process: Process, now: number): number {
  const { model } = process;
  const { memoryAfter } = model;
  const taken =
    memoryAfter !== undefined && now - process.startedAt >= memoryAfter.afterMs
      ? memoryAfter.bytes
      : 0;
  return process.baseMemoryBytes + process.loadRps * model.memoryBytesPerRps + taken;
}

/** How long an answer takes under the present load; Infinity if requests come faster than they go. */
export function latencyOf(process: ProcessView): number {
  const busy = process.loadRps / process.capacityRps;
  return busy >= 1 ? Infinity : process.latencyMs / (1 - busy);
}
