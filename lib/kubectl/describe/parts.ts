/** Parts that descriptions of many kinds have: maps, times, events. Cells are separated by tabs. */
import type { KubeObject } from '../../orchestrator/api/object';
import type { Event } from '../../orchestrator/api/objects';
import { formatAge, parseTime } from '../../orchestrator/api/timestamps';
import type { Invocation } from '../invocation';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** `Labels:  app=web`, one entry a line. */
export function mapLines(
  title: string,
  map: Readonly<Record<string, string>> | undefined,
  separator = '=',
): string[] {
  const keys = Object.keys(map ?? {})
    .filter((key) => key !== LAST_APPLIED)
    .sort();
  if (keys.length === 0) return [`${title}\t<none>`];
  return keys.map((key, i) => `${i === 0 ? title : ''}\t${key}${separator}${map![key]}`);
}

/** `Sat, 21 Nov 2026 03:12:21 +0000` */
export const dateText = (time: string): string =>
  new Date(parseTime(time)).toUTCString().replace('GMT', '+0000');

export function eventLines(invocation: Invocation, object: KubeObject): string[] {
  const { namespace, uid } = object.metadata;
  const selection = namespace === undefined ? {} : { namespace };
  const { items } = invocation.api.list<Event>('events', selection);
  const events = items.filter(({ involvedObject }) => involvedObject.uid === uid);
  if (events.length === 0) return ['Events:\t<none>'];
  const timeOf = ({ lastTimestamp, eventTime, metadata }: Event): number =>
    parseTime(lastTimestamp ?? eventTime ?? metadata.creationTimestamp);
  events.sort((a, b) => timeOf(a) - timeOf(b));
  const nowMs = invocation.cluster.clock.wallMs;
  return [
    'Events:',
    '  Type\tReason\tAge\tFrom\tMessage',
    '  ----\t------\t----\t----\t-------',
    ...events.map((event) => {
      const { type, reason, message, source, reportingComponent, firstTimestamp } = event;
      const count = event.series?.count ?? event.count ?? 1;
      const age = formatAge(nowMs - timeOf(event));
      const since = firstTimestamp ? formatAge(nowMs - parseTime(firstTimestamp)) : age;
      const when = count > 1 ? `${age} (x${count} over ${since})` : age;
      const from = source?.component ?? reportingComponent;
      return `  ${type}\t${reason}\t${when}\t${from}\t${message.trim()}`;
    }),
  ];
}
