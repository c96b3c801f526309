/**
 * When a probe's ticker ticks, and from when on a tick may change something: until then nobody
 * needs to see it.
 */
import type { KubeletContext } from '../kubelet-context';
import type { ContainerRecord } from '../pods/pod-record';
import type { ProbeWorker } from './probe-worker';

/** The first tick of the worker's ticker that is not before an instant. */
export function nextTickAfter(worker: ProbeWorker, at: number): number {
  const periods = Math.floor((at - worker.base - 1) / worker.periodMs) + 1;
  return worker.base + periods * worker.periodMs;
}

/** Whether the kubelet takes the container for running. */
export const isUp = (container: ContainerRecord): boolean =>
  container.id !== '' && container.running && !container.endSeen;

/**
 * The instant from which on a tick may change something; Infinity if none will.
 * @param ask whether answers may have changed against what was foreseen
 */
export function mattersFrom(
  { clock, runtime }: KubeletContext,
  worker: ProbeWorker,
  container: ContainerRecord,
  ask: boolean,
): number {
  if (container.id === '' || worker.onHold) return Infinity;
  if (!isUp(container)) return worker.result === 'failure' ? Infinity : clock.now;
  if (container.started === (worker.kind === 'startup')) return Infinity;
  const { probe, result } = worker;
  const due = container.startedAtMs + (probe.initialDelaySeconds ?? 0) * 1000 - clock.epochMs;
  const settled = result === 'success' && worker.lastResult === 'success';
  if (settled && !ask && worker.run >= probe.successThreshold) {
    return Math.max(due, runtime.answersUntil(container.id));
  }
  return due;
}

/** initialDelaySeconds counts from startedAt as the status shows it, in whole seconds. */
export function isDue(worker: ProbeWorker, container: ContainerRecord, wallMs: number): boolean {
  const delay = worker.probe.initialDelaySeconds ?? 0;
  return wallMs - container.startedAtMs >= delay * 1000;
}
