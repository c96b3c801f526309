/**
 * The two forms of an Event: core/v1 (which is stored) and events.k8s.io/v1, where the same fields
 * have other names. Stands for the conversions of kubernetes' pkg/apis/events/v1.
 */
import type { KubeObject } from '../object';
import type { Event } from '../objects/event';

/** Names in events.k8s.io/v1 and in core/v1. */
const RENAMED: readonly (readonly [eventsV1: string, core: string])[] = [
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['reportingController', 'reportingComponent'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
];

/** An events.k8s.io/v1 Event as core/v1 stores it. */
export function coreEventOf(event: KubeObject): Event {
  const renamed = rename(event, 'v1', 0);
  return renamed as unknown as Event;
}

/** A stored Event as events.k8s.io/v1 shows it. */
export const eventsV1EventOf = (event: KubeObject): KubeObject =>
  rename(event, 'events.k8s.io/v1', 1) as unknown as KubeObject;

function rename(event: KubeObject, apiVersion: string, from: 0 | 1): Record<string, unknown> {
  const names = new Map(RENAMED.map((pair) => [pair[from], pair[from === 0 ? 1 : 0]]));
  const fields = event as unknown as Readonly<Record<string, unknown>>;
  const result: Record<string, unknown> = {};
  for (const field of Object.keys(fields)) result[names.get(field) ?? field] = fields[field];
  result['apiVersion'] = apiVersion;
  return result;
}
