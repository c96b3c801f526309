/**
 * VolumeRestrictions: a ReadWriteOncePod claim has one pod at a time, and a disk that is mounted
 * for writing on a node is not mounted there twice.
 */
import type { PersistentVolumeClaim, Pod, Volume } from '../../api/objects';
import type { NodeInfo } from '../cache/node-info';
import type { Cycle } from '../framework/cycle';
import { type FilterPlugin, type PreFilterPlugin, SKIP } from '../framework/plugin';
import type { PluginContext, PluginEntry } from '../framework/plugin-entry';
import { type Rejection, rejection, unresolvable } from '../framework/rejection';
import { type ClusterEvent, EVENT } from '../queue/cluster-event';

const NAME = 'VolumeRestrictions';
const IN_USE = rejection(
  NAME,
  'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode ' +
    'already in-use by another pod',
);
const DISK_CONFLICT = rejection(NAME, 'node(s) had no available disk');
const ONE_POD = 'ReadWriteOncePod';

interface Disk {
  readonly id: string;
  readonly readOnly: boolean;
}

class VolumeRestrictions implements PreFilterPlugin, FilterPlugin {
  readonly name = NAME;
  readonly events = EVENT.assignedPodDelete | EVENT.nodeAdd | EVENT.volumeClaim;
  private disks: readonly Disk[] = [];
  /** ReadWriteOncePod claims of the pod, by `namespace/name`. */
  private exclusive: readonly string[] = [];

  constructor(private readonly context: PluginContext) {}

  preFilter({ pod, info }: Cycle): typeof SKIP | Rejection | undefined {
    this.disks = disksOf(pod);
    const { namespace } = pod.metadata;
    const exclusive: string[] = [];
    for (const volume of pod.spec.volumes ?? []) {
      const name = volume.persistentVolumeClaim?.claimName;
      if (name === undefined) continue;
      const claim = this.context.informers.claims.get(namespace, name);
      if (claim === undefined) {
        return unresolvable(NAME, `persistentvolumeclaim "${name}" not found`);
      }
      if (claim.spec.accessModes.includes(ONE_POD)) exclusive.push(`${namespace}/${name}`);
    }
    this.exclusive = exclusive;
    return info.claims.length === 0 && this.disks.length === 0 ? SKIP : undefined;
  }

  filter(_cycle: Cycle, node: NodeInfo): Rejection | undefined {
    if (this.disks.length > 0 && this.hasConflict(node)) return DISK_CONFLICT;
    for (const key of this.exclusive) {
      if (this.context.cache.usersOfClaim(key) > 0) return IN_USE;
    }
    return undefined;
  }

  queueAgain(pod: Pod, { kind, object }: ClusterEvent): boolean {
    if (kind === EVENT.nodeAdd) return true;
    if (object?.metadata.namespace !== pod.metadata.namespace) return disksOf(pod).length > 0;
    if (kind === EVENT.assignedPodDelete) return true;
    const { name } = (object as PersistentVolumeClaim).metadata;
    return !!pod.spec.volumes?.some((one) => one.persistentVolumeClaim?.claimName === name);
  }

  private hasConflict(node: NodeInfo): boolean {
    for (const { pod } of node.pods.values()) {
      for (const theirs of disksOf(pod)) {
        for (const ours of this.disks) {
          if (ours.id === theirs.id && !(ours.readOnly && theirs.readOnly)) return true;
        }
      }
    }
    return false;
  }
}

const NO_DISKS: readonly Disk[] = [];

/** Disks that kubernetes knows by their own fields; those of claims are the drivers' business. */
function disksOf(pod: Pod): readonly Disk[] {
  let disks: Disk[] | undefined;
  for (const volume of pod.spec.volumes ?? []) {
    const disk = diskOf(volume);
    if (disk !== undefined) (disks ??= []).push(disk);
  }
  return disks ?? NO_DISKS;
}

function diskOf(volume: Volume): Disk | undefined {
  const source = (name: string): Record<string, unknown> | undefined =>
    volume[name] as Record<string, unknown> | undefined;
  const gce = source('gcePersistentDisk');
  if (gce !== undefined) return { id: `gce/${String(gce['pdName'])}`, readOnly: !!gce['readOnly'] };
  const ebs = source('awsElasticBlockStore');
  if (ebs !== undefined) return { id: `ebs/${String(ebs['volumeID'])}`, readOnly: false };
  const iscsi = source('iscsi');
  if (iscsi !== undefined) {
    return { id: `iscsi/${String(iscsi['iqn'])}`, readOnly: !!iscsi['readOnly'] };
  }
  const rbd = source('rbd');
  if (rbd === undefined) return undefined;
  return { id: `rbd/${String(rbd['pool'])}/${String(rbd['image'])}`, readOnly: !!rbd['readOnly'] };
}

export const volumeRestrictions: PluginEntry = {
  create: (context) => new VolumeRestrictions(context),
};
