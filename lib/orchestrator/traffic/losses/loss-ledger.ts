/**
 * Every lost request, attributed: which pod it was sent to, by which node's proxy, when, why, and
 * by how much that proxy was late. Requests of one pod, node and cause that follow each other are
 * one entry.
 */
import type { FailedOutcome, LossCause } from './outcome';

/** Lost requests of one pod, node and cause that followed each other. */
export interface LossEntry {
  /** `namespace/name` of the service. */
  readonly service: string;
  /** The source of traffic that it was a request of, among all of this ledger. */
  readonly source: number;
  /** The client's node, whose proxy chose the pod. */
  readonly node: string;
  /** `namespace/name` of the pod; undefined if no pod was chosen. */
  readonly podKey: string | undefined;
  /** metadata.uid of the pod. */
  readonly podUid: string | undefined;
  /** Address that they were sent to. */
  readonly endpointIp: string | undefined;
  /** What the clients saw. */
  readonly outcome: FailedOutcome;
  /** Why. */
  cause: LossCause;
  /** Virtual ms: requests sent in [from, to) were lost. */
  readonly from: number;
  /** Virtual ms of their end. */
  to: number;
  /** How many; a fraction where flows are split over endpoints. */
  requests: number;
  /** 1 for a first attempt. */
  readonly attempt: number;
  /** Whether the client tried again after it. */
  readonly retried: boolean;
  /** Virtual ms at which the pod's port closed; undefined if that is not what happened. */
  closedAt: number | undefined;
  /** Virtual ms at which it began to listen, if the requests came too early. */
  listeningAt: number | undefined;
}

export type Loss = Omit<LossEntry, 'listeningAt'>;

export class LossLedger {
  private readonly entries: LossEntry[] = [];
  private readonly open = new Map<string, LossEntry>();

  /**
   * Adds lost requests; they extend the entry that ends where they begin.
   * @param gapMs how long after that they may begin. @default 0
   */
  add(loss: Loss, gapMs = 0): LossEntry {
    const id = idOf(loss);
    const last = this.open.get(id);
    if (last !== undefined && loss.from - last.to <= gapMs && loss.from >= last.to) {
      last.to = loss.to;
      last.requests += loss.requests;
      // What is behind it may show only while it lasts: the slice follows the closed port.
      last.cause = loss.cause;
      last.closedAt ??= loss.closedAt;
      return last;
    }
    const entry: LossEntry = { ...loss, listeningAt: undefined };
    this.entries.push(entry);
    this.open.set(id, entry);
    return entry;
  }

  /** Entries in the order in which they began to be lost. */
  all(): readonly LossEntry[] {
    return this.entries;
  }

  /** Entries whose window may go on. */
  openEntries(): IterableIterator<LossEntry> {
    return this.open.values();
  }

  /** Ends the windows that were over before an instant; returns them. */
  closeBefore(now: number): LossEntry[] {
    const closed: LossEntry[] = [];
    for (const [id, entry] of this.open) {
      if (entry.to >= now) continue;
      this.open.delete(id);
      closed.push(entry);
    }
    return closed;
  }

  /** Ends a window at an instant. */
  end(entry: LossEntry, now: number): void {
    entry.to = now;
    this.open.delete(idOf(entry));
  }

  get hasOpen(): boolean {
    return this.open.size > 0;
  }
}

const idOf = (loss: Loss): string =>
  `${loss.source}|${loss.node}|${loss.podUid ?? loss.endpointIp ?? ''}|${loss.outcome}|${loss.attempt}`;

/** Milliseconds that the node's proxy was late: from the port's closing to its new table. */
export function lateMs(entry: LossEntry): number | undefined {
  if (entry.cause !== 'closed-before-removal' || entry.closedAt === undefined) return undefined;
  return entry.to - entry.closedAt;
}

/** Milliseconds by which the pod counted as ready too early. */
export function earlyMs(entry: LossEntry): number | undefined {
  if (entry.cause !== 'ready-before-listening' || entry.listeningAt === undefined) return undefined;
  return entry.listeningAt - entry.from;
}
