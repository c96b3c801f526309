/** How fast an autoscaler may scale: the policies of its behaviour over what it did of late. */
import type { ScalingRules } from '../../api/objects';

const LONGEST_PERIOD_MS = 3_600_000;
const UP_POLICIES = [
  { type: 'Pods', value: 4, periodSeconds: 15 },
  { type: 'Percent', value: 100, periodSeconds: 15 },
] as const;
const DOWN_POLICIES = [{ type: 'Percent', value: 100, periodSeconds: 15 }] as const;

export interface ScaleEvent {
  readonly change: number;
  /** Virtual milliseconds. */
  readonly at: number;
}

/** The changes that the controller itself made, the latest last. */
export interface ScaleHistory {
  ups: ScaleEvent[];
  downs: ScaleEvent[];
}

/** To how many replicas the rules let it grow now. */
export function upLimit(
  rules: ScalingRules,
  history: ScaleHistory,
  current: number,
  now: number,
): number {
  if (rules.selectPolicy === 'Disabled') return current;
  const limits = (rules.policies ?? UP_POLICIES).map(({ type, value, periodSeconds }) => {
    const start = startOf(history, current, periodSeconds * 1000, now);
    return type === 'Pods' ? start + value : Math.ceil(start * (1 + value / 100));
  });
  return rules.selectPolicy === 'Min' ? Math.min(...limits) : Math.max(...limits);
}

/** To how few replicas the rules let it shrink now. */
export function downLimit(
  rules: ScalingRules,
  history: ScaleHistory,
  current: number,
  now: number,
): number {
  if (rules.selectPolicy === 'Disabled') return current;
  const limits = (rules.policies ?? DOWN_POLICIES).map(({ type, value, periodSeconds }) => {
    const start = startOf(history, current, periodSeconds * 1000, now);
    return type === 'Pods' ? start - value : Math.trunc(start * (1 - value / 100));
  });
  return rules.selectPolicy === 'Min' ? Math.max(...limits) : Math.min(...limits);
}

/** Remembers a change for the rate limits; only autoscalers with behaviour have those. */
export function noteScale(history: ScaleHistory, before: number, after: number, now: number): void {
  const keep = (events: ScaleEvent[]): ScaleEvent[] =>
    events.filter(({ at }) => at > now - LONGEST_PERIOD_MS);
  if (after > before) history.ups = [...keep(history.ups), { change: after - before, at: now }];
  else history.downs = [...keep(history.downs), { change: before - after, at: now }];
}

/** What was there at the start of the period, as far as this controller's own changes go. */
function startOf(history: ScaleHistory, current: number, periodMs: number, now: number): number {
  const within = (events: readonly ScaleEvent[]): number =>
    events.reduce((sum, { change, at }) => (at > now - periodMs ? sum + change : sum), 0);
  return current - within(history.ups) + within(history.downs);
}
