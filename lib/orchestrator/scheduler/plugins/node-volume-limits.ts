/** NodeVolumeLimits: a node takes as many volumes of a CSI driver as its CSINode says. */
import type { PersistentVolumeClaim, Pod } from '../../api/objects';
import type { NodeInfo } from '../cache/node-info';
import type { PodInfo } from '../cache/pod-info';
import type { Cycle } from '../framework/cycle';
import { type FilterPlugin, type PreFilterPlugin, SKIP } from '../framework/plugin';
import type { PluginContext, PluginEntry } from '../framework/plugin-entry';
import { rejection } from '../framework/rejection';
import { type ClusterEvent, EVENT } from '../queue/cluster-event';

const NAME = 'NodeVolumeLimits';
const REJECTED = rejection(NAME, 'node(s) exceed max volume count');

class NodeVolumeLimits implements PreFilterPlugin, FilterPlugin {
  readonly name = NAME;
  readonly events = EVENT.csiNode | EVENT.nodeAdd | EVENT.assignedPodDelete | EVENT.volumeClaim;

  constructor(private readonly context: PluginContext) {}

  preFilter({ info }: Cycle): typeof SKIP | undefined {
    return info.claims.length === 0 ? SKIP : undefined;
  }

  filter({ info }: Cycle, node: NodeInfo): typeof REJECTED | undefined {
    const drivers = this.context.informers.csiNodes.get(undefined, node.name)?.spec.drivers ?? [];
    if (drivers.length === 0) return undefined;
    const wanted = this.volumesOf(info);
    if (wanted.size === 0) return undefined;
    const attached = new Map<string, string>();
    for (const other of node.pods.values()) {
      for (const [volume, driver] of this.volumesOf(other)) attached.set(volume, driver);
    }
    for (const { name, allocatable } of drivers) {
      const limit = allocatable?.count;
      if (limit === undefined) continue;
      let fresh = 0;
      for (const [volume, driver] of wanted) {
        if (driver === name && !attached.has(volume)) fresh++;
      }
      let taken = 0;
      for (const driver of attached.values()) if (driver === name) taken++;
      if (fresh > 0 && taken + fresh > limit) return REJECTED;
    }
    return undefined;
  }

  queueAgain(pod: Pod, { kind, object }: ClusterEvent): boolean {
    if (kind === EVENT.assignedPodDelete) {
      return !!(object as Pod).spec.volumes?.some((one) => one.persistentVolumeClaim);
    }
    if (kind !== EVENT.volumeClaim) return true;
    return object?.metadata.namespace === pod.metadata.namespace;
  }

  /** The volumes of a pod's claims, with the driver of each. */
  private volumesOf({ class: { namespace }, claims }: PodInfo): Map<string, string> {
    const volumes = new Map<string, string>();
    for (const name of claims) {
      const claim = this.context.informers.claims.get(namespace, name);
      const driver = claim === undefined ? undefined : this.driverOf(claim);
      if (driver !== undefined) volumes.set(`${namespace}/${name}`, driver);
    }
    return volumes;
  }

  private driverOf({ spec }: PersistentVolumeClaim): string | undefined {
    const { volumes, storageClasses } = this.context.informers;
    if (spec.volumeName) {
      const csi = volumes.get(undefined, spec.volumeName)?.spec['csi'];
      return (csi as { readonly driver?: string } | undefined)?.driver;
    }
    return storageClasses.get(undefined, spec.storageClassName ?? '')?.provisioner;
  }
}

export const nodeVolumeLimits: PluginEntry = { create: (context) => new NodeVolumeLimits(context) };
