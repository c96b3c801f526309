/**
 * Reduces a recording to what any faithful Kubernetes must reproduce, whatever its timing and its
 * random names: orders of steps, final states, placements as counts, events, texts of commands.
 */
import type { WatchRecord } from '../watch-record';
import { textCleaner } from './clean-text';
import { eventsOf } from './events';
import { History } from './history';
import { placementOf } from './placement';
import { PodLives } from './pod-lives';
import { autoscalersOf, budgetsOf, nodesOf, quotasOf, servicesOf, volumesOf } from './surroundings';
import { workloadsOf } from './workloads';

export type Projection = Readonly<Record<string, unknown>>;

/** @param texts what commands printed, by name */
export function projectionOf(
  records: readonly WatchRecord[],
  texts: Readonly<Record<string, string>> = {},
): Projection {
  const history = new History(records);
  const lives = new PodLives(history);
  const clean = textCleaner(history);
  const linesOf = (text: string): string[] => text.split('\n').map(clean).filter(Boolean);
  return {
    workloads: workloadsOf(history, lives),
    placement: placementOf(history, lives, clean),
    services: servicesOf(history),
    budgets: budgetsOf(history),
    autoscalers: autoscalersOf(history, clean),
    volumes: volumesOf(history),
    nodes: nodesOf(history),
    quotas: quotasOf(history),
    events: eventsOf(history, clean),
    outputs: Object.fromEntries(Object.entries(texts).map(([name, t]) => [name, linesOf(t)])),
  };
}
