/**
 * What a controller has asked for and not yet seen in its cache: so many creations, these
 * deletions. Until they are seen it does not count its pods again, lest it act twice.
 * Stands for ControllerExpectations of kube-controller-manager.
 */
import type { Clock } from '../../sim';

const TIMEOUT_MS = 300_000;

interface Expectation {
  additions: number;
  /** Keys of the objects whose deletion was asked for. */
  readonly deletions: Set<string>;
  readonly at: number;
}

export class Expectations {
  private readonly byOwner = new Map<string, Expectation>();

  constructor(private readonly clock: Clock) {}

  /** Whether the owner may count and act: nothing is outstanding, or it has been for too long. */
  satisfied(owner: string): boolean {
    const expected = this.byOwner.get(owner);
    if (expected === undefined) return true;
    if (expected.additions <= 0 && expected.deletions.size === 0) return true;
    return this.clock.now - expected.at > TIMEOUT_MS;
  }

  expectCreations(owner: string, count: number): void {
    this.byOwner.set(owner, { additions: count, deletions: new Set(), at: this.clock.now });
  }

  expectDeletions(owner: string, keys: Iterable<string>): void {
    this.byOwner.set(owner, { additions: 0, deletions: new Set(keys), at: this.clock.now });
  }

  /** Both at once, for controllers that create and delete in one sync. */
  expect(owner: string, creations: number, deletions: Iterable<string>): void {
    this.byOwner.set(owner, {
      additions: creations,
      deletions: new Set(deletions),
      at: this.clock.now,
    });
  }

  /** Creations that were seen, or that failed and will not be. */
  creationObserved(owner: string, count = 1): void {
    const expected = this.byOwner.get(owner);
    if (expected !== undefined) expected.additions -= count;
  }

  /** A deletion that was seen, or that failed and will not be. */
  deletionObserved(owner: string, key: string): void {
    this.byOwner.get(owner)?.deletions.delete(key);
  }

  forget(owner: string): void {
    this.byOwner.delete(owner);
  }
}
