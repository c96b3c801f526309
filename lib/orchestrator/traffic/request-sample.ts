/** Single requests drawn from flows: when, from where, to which pod, with what outcome. */
import type { Random } from '../sim';
import type { LossCause, Outcome } from './outcome';
import type { PlanEntry } from './route-plan';
import type { Segment, Stream } from './stream';

export interface SampledRequest {
  /** Virtual ms at which it was sent. */
  readonly at: number;
  /** The client's node. */
  readonly node: string;
  readonly podKey: string | undefined;
  readonly outcome: Outcome;
  readonly cause: LossCause | undefined;
  readonly latencyMs: number;
  readonly attempt: number;
}

/**
 * Draws requests, each as likely as any other, in order of time.
 * FIDELITY: the client's node is drawn by the clients' rates alone; while nodes' tables differ, it
 * may be one whose table did not have the pod.
 */
export function sampleRequests(
  streams: readonly Stream[],
  count: number,
  random: Random,
): SampledRequest[] {
  const all: { stream: Stream; segment: Segment; upTo: number }[] = [];
  let total = 0;
  for (const stream of streams) {
    for (const segment of stream.segments) {
      total += segment.requests;
      all.push({ stream, segment, upTo: total });
    }
  }
  if (total === 0) return [];
  const drawn: SampledRequest[] = [];
  for (let i = 0; i < count; i++) {
    const { stream, segment } = all[firstAbove(all, random.float() * total)]!;
    const entry = pickEntry(segment.entries, random.float());
    drawn.push({
      at: segment.from + Math.floor(random.float() * (segment.to - segment.from)),
      node: pickNode(stream, random),
      podKey: entry.podKey,
      outcome: entry.outcome,
      cause: entry.cause,
      latencyMs: entry.latencyMs,
      attempt: stream.attempt,
    });
  }
  return drawn.sort((a, b) => a.at - b.at);
}

function firstAbove(list: readonly { readonly upTo: number }[], value: number): number {
  let low = 0;
  let high = list.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]!.upTo > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

function pickEntry(entries: readonly PlanEntry[], chance: number): PlanEntry {
  let left = chance;
  for (const entry of entries) {
    left -= entry.share;
    if (left < 0) return entry;
  }
  return entries[entries.length - 1]!;
}

function pickNode(stream: Stream, random: Random): string {
  const senders = stream.groups.filter(({ sentRps }) => sentRps > 0);
  const groups = senders.length > 0 ? senders : stream.groups;
  return random.pick(groups).origin.node;
}
