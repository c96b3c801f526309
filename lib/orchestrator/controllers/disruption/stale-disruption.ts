/**
 * Takes the DisruptionTarget condition back from pods that were to be disrupted and, two minutes
 * later, still are not being deleted.
 */
import { keyOf, splitKey } from '../../api/object';
import { conditionOf, isTerminal, type Pod } from '../../api/objects';
import { formatTime, parseTime } from '../../api/timestamps';
import type { ControllerContext, Informer } from '../../client';

const STALE_MS = 120_000;
const DISRUPTION_TARGET = 'DisruptionTarget';

export function resetStaleDisruptions(context: ControllerContext, pods: Informer<Pod>): void {
  const { client } = context;
  const queue = context.queue({
    name: 'disruption: stale pods',
    workers: 1,
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const pod = pods.get(namespace, name);
      const left = pod === undefined ? undefined : remainingMs(pod, client.clock.wallMs);
      if (pod === undefined || left === undefined) return;
      if (left > 0) return queue.addAfter(key, left);
      const lastTransitionTime = formatTime(client.clock.wallMs);
      const conditions = (pod.status.conditions ?? []).map((condition) =>
        condition.type === DISRUPTION_TARGET
          ? ({ type: DISRUPTION_TARGET, status: 'False', lastTransitionTime } as const)
          : condition,
      );
      client.updateStatus<Pod>('pods', { ...pod, status: { ...pod.status, conditions } });
    },
  });
  const consider = (pod: Pod): void => {
    const left = remainingMs(pod, client.clock.wallMs);
    if (left !== undefined) queue.addAfter(keyOf(pod), Math.max(0, left));
  };
  pods.addHandlers({ added: consider, updated: consider });
}

/** Milliseconds until the condition counts as stale; undefined if it does not apply. */
function remainingMs(pod: Pod, wallMs: number): number | undefined {
  const condition = conditionOf(pod, DISRUPTION_TARGET);
  if (condition?.status !== 'True' || condition.lastTransitionTime === undefined) return undefined;
  if (pod.metadata.deletionTimestamp !== undefined || isTerminal(pod)) return undefined;
  if (condition.reason === 'TerminationByKubelet') return undefined;
  return parseTime(condition.lastTransitionTime) + STALE_MS - wallMs;
}
