/** ImageLocality: a node that has the pod's images already is a little better. */
import type { Container, Pod } from '../../api/objects';
import type { ImageState } from '../cache/image-index';
import type { NodeInfo } from '../cache/node-info';
import type { SchedulerCache } from '../cache/scheduler-cache';
import type { Cycle } from '../framework/cycle';
import { MAX_NODE_SCORE, type PreScorePlugin, type ScorePlugin, SKIP } from '../framework/plugin';
import type { PluginEntry } from '../framework/plugin-entry';

const MEBIBYTE = 1024 * 1024;
const MIN_BYTES = 23 * MEBIBYTE;
const MAX_BYTES_PER_CONTAINER = 1000 * MEBIBYTE;

class ImageLocality implements PreScorePlugin, ScorePlugin {
  readonly name = 'ImageLocality';
  private present: readonly ImageState[] = [];
  private maxBytes = 0;

  constructor(private readonly cache: SchedulerCache) {}

  preScore({ pod }: Cycle): typeof SKIP | undefined {
    const images = imagesOf(pod);
    this.present = images.flatMap((image) => this.cache.images.get(image) ?? []);
    this.maxBytes = MAX_BYTES_PER_CONTAINER * images.length;
    return this.present.length === 0 ? SKIP : undefined;
  }

  score(_cycle: Cycle, node: NodeInfo): number {
    let bytes = 0;
    for (const { size, nodes } of this.present) {
      // An image that few nodes have counts less, lest all its pods go to the same few.
      if (nodes.has(node)) bytes += Math.trunc(size * (nodes.size / this.cache.nodeCount));
    }
    const clamped = Math.min(Math.max(bytes, MIN_BYTES), this.maxBytes);
    return Math.trunc((MAX_NODE_SCORE * (clamped - MIN_BYTES)) / (this.maxBytes - MIN_BYTES));
  }
}

const NO_CONTAINERS: readonly Container[] = [];
const imageNames = new WeakMap<readonly Container[], readonly string[]>();

function imagesOf(pod: Pod): readonly string[] {
  const { containers, initContainers, volumes } = pod.spec;
  const names = [...namesOf(initContainers ?? NO_CONTAINERS), ...namesOf(containers)];
  for (const { image } of volumes ?? []) {
    const reference = (image as { reference?: string } | undefined)?.reference;
    if (reference) names.push(normalized(reference));
  }
  return names;
}

function namesOf(containers: readonly Container[]): readonly string[] {
  let names = imageNames.get(containers);
  if (names === undefined) {
    names = containers.map(({ image }) => normalized(image));
    imageNames.set(containers, names);
  }
  return names;
}

/** An image without a tag means its latest one. */
function normalized(image: string): string {
  return image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image;
}

export const imageLocality: PluginEntry = { create: ({ cache }) => new ImageLocality(cache) };
