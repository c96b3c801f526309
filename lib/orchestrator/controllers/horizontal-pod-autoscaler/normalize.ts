/**
 * From what the metrics ask for to what the autoscaler does: stabilisation, rate limits and the
 * bounds, with the reason that its conditions give.
 */
import type { HorizontalPodAutoscaler, ScalingRules } from '../../api/objects';

// --horizontal-pod-autoscaler-downscale-stabilization
const DOWNSCALE_STABILIZATION_MS = 300_000;

export interface Recommendation {
  replicas: number;
  at: number;
}

export interface ScaleEvent {
  readonly change: number;
  readonly at: number;
}

/** What the controller remembers of one autoscaler; lost when it restarts, as upstream. */
export interface Memory {
  recommendations: Recommendation[];
  ups: ScaleEvent[];
  downs: ScaleEvent[];
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

export function normalize(
  hpa: HorizontalPodAutoscaler,
  memory: Memory,
  current: number,
  proposal: number,
  now: number,
): Normalized {
  return hpa.spec.behavior === undefined
    ? withoutBehavior(hpa, memory, current, proposal, now)
    : withBehavior(hpa, memory, current, proposal, now);
}

function withoutBehavior(
  hpa: HorizontalPodAutoscaler,
  memory: Memory,
  current: number,
  proposal: number,
  now: number,
): Normalized {
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

function withBehavior(
  hpa: HorizontalPodAutoscaler,
  memory: Memory,
  current: number,
  proposal: number,
  now: number,
): Normalized {
  const { scaleUp = {}, scaleDown = {} } = hpa.spec.behavior!;
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
  return { able, ...rateLimited(hpa, memory, current, stabilized, now, scaleUp, scaleDown) };
}

function rateLimited(
  hpa: HorizontalPodAutoscaler,
  memory: Memory,
  current: number,
  wanted: number,
  now: number,
  scaleUp: ScalingRules,
  scaleDown: ScalingRules,
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

const UP_POLICIES = [
  { type: 'Pods', value: 4, periodSeconds: 15 },
  { type: 'Percent', value: 100, periodSeconds: 15 },
] as const;
const DOWN_POLICIES = [{ type: 'Percent', value: 100, periodSeconds: 15 }] as const;

/** What was there at the start of the period, as far as this controller's own changes go. */
function startOf(memory: Memory, current: number, periodMs: number, now: number): number {
  const within = (events: readonly ScaleEvent[]): number =>
    events.reduce((sum, { change, at }) => (at > now - periodMs ? sum + change : sum), 0);
  return current - within(memory.ups) + within(memory.downs);
}

function upLimit(rules: ScalingRules, memory: Memory, current: number, now: number): number {
  if (rules.selectPolicy === 'Disabled') return current;
  const limits = (rules.policies ?? UP_POLICIES).map(({ type, value, periodSeconds }) => {
    const start = startOf(memory, current, periodSeconds * 1000, now);
    return type === 'Pods' ? start + value : Math.ceil(start * (1 + value / 100));
  });
  return rules.selectPolicy === 'Min' ? Math.min(...limits) : Math.max(...limits);
}

function downLimit(rules: ScalingRules, memory: Memory, current: number, now: number): number {
  if (rules.selectPolicy === 'Disabled') return current;
  const limits = (rules.policies ?? DOWN_POLICIES).map(({ type, value, periodSeconds }) => {
    const start = startOf(memory, current, periodSeconds * 1000, now);
    return type === 'Pods' ? start - value : Math.trunc(start * (1 - value / 100));
  });
  return rules.selectPolicy === 'Min' ? Math.max(...limits) : Math.min(...limits);
}

/** Remembers a change for the rate limits; only autoscalers with behaviour have those. */
export function noteScale(memory: Memory, before: number, after: number, now: number): void {
  const keep = (events: ScaleEvent[]): ScaleEvent[] =>
    events.filter(({ at }) => at > now - 3_600_000);
  if (after > before) memory.ups = [...keep(memory.ups), { change: after - before, at: now }];
  else memory.downs = [...keep(memory.downs), { change: before - after, at: now }];
}
