/** VolumeZone: a volume with zone or region labels is used on nodes of those zones only. */
import { type PersistentVolume, type Pod, REGION_LABEL, ZONE_LABEL } from '../../api/objects';
import type { NodeInfo } from '../cache/node-info';
import type { Cycle } from '../framework/cycle';
import { type FilterPlugin, type PreFilterPlugin, SKIP } from '../framework/plugin';
import type { PluginContext, PluginEntry } from '../framework/plugin-entry';
import { unresolvable } from '../framework/rejection';
import { type ClusterEvent, EVENT } from '../queue/cluster-event';

const NAME = 'VolumeZone';
const REJECTED = unresolvable(NAME, 'node(s) had no available volume zone');
const VALUE_SEPARATOR = '__';
/** Labels of volumes, with the label of nodes that stands for the same. */
const KEYS: readonly (readonly [volume: string, node: string])[] = [
  [ZONE_LABEL, ZONE_LABEL],
  [REGION_LABEL, REGION_LABEL],
  ['failure-domain.beta.kubernetes.io/zone', ZONE_LABEL],
  ['failure-domain.beta.kubernetes.io/region', REGION_LABEL],
];

interface Place {
  readonly key: string;
  readonly values: ReadonlySet<string>;
}

class VolumeZone implements PreFilterPlugin, FilterPlugin {
  readonly name = NAME;
  readonly events =
    EVENT.volumeClaim | EVENT.volume | EVENT.storageClass | EVENT.nodeAdd | EVENT.nodeLabel;
  private places: Place[] = [];

  constructor(private readonly context: PluginContext) {}

  preFilter({ pod, info }: Cycle): typeof SKIP | undefined {
    this.places = [];
    const { claims, volumes } = this.context.informers;
    for (const name of info.claims) {
      const volumeName = claims.get(pod.metadata.namespace, name)?.spec.volumeName;
      const volume = volumeName ? volumes.get(undefined, volumeName) : undefined;
      if (volume !== undefined) this.places.push(...placesOf(volume));
    }
    return this.places.length === 0 ? SKIP : undefined;
  }

  filter(_cycle: Cycle, node: NodeInfo): typeof REJECTED | undefined {
    // Nodes without any zone may be asked: they are all in one place.
    if (this.places.every(({ key }) => node.labels[key] === undefined)) return undefined;
    for (const { key, values } of this.places) {
      const value = node.labels[key];
      if (value === undefined || !values.has(value)) return REJECTED;
    }
    return undefined;
  }

  queueAgain(pod: Pod, { kind, object }: ClusterEvent): boolean {
    if (kind !== EVENT.volumeClaim) return true;
    return object?.metadata.namespace === pod.metadata.namespace;
  }
}

function placesOf({ metadata: { labels } }: PersistentVolume): Place[] {
  const places: Place[] = [];
  for (const [label, key] of KEYS) {
    const value = labels?.[label];
    if (value !== undefined) places.push({ key, values: new Set(value.split(VALUE_SEPARATOR)) });
  }
  return places;
}

export const volumeZone: PluginEntry = { create: (context) => new VolumeZone(context) };
