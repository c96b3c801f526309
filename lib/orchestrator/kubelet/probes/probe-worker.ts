/**
 * The state of one probe of one container: its ticker, and what its answers have been so far.
 * Stands for the prober's worker.
 */
import type { Probe } from '../../api/objects';
import type { ScheduledEvent } from '../../sim';
import type { ProbeAnswer, ProbeKind } from '../container-runtime';

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

/** A new instance of the container: it starts with a clean slate. */
export function adopt(worker: ProbeWorker, containerId: string): void {
  worker.containerId = containerId;
  worker.result = INITIAL[worker.kind];
  worker.onHold = false;
}

/** What enough like answers in a row come to: something new, or what stood before. */
export type ProbeVerdict = 'changed' | 'confirmed';

/**
 * Counts an answer: like ones in a row, up to the probe's thresholds.
 * @returns what it settles; undefined if it settles nothing yet
 */
export function count(
  worker: ProbeWorker,
  result: ProbeAnswer['result'],
): ProbeVerdict | undefined {
  // A probe that could not be run says nothing about the container.
  if (result === 'unknown') return undefined;
  if (worker.lastResult === result) worker.run++;
  else {
    worker.lastResult = result;
    worker.run = 1;
  }
  const { failureThreshold, successThreshold } = worker.probe;
  if (worker.run < (result === 'failure' ? failureThreshold : successThreshold)) return undefined;
  const verdict = worker.result === result ? 'confirmed' : 'changed';
  worker.result = result;
  if (worker.kind === 'startup' || (worker.kind === 'liveness' && result === 'failure')) {
    worker.onHold = true;
    worker.run = 0;
  }
  return verdict;
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
