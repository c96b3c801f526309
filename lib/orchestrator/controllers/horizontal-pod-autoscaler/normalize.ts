/**
 * From what the metrics ask for to what the autoscaler does: stabilisation, rate limits and the
 * bounds, with the reason that its conditions give.
 */
import type { HorizontalPodAutoscaler } from '../../api/objects';
import { downLimit, upLimit, type ScaleHistory } from './rate-limits';

// --horizontal-pod-autoscaler-downscale-stabilization
const DOWNSCALE_STABILIZATION_MS = 300_000;

type Behavior = NonNullable<HorizontalPodAutoscaler['spec']['behavior']>;

export interface Recommendation {
  replicas: number;
  at: number;
}

/** What the controller remembers of one autoscaler; lost when it restarts, as upstream. */
export interface Memory extends ScaleHistory {
  recommendations: Recommendation[];
}

export interface Normalized {
  readonly replicas: number;
  readonly able: { readonly reason: string; readonly message: string };
  readonly limited: {
    readonly status: 'True' | 'False';
    readonly reason: string;
    readonly message: string;
  };
}

const READY = {
  reason: 'ReadyForNewScale',
  message: 'recommended size matches current size',
} as const;
const DOWN_STABILIZED = {
  reason: 'ScaleDownStabilized',
  message:
    'recent recommendations were higher than current one, applying the highest recent recommendation',
} as const;
const UP_STABILIZED = {
  reason: 'ScaleUpStabilized',
  message:
    'recent recommendations were lower than current one, applying the lowest recent recommendation',
} as const;

const WITHIN = {
  status: 'False',
  reason: 'DesiredWithinRange',
  message: 'the desired count is within the acceptable range',
} as const;
const limitedBy = (reason: string, message: string): Normalized['limited'] => ({
  status: 'True',
  reason,
  message,
});
const TOO_FEW = limitedBy(
  'TooFewReplicas',
  'the desired replica count is less than the minimum replica count',
);
const TOO_MANY = limitedBy(
  'TooManyReplicas',
  'the desired replica count is more than the maximum replica count',
);
const UP_LIMIT = limitedBy(
  'ScaleUpLimit',
  'the desired replica count is increasing faster than the maximum scale rate',
);
const DOWN_LIMIT = limitedBy(
  'ScaleDownLimit',
  'the desired replica count is decreasing faster than the maximum scale rate',
);

/** How many replicas the target of an autoscaler shall have, as it stands at one instant. */
export interface ScaleQuestion {
  readonly hpa: HorizontalPodAutoscaler;
  readonly memory: Memory;
  /** The replicas that the target has. */
  readonly current: number;
  /** The replicas that the metrics ask for. */
  readonly proposal: number;
  /** Virtual milliseconds. */
  readonly now: number;
}

export function normalize(question: ScaleQuestion): Normalized {
  const { behavior } = question.hpa.spec;
  return behavior === undefined ? withoutBehavior(question) : withBehavior(question, behavior);
}

function withoutBehavior({ hpa, memory, current, proposal, now }: ScaleQuestion): Normalized {
  const oldest = now - DOWNSCALE_STABILIZATION_MS;
  let stabilized = proposal;
  for (const { replicas, at } of memory.recommendations) {
    if (at >= oldest) stabilized = Math.max(stabilized, replicas);
  }
  remember(memory, proposal, now, oldest);
  const able = stabilized === proposal ? READY : DOWN_STABILIZED;
  const { minReplicas, maxReplicas } = hpa.spec;
  const limit = Math.max(2 * current, 4);
  if (stabilized < minReplicas) return { replicas: minReplicas, able, limited: TOO_FEW };
  const most = Math.min(maxReplicas, limit);
  if (stabilized > most) {
    return { replicas: most, able, limited: maxReplicas <= limit ? TOO_MANY : UP_LIMIT };
  }
  return { replicas: stabilized, able, limited: WITHIN };
}

/** An expired slot is used again, so that the list stays as long as its busiest window. */
function remember(memory: Memory, replicas: number, now: number, oldest: number): void {
  const expired = memory.recommendations.find(({ at }) => at < oldest);
  if (expired === undefined) memory.recommendations.push({ replicas, at: now });
  else {
    expired.replicas = replicas;
    expired.at = now;
  }
}

function withBehavior(question: ScaleQuestion, behavior: Behavior): Normalized {
  const { memory, current, proposal, now } = question;
  const { scaleUp = {}, scaleDown = {} } = behavior;
  const upMs = (scaleUp.stabilizationWindowSeconds ?? 0) * 1000;
  const downMs = (scaleDown.stabilizationWindowSeconds ?? DOWNSCALE_STABILIZATION_MS / 1000) * 1000;
  let up = proposal;
  let down = proposal;
  for (const { replicas, at } of memory.recommendations) {
    if (at > now - upMs) up = Math.min(up, replicas);
    if (at > now - downMs) down = Math.max(down, replicas);
  }
  remember(memory, proposal, now, now - Math.max(upMs, downMs));
  let stabilized = current;
  if (stabilized < up) stabilized = up;
  if (stabilized > down) stabilized = down;
  const able =
    stabilized === proposal ? READY : proposal >= current ? UP_STABILIZED : DOWN_STABILIZED;
  return { able, ...rateLimited(question, stabilized, behavior) };
}

function rateLimited(
  { hpa, memory, current, now }: ScaleQuestion,
  wanted: number,
  { scaleUp = {}, scaleDown = {} }: Behavior,
): Pick<Normalized, 'replicas' | 'limited'> {
  const { minReplicas, maxReplicas } = hpa.spec;
  if (wanted > current) {
    const limit = Math.max(upLimit(scaleUp, memory, current, now), current);
    const most = Math.min(limit, maxReplicas);
    if (wanted > most) {
      return { replicas: most, limited: maxReplicas <= limit ? TOO_MANY : UP_LIMIT };
    }
    return { replicas: wanted, limited: WITHIN };
  }
  if (wanted < current) {
    const limit = Math.min(downLimit(scaleDown, memory, current, now), current);
    const least = Math.max(limit, minReplicas);
    if (wanted < least) {
      return { replicas: least, limited: minReplicas >= limit ? TOO_FEW : DOWN_LIMIT };
    }
    return { replicas: wanted, limited: WITHIN };
  }
  if (wanted < minReplicas) return { replicas: minReplicas, limited: TOO_FEW };
  if (wanted > maxReplicas) return { replicas: maxReplicas, limited: TOO_MANY };
  return { replicas: wanted, limited: WITHIN };
}
