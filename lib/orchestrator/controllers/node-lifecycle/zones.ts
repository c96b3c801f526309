/**
 * How fast nodes of a zone may be tainted NoExecute: slower, or not at all, when much of the zone
 * is down, since then the trouble is likely between us and the zone.
 */
import type { Node } from '../../api/objects';
import { REGION_LABEL, ZONE_LABEL } from '../../api/objects';

const UNHEALTHY_FRACTION = 0.55;
const LARGE_ZONE = 50;
const NORMAL_PER_SECOND = 0.1;
const SECONDARY_PER_SECOND = 0.01;

export type ZoneState = 'Normal' | 'PartialDisruption' | 'FullDisruption';

export interface ZoneCount {
  ready: number;
  notReady: number;
}

export const zoneOf = (node: Node): string =>
  `${node.metadata.labels?.[REGION_LABEL] ?? ''}:\0:${node.metadata.labels?.[ZONE_LABEL] ?? ''}`;

export function zoneState(count: ZoneCount): ZoneState {
  const { ready, notReady } = count;
  if (ready === 0 && notReady > 0) return 'FullDisruption';
  if (notReady > 2 && notReady / (notReady + ready) >= UNHEALTHY_FRACTION) {
    return 'PartialDisruption';
  }
  return 'Normal';
}

/** Nodes a second. When all zones are down, nothing is evicted anywhere. */
export function evictionRate(state: ZoneState, count: ZoneCount, allDown: boolean): number {
  if (allDown) return 0;
  if (state !== 'PartialDisruption') return NORMAL_PER_SECOND;
  return count.ready + count.notReady > LARGE_ZONE ? SECONDARY_PER_SECOND : 0;
}

/** Nodes of one zone that wait to be tainted, let through at the zone's rate. */
export class RateLimitedNodes {
  private readonly waiting = new Set<string>();
  private rate = NORMAL_PER_SECOND;
  private nextAt = 0;

  get size(): number {
    return this.waiting.size;
  }

  setRate(perSecond: number): void {
    this.rate = perSecond;
  }

  add(node: string): void {
    this.waiting.add(node);
  }

  remove(node: string): void {
    this.waiting.delete(node);
  }

  /** The nodes that may pass now. */
  take(now: number): string[] {
    const passed: string[] = [];
    for (const node of this.waiting) {
      if (this.rate <= 0 || now < this.nextAt) break;
      this.nextAt = now + 1000 / this.rate;
      this.waiting.delete(node);
      passed.push(node);
    }
    return passed;
  }
}
