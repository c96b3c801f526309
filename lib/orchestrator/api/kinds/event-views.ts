/**
 * The two forms of an Event: core/v1 (which is stored) and events.k8s.io/v1, where the same fields
 * have other names. Stands for the conversions of kubernetes' pkg/apis/events/v1.
 */
import type { KubeObject } from '../object';

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

type Fields = Readonly<Record<string, unknown>>;

/** Fields that events.k8s.io/v1 leaves out when nothing is in them. */
const OMITTED = ['reportingController', 'reportingInstance'];

/** The fields of an events.k8s.io/v1 Event as core/v1 stores them. */
export const coreFieldsOf = (event: Fields): Record<string, unknown> => renamed(event, 'v1', 0);

/** A stored Event as events.k8s.io/v1 shows it. */
export function eventsV1EventOf(event: KubeObject): KubeObject {
  const shown = renamed(event as unknown as Fields, 'events.k8s.io/v1', 1);
  for (const field of OMITTED) if (shown[field] === '') delete shown[field];
  return shown as unknown as KubeObject;
}

function renamed(fields: Fields, apiVersion: string, from: 0 | 1): Record<string, unknown> {
  const names = new Map(RENAMED.map((pair) => [pair[from], pair[from === 0 ? 1 : 0]]));
  const result: Record<string, unknown> = {};
  for (const field of Object.keys(fields)) result[names.get(field) ?? field] = fields[field];
  result['apiVersion'] = apiVersion;
  return result;
}
