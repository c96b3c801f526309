/** The claims of a pod, by what has to be done before it can run. */
import type { PersistentVolumeClaim, Pod } from '../../../api/objects';
import type { SchedulerInformers } from '../../informers';

export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
export const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';

export interface PodClaims {
  /** Bound to their volumes. */
  readonly bound: readonly PersistentVolumeClaim[];
  /** Not bound, and to be bound only when it is known where the pod runs. */
  readonly delayed: readonly PersistentVolumeClaim[];
  /** Not bound, though they should be bound by now. */
  readonly immediate: readonly PersistentVolumeClaim[];
}

/** The pod's claims, or why it cannot run for want of one. */
export function podClaims(pod: Pod, informers: SchedulerInformers): PodClaims | string {
  const bound: PersistentVolumeClaim[] = [];
  const delayed: PersistentVolumeClaim[] = [];
  const immediate: PersistentVolumeClaim[] = [];
  for (const volume of pod.spec.volumes ?? []) {
    const isEphemeral = volume.ephemeral !== undefined;
    const name = isEphemeral
      ? `${pod.metadata.name}-${volume.name}`
      : volume.persistentVolumeClaim?.claimName;
    if (name === undefined) continue;
    const claim = informers.claims.get(pod.metadata.namespace, name);
    if (claim === undefined) return missing(name, isEphemeral);
    const problem = problemOf(claim, pod, isEphemeral);
    if (problem !== undefined) return problem;
    if (isBound(claim)) bound.push(claim);
    else if (isDelayed(claim, informers)) delayed.push(claim);
    else immediate.push(claim);
  }
  return { bound, delayed, immediate };
}

export const isBound = ({ spec, metadata }: PersistentVolumeClaim): boolean =>
  !!spec.volumeName && metadata.annotations?.[BIND_COMPLETED] !== undefined;

function missing(name: string, isEphemeral: boolean): string {
  if (!isEphemeral) return `persistentvolumeclaim "${name}" not found`;
  return `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"`;
}

function problemOf(
  claim: PersistentVolumeClaim,
  pod: Pod,
  isEphemeral: boolean,
): string | undefined {
  const { name, deletionTimestamp, ownerReferences } = claim.metadata;
  if (claim.status?.phase === 'Lost') {
    const volume = claim.spec.volumeName ?? '';
    return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${volume}"`;
  }
  if (deletionTimestamp !== undefined) return `persistentvolumeclaim "${name}" is being deleted`;
  if (isEphemeral && !ownerReferences?.some(({ uid }) => uid === pod.metadata.uid)) {
    const { namespace } = pod.metadata;
    const of = `pod "${namespace}/${pod.metadata.name}"`;
    return `PVC "${namespace}/${name}" was not created for ${of} (pod is not owner)`;
  }
  return undefined;
}

function isDelayed({ spec }: PersistentVolumeClaim, informers: SchedulerInformers): boolean {
  if (spec.volumeName || !spec.storageClassName) return false;
  const storageClass = informers.storageClasses.get(undefined, spec.storageClassName);
  return storageClass?.volumeBindingMode === 'WaitForFirstConsumer';
}
