/**
 * What the controller has written to slices, to notice that its cache has not seen it yet: acting
 * on a stale cache would place endpoints twice. Stands for EndpointSliceTracker.
 */
import type { EndpointSlice } from '../../api/objects';

const DELETED = Infinity;

export class SliceTracker {
  /**
   * Revision last written, by slice uid, by service key.
   * FIDELITY: upstream compares generations; another's change of metadata alone leads to a sync here.
   */
  private readonly services = new Map<string, Map<string, number>>();

  /** The instant of the last write, by service key. */
  private readonly wroteAt = new Map<string, number>();

  wrote(serviceKey: string, slice: EndpointSlice, now: number): void {
    this.wroteAt.set(serviceKey, now);
    this.of(serviceKey).set(slice.metadata.uid, Number(slice.metadata.resourceVersion));
  }

  deleting(serviceKey: string, slice: EndpointSlice, now: number): void {
    this.wroteAt.set(serviceKey, now);
    this.of(serviceKey).set(slice.metadata.uid, DELETED);
  }

  /** Whether the cached slices lack something that this controller has written. */
  isStale(serviceKey: string, cached: Iterable<EndpointSlice>): boolean {
    const written = this.services.get(serviceKey);
    if (written === undefined) return false;
    const seen = new Set<string>();
    for (const { metadata } of cached) {
      seen.add(metadata.uid);
      if ((written.get(metadata.uid) ?? 0) > Number(metadata.resourceVersion)) return true;
    }
    for (const [uid, revision] of written) {
      if (revision !== DELETED && !seen.has(uid)) return true;
    }
    return false;
  }

  /** The instant of the last write to a slice of the service. */
  lastWrite(serviceKey: string): number {
    return this.wroteAt.get(serviceKey) ?? -Infinity;
  }

  /** Whether a slice that a watch shows is not what this controller made of it. */
  isForeign(serviceKey: string, slice: EndpointSlice): boolean {
    const written = this.services.get(serviceKey)?.get(slice.metadata.uid);
    if (written === undefined || written === DELETED) return true;
    return Number(slice.metadata.resourceVersion) > written;
  }

  /** Notes a deletion; false if the controller had not asked for it. */
  sawDeletion(serviceKey: string, slice: EndpointSlice): boolean {
    const written = this.services.get(serviceKey);
    const expected = written?.get(slice.metadata.uid) === DELETED;
    written?.delete(slice.metadata.uid);
    return expected;
  }

  forget(serviceKey: string): void {
    this.services.delete(serviceKey);
    this.wroteAt.delete(serviceKey);
  }

  private of(serviceKey: string): Map<string, number> {
    let written = this.services.get(serviceKey);
    if (written === undefined) this.services.set(serviceKey, (written = new Map()));
    return written;
  }
}
