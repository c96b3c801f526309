/**
 * Keeps a DaemonSet and a kubelet that rejects its pod from fighting at full speed: a failed pod
 * of a node is replaced after 1 s, then 2 s, … up to 15 min.
 */
import type { DaemonSet } from '../../api/objects';
import type { Clock } from '../../sim';

const BASE_MS = 1000;
const MAX_MS = 900_000;

interface Backoff {
  delayMs: number;
  since: number;
}

export class FailedPodBackoff {
  private readonly byNode = new Map<string, Backoff>();

  constructor(
    private readonly clock: Clock,
    private readonly again: (set: DaemonSet, delayMs: number) => void,
  ) {}

  /** Whether a failed pod may be deleted now; if not, the set is looked at again when it may. */
  mayDelete(set: DaemonSet, node: string): boolean {
    const { now } = this.clock;
    const key = `${set.metadata.uid}/${set.status['observedGeneration'] ?? 0}/${node}`;
    const known = this.byNode.get(key);
    if (known !== undefined && now - known.since < known.delayMs) {
      this.again(set, known.delayMs - (now - known.since));
      return false;
    }
    // After twice the longest delay without a failure it starts anew.
    const fresh = known === undefined || now - known.since > 2 * MAX_MS;
    const delayMs = fresh ? BASE_MS : Math.min(known.delayMs * 2, MAX_MS);
    this.byNode.set(key, { delayMs, since: now });
    return true;
  }
}
