/** What a sync of a DaemonSet looks at: its nodes by name, and its pods by node. */
import type { DaemonSet, Node, Pod } from '../../api/objects';
import type { Client, EventRecorder } from '../../client';
import { isPodAvailable } from '../framework/pod-availability';
import { revisionHashOf } from './daemon-pod';

export interface DaemonPass {
  readonly client: Client;
  readonly recorder: EventRecorder;
  readonly set: DaemonSet;
  /** Sorted by name. */
  readonly nodes: readonly Node[];
  readonly podsByNode: ReadonlyMap<string, readonly Pod[]>;
  /** The hash of the present template. */
  readonly hash: string;
}

/** What a sync wants to change. */
export interface DaemonChanges {
  readonly create: string[];
  readonly remove: Pod[];
}

export const podsOn = (pass: DaemonPass, node: string): readonly Pod[] =>
  pass.podsByNode.get(node) ?? [];

export const isAvailable = ({ set, client }: DaemonPass, pod: Pod): boolean =>
  isPodAvailable(pod, set.spec.minReadySeconds ?? 0, client.clock.wallMs);

export const isUpdated = ({ hash }: DaemonPass, pod: Pod): boolean => revisionHashOf(pod) === hash;

export const isLeaving = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined;
