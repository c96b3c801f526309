/** What has to be done with a pod's unbound claims if it runs on a certain node. */
import { keyOf } from '../../../api/object';
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../../api/objects';
import type { NodeInfo } from '../../cache/node-info';
import type { SchedulerInformers } from '../../informers';
import { matchVolume, requestedStorage } from './match-volume';
import { SELECTED_NODE } from './pod-claims';

export interface VolumePlan {
  /** Claims to bind to volumes that exist. */
  readonly bind: readonly {
    readonly claim: PersistentVolumeClaim;
    readonly volume: PersistentVolume;
  }[];
  /** Claims whose volumes are to be made for the node. */
  readonly provision: readonly PersistentVolumeClaim[];
}

const NO_PROVISIONER = 'kubernetes.io/no-provisioner';

/**
 * @param promised the claim (by key) that a volume is promised to by a pod that was placed already
 * @returns undefined if the claims cannot be served on the node
 */
export function planVolumes(
  claims: readonly PersistentVolumeClaim[],
  node: NodeInfo,
  informers: SchedulerInformers,
  promised: ReadonlyMap<string, string>,
): VolumePlan | undefined {
  const provision: PersistentVolumeClaim[] = [];
  const open: PersistentVolumeClaim[] = [];
  for (const claim of claims) {
    const selected = claim.metadata.annotations?.[SELECTED_NODE];
    if (selected === undefined) open.push(claim);
    else if (selected === node.name) provision.push(claim);
    else return undefined;
  }
  const bind: { claim: PersistentVolumeClaim; volume: PersistentVolume }[] = [];
  const chosen = new Set<string>();
  // Small claims come first: what does for a large one would do for them too.
  open.sort((a, b) => requestedStorage(a) - requestedStorage(b));
  for (const claim of open) {
    const key = keyOf(claim);
    const volume = matchVolume(claim, informers.volumes.list(), node, ({ metadata }) => {
      const owner = promised.get(metadata.name);
      return chosen.has(metadata.name) || (owner !== undefined && owner !== key);
    });
    if (volume === undefined) {
      provision.push(claim);
    } else {
      chosen.add(volume.metadata.name);
      bind.push({ claim, volume });
    }
  }
  for (const { spec } of provision) {
    const storageClass = informers.storageClasses.get(undefined, spec.storageClassName ?? '');
    if (storageClass === undefined || !canProvision(storageClass, node)) return undefined;
  }
  return { bind, provision };
}

// FIDELITY: free capacity that CSI drivers may publish is not looked at; it counts as unlimited.
function canProvision({ provisioner, allowedTopologies }: StorageClass, node: NodeInfo): boolean {
  if (provisioner === '' || provisioner === NO_PROVISIONER) return false;
  if (!allowedTopologies?.length) return true;
  return allowedTopologies.some(({ matchLabelExpressions = [] }) =>
    matchLabelExpressions.every(({ key, values }) => {
      const value = node.labels[key];
      return value !== undefined && values.includes(value);
    }),
  );
}
