/** Single requests drawn from flows: when, from where, to which pod, with what outcome. */
import type { Selection } from '../../network/endpoint-selection';
import type { ProxyEndpoint } from '../../network/proxy-endpoint';
import type { Random } from '../../sim';
import type { Segment, Stream } from '../flows/stream';
import type { LossCause, Outcome } from '../losses/outcome';

/** One request. */
export interface SampledRequest {
  /** Virtual ms at which it was sent. */
  readonly at: number;
  /** The client's node. */
  readonly node: string;
  /** `namespace/name` of the pod; undefined if none was chosen. */
  readonly podKey: string | undefined;
  /** What became of it. */
  readonly outcome: Outcome;
  /** Why it was lost; undefined if it was not. */
  readonly cause: LossCause | undefined;
  /** Milliseconds until the answer; 0 if there was none. */
  readonly latencyMs: number;
  /** 1 for a first attempt. */
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
    drawn.push({
      at: segment.from + Math.floor(random.float() * (segment.to - segment.from)),
      node: pickNode(stream, random),
      attempt: stream.attempt,
      ...fate(segment, random),
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

type Fate = Pick<SampledRequest, 'podKey' | 'outcome' | 'cause' | 'latencyMs'>;

/** One of the lossy endpoints by their shares, or else one of the others. */
function fate({ selection, lossy, latencies }: Segment, random: Random): Fate {
  let left = random.float();
  for (const { state, lost } of lossy) {
    left -= lost;
    if (left >= 0) continue;
    const { podKey, outcome, cause } = state;
    return outcome === 'ok'
      ? { podKey, outcome: 'overload', cause: 'over-capacity', latencyMs: 0 }
      : { podKey, outcome, cause, latencyMs: 0 };
  }
  const silent = new Set<string | undefined>();
  for (const { state } of lossy) if (state.outcome !== 'ok') silent.add(state.endpoint?.id);
  const { podKey } = pickEndpoint(selection, silent, random);
  return { podKey, outcome: 'ok', cause: undefined, latencyMs: pickLatency(latencies, random) };
}

function pickEndpoint(
  { endpoints, weights }: Selection,
  silent: ReadonlySet<string | undefined>,
  random: Random,
): ProxyEndpoint {
  const answering = endpoints.flatMap((endpoint, index) =>
    silent.has(endpoint.id) ? [] : [{ endpoint, weight: weights?.[index] ?? 1 }],
  );
  let left = random.float() * answering.reduce((sum, { weight }) => sum + weight, 0);
  for (const { endpoint, weight } of answering) {
    left -= weight;
    if (left < 0) return endpoint;
  }
  return answering[answering.length - 1]!.endpoint;
}

function pickLatency(latencies: ReadonlyMap<number, number>, random: Random): number {
  let total = 0;
  for (const weight of latencies.values()) total += weight;
  let left = random.float() * total;
  let latency = 0;
  for (const [latencyMs, weight] of latencies) {
    latency = latencyMs;
    left -= weight;
    if (left < 0) break;
  }
  return latency;
}

function pickNode(stream: Stream, random: Random): string {
  const senders = stream.groups.filter(({ sentRps }) => sentRps > 0);
  const groups = senders.length > 0 ? senders : stream.groups;
  return random.pick(groups).origin.node;
}
