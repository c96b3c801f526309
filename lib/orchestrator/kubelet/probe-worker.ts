/**
 * The state of one probe of one container: its ticker, and what its answers have been so far.
 * Stands for the prober's worker.
 */
import type { Probe } from '../api/objects';
import type { ScheduledEvent } from '../sim';
import type { ProbeKind } from './container-runtime';
import type { ContainerRecord } from './pod-record';

export interface ProbeWorker {
  readonly id: number;
  readonly uid: string;
  readonly index: number;
  readonly kind: ProbeKind;
  readonly probe: Probe;
  readonly periodMs: number;
  /** An instant of the ticker; the others are whole periods away. */
  base: number;
  containerId: string;
  result: 'success' | 'failure' | 'unknown';
  lastResult: 'success' | 'failure' | 'unknown' | undefined;
  run: number;
  onHold: boolean;
  manual: boolean;
  event: ScheduledEvent | undefined;
  /** An answer is awaited until then; 0 if none is. */
  busyUntil: number;
  askedAt: number;
}

export const PROBE_KINDS: readonly ProbeKind[] = ['startup', 'liveness', 'readiness'];
const INITIAL = { startup: 'unknown', liveness: 'success', readiness: 'failure' } as const;
/** The first tick of the worker's ticker that is not before an instant. */
export function nextTickAfter(worker: ProbeWorker, at: number): number {
  const periods = Math.floor((at - worker.base - 1) / worker.periodMs) + 1;
  return worker.base + periods * worker.periodMs;
}

/** Whether the kubelet takes the container for running. */
export const isUp = (container: ContainerRecord): boolean =>
  container.id !== '' && container.running && !container.endSeen;

/** A new instance of the container: it starts with a clean slate. */
export function adopt(worker: ProbeWorker, containerId: string): void {
  worker.containerId = containerId;
  worker.result = INITIAL[worker.kind];
  worker.onHold = false;
}

export function newProbeWorker(
  id: number,
  uid: string,
  index: number,
  kind: ProbeKind,
  probe: Probe,
): ProbeWorker {
  return {
    id,
    uid,
    index,
    kind,
    probe,
    periodMs: probe.periodSeconds * 1000,
    base: 0,
    containerId: '',
    result: INITIAL[kind],
    lastResult: undefined,
    run: 0,
    onHold: false,
    manual: false,
    event: undefined,
    busyUntil: 0,
    askedAt: 0,
  };
}
