/** When a pod counts as available: Ready, and for at least minReadySeconds. */
import { conditionOf, isPodReady, type Pod } from '../../api/objects';
import { parseTime } from '../../api/timestamps';

/** @param wallMs the instant now in ms since the Unix epoch. */
export function isPodAvailable(pod: Pod, minReadySeconds: number, wallMs: number): boolean {
  if (!isPodReady(pod)) return false;
  if (minReadySeconds === 0) return true;
  const since = conditionOf(pod, 'Ready')?.lastTransitionTime;
  return since !== undefined && parseTime(since) + minReadySeconds * 1000 <= wallMs;
}

/**
 * Milliseconds until the first of the ready pods that are not available yet becomes so;
 * undefined if there is none.
 */
export function nextAvailability(
  pods: readonly Pod[],
  minReadySeconds: number,
  wallMs: number,
): number | undefined {
  if (minReadySeconds === 0) return undefined;
  let next: number | undefined;
  for (const pod of pods) {
    if (!isPodReady(pod)) continue;
    const since = conditionOf(pod, 'Ready')?.lastTransitionTime;
    if (since === undefined) continue;
    const left = parseTime(since) + minReadySeconds * 1000 - wallMs;
    if (left > 0 && (next === undefined || left < next)) next = left;
  }
  return next;
}
