/** What each pod went through, read from the trace: created, bound, ready or not, terminating, gone. */
import type { KubeObject } from '../orchestrator/api/object';
import { controllerOf } from '../orchestrator/api/object';
import type { Pod } from '../orchestrator/api/objects';
import { isPodReady, isTerminal } from '../orchestrator/api/objects';
import type { WriteFact } from '../orchestrator/apiserver/requests';
import type { Trace, TraceEntry } from '../orchestrator/sim';

export type PodState =
  'pending' | 'starting' | 'ready' | 'unready' | 'terminating' | 'ended' | 'gone';

export interface PodChange {
  /** Virtual ms. */
  readonly at: number;
  readonly state: PodState;
}

export interface PodHistory {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  /** Name of its controller: the ReplicaSet, StatefulSet…; '' for none. */
  readonly owner: string;
  readonly pod: Pod;
  readonly changes: readonly PodChange[];
}

type Write = TraceEntry<WriteFact>;

export const writesOf = (trace: Trace): readonly Write[] => trace.of<WriteFact>('write');

export function stateOf(pod: Pod): PodState {
  if (pod.metadata.deletionTimestamp !== undefined) return 'terminating';
  if (isTerminal(pod)) return 'ended';
  if (isPodReady(pod)) return 'ready';
  if (!pod.spec.nodeName) return 'pending';
  return pod.status.phase === 'Running' ? 'unready' : 'starting';
}

/** Histories of the pods that match, in the order of their creation. */
export function podHistories(trace: Trace, matches: (pod: Pod) => boolean): PodHistory[] {
  const found = new Map<string, { pod: Pod; changes: PodChange[] }>();
  for (const { at, fact } of writesOf(trace)) {
    if (fact.resource !== 'pods') continue;
    const pod = fact.object as Pod;
    const { uid } = pod.metadata;
    let history = found.get(uid);
    if (history === undefined) {
      if (!matches(pod)) continue;
      history = { pod, changes: [] };
      found.set(uid, history);
    }
    history.pod = pod;
    const state = fact.verb === 'DELETED' ? 'gone' : stateOf(pod);
    if (history.changes.at(-1)?.state !== state) history.changes.push({ at, state });
  }
  return [...found.values()].map(({ pod, changes }) => ({
    name: pod.metadata.name,
    namespace: pod.metadata.namespace,
    uid: pod.metadata.uid,
    owner: controllerOf(pod)?.name ?? '',
    pod,
    changes,
  }));
}

/** The state at an instant; undefined before the pod was there. */
export function stateAt(history: PodHistory, at: number): PodState | undefined {
  let state: PodState | undefined;
  for (const change of history.changes) {
    if (change.at > at) break;
    state = change.state;
  }
  return state;
}

/** How many of the pods are in a state over time: an entry for each change, the first at `from`. */
export function countOver(
  histories: readonly PodHistory[],
  from: number,
  counts: (state: PodState) => boolean,
): { readonly at: number; readonly count: number }[] {
  const steps: { at: number; change: number }[] = [];
  let count = 0;
  for (const history of histories) {
    let was = false;
    for (const { at, state } of history.changes) {
      const is = counts(state);
      if (is === was) continue;
      if (at <= from) count += is ? 1 : -1;
      else steps.push({ at, change: is ? 1 : -1 });
      was = is;
    }
  }
  steps.sort((a, b) => a.at - b.at);
  const over = [{ at: from, count }];
  for (const { at, change } of steps) {
    count += change;
    if (over.at(-1)!.at === at) over[over.length - 1] = { at, count };
    else over.push({ at, count });
  }
  return over;
}

/** The last state of an object that the trace holds, also of one that is gone. */
export function lastStateOf(trace: Trace, resource: string, name: string): KubeObject | undefined {
  const writes = writesOf(trace);
  for (let i = writes.length - 1; i >= 0; i--) {
    const { fact } = writes[i]!;
    if (fact.resource === resource && fact.object.metadata.name === name) return fact.object;
  }
  return undefined;
}
