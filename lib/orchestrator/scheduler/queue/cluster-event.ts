/**
 * What happens in the cluster that may let a pod be scheduled that could not be. Plugins register
 * for such events; a pod that they rejected waits for one of them.
 */
import type { KubeObject } from '../../api/object';

/** Kinds of events as bits. */
export const EVENT = {
  nodeAdd: 1 << 0,
  nodeAllocatable: 1 << 1,
  nodeLabel: 1 << 2,
  nodeTaint: 1 << 3,
  nodeDelete: 1 << 4,
  /** A pod on a node came, or a pod was placed. */
  assignedPodAdd: 1 << 5,
  assignedPodLabel: 1 << 6,
  assignedPodScaleDown: 1 << 7,
  assignedPodDelete: 1 << 8,
  /** The waiting pod itself changed. */
  podLabel: 1 << 9,
  podTolerations: 1 << 10,
  podGates: 1 << 11,
  podScaleDown: 1 << 12,
  volumeClaim: 1 << 13,
  volume: 1 << 14,
  storageClass: 1 << 15,
  csiNode: 1 << 16,
  flush: 1 << 17,
  /** A waiting pod's own other update. */
  podOther: 1 << 18,
  unscheduledPodDelete: 1 << 19,
} as const;

/** A union of EVENT bits. */
export type EventMask = number;

export interface ClusterEvent {
  readonly kind: EventMask;
  /** The object as it is now, or was when it was deleted. */
  readonly object: KubeObject | undefined;
  readonly previous: KubeObject | undefined;
}

export const NODE_CHANGE =
  EVENT.nodeAdd | EVENT.nodeAllocatable | EVENT.nodeLabel | EVENT.nodeTaint;
