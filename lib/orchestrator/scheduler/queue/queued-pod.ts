/** A pod that waits to be scheduled, and what became of earlier attempts. */
import { keyOf } from '../../api/object';
import type { Pod } from '../../api/objects';
import type { EventMask } from './cluster-event';
import type { HeapItem } from './heap';

export type QueuePlace = 'active' | 'backoff' | 'error-backoff' | 'waiting' | 'gated' | 'none';

export interface QueuedPod extends HeapItem {
  readonly uid: string;
  readonly key: string;
  pod: Pod;
  priority: number;
  /** Milliseconds of the clock at which it was last added, and the order among equals. */
  addedAt: number;
  sequence: number;
  /** How often in a row plugins rejected it, and how often it failed by an error. */
  unschedulable: number;
  errors: number;
  backoffUntil: number;
  rejectedBy: readonly string[];
  /** The events that the rejecting plugins wait for. */
  interest: EventMask;
  where: QueuePlace;
  /** Trace entry that led to its being in the queue. */
  cause: number;
}

export const queuedPod = (pod: Pod, cause: number): QueuedPod => ({
  uid: pod.metadata.uid,
  key: keyOf(pod),
  pod,
  priority: pod.spec.priority ?? 0,
  addedAt: 0,
  sequence: 0,
  unschedulable: 0,
  errors: 0,
  backoffUntil: 0,
  rejectedBy: [],
  interest: 0,
  where: 'none',
  cause,
  place: -1,
});

/** PrioritySort: higher priority first, then the one that was added earlier. */
export function byPriority(a: QueuedPod, b: QueuedPod): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  if (a.addedAt !== b.addedAt) return a.addedAt < b.addedAt;
  return a.sequence < b.sequence;
}
