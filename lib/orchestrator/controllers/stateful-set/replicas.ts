/** The pods of a StatefulSet in their places: one slot for each ordinal, and those beyond. */
import type { NewObject } from '../../api/object';
import { isPodReady, type Pod, type PodTemplateSpec, type StatefulSet } from '../../api/objects';
import { isPodAvailable } from '../framework/pod-availability';
import { isInRange, ordinalOf, startOrdinal, statefulPod } from './identity';

export interface Slot {
  readonly ordinal: number;
  /** The pod in this place, undefined if it has to be created first. */
  readonly pod: Pod | undefined;
  /** What would be created here. */
  readonly draft: () => NewObject<Pod> & { metadata: { name?: string } };
  /** The revision of the pod, or the one that it would be created from. */
  readonly revision: string;
}

export interface Replicas {
  /** Ascending by ordinal. */
  readonly slots: readonly Slot[];
  /** Pods out of range, descending by ordinal: the order in which they go. */
  readonly condemned: readonly { readonly ordinal: number; readonly pod: Pod }[];
}

/** A template and the name of the revision that holds it. */
export interface TemplateRevision {
  readonly name: string;
  readonly template: PodTemplateSpec;
}

export function placeReplicas(
  set: StatefulSet,
  pods: readonly Pod[],
  current: TemplateRevision,
  update: TemplateRevision,
  revisionLabelOf: (pod: Pod) => string,
): Replicas {
  const byOrdinal = new Map<number, Pod>();
  const condemned: { ordinal: number; pod: Pod }[] = [];
  for (const pod of pods) {
    const ordinal = ordinalOf(set, pod);
    if (ordinal === undefined) continue;
    if (isInRange(set, ordinal)) byOrdinal.set(ordinal, pod);
    else condemned.push({ ordinal, pod });
  }
  const start = startOrdinal(set);
  const slots = Array.from({ length: set.spec.replicas }, (_, index): Slot => {
    const ordinal = start + index;
    const pod = byOrdinal.get(ordinal);
    const from = staysBehind(set, ordinal) ? current : update;
    const draft = (): ReturnType<Slot['draft']> =>
      statefulPod(set, from.template, from.name, ordinal);
    return { ordinal, pod, draft, revision: pod === undefined ? from.name : revisionLabelOf(pod) };
  });
  return { slots, condemned: condemned.sort((a, b) => b.ordinal - a.ordinal) };
}

/** Whether a missing pod of this ordinal is created from the current revision still. */
function staysBehind(set: StatefulSet, ordinal: number): boolean {
  const { type, rollingUpdate } = set.spec.updateStrategy;
  if (type !== 'RollingUpdate') return false;
  const kept =
    rollingUpdate === undefined
      ? (set.status.currentReplicas ?? 0)
      : (rollingUpdate.partition ?? 0);
  return ordinal < startOrdinal(set) + kept;
}

export const isTerminating = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined;

export const isRunningAndReady = (pod: Pod): boolean =>
  pod.status.phase === 'Running' && isPodReady(pod);

export const isRunningAndAvailable = (pod: Pod, minReadySeconds: number, wallMs: number): boolean =>
  pod.status.phase === 'Running' && isPodAvailable(pod, minReadySeconds, wallMs);

/** Not there, not available, or on its way out. */
export const isUnavailable = (
  pod: Pod | undefined,
  minReadySeconds: number,
  wallMs: number,
): boolean =>
  pod === undefined || isTerminating(pod) || !isRunningAndAvailable(pod, minReadySeconds, wallMs);
