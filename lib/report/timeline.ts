/** What happened to a workload since an instant, one line a happening, repeats folded. */
import type { Event, Pod } from '../orchestrator/api/objects';
import { isPodReady } from '../orchestrator/api/objects';
import type { WriteFact } from '../orchestrator/apiserver/requests';
import type { FaultFact } from '../orchestrator/chaos';
import type { Trace, TraceEntry } from '../orchestrator/sim';
import { formatInstant, formatSpan } from './instants';

export interface TimelineEntry {
  readonly at: number;
  /** `pod/web-5f8b-aa1` */
  readonly who: string;
  /** `Scheduled`, `Ready`, `deleted` */
  readonly what: string;
  readonly detail: string;
}

export interface TimelineOptions {
  readonly since: number;
  /** Whether an object's doings belong in it. */
  readonly concerns: (kind: string, namespace: string | undefined, name: string) => boolean;
}

/** Events that say nothing new to somebody who watches the pods. */
const QUIET = new Set([
  'RegisteredNode',
  'SuccessfulCreate',
  'SuccessfulDelete',
  'Created',
  'Started',
  'Pulled',
  'Pulling',
]);

export function timelineOf(trace: Trace, options: TimelineOptions): TimelineEntry[] {
  const found: TimelineEntry[] = [];
  for (const entry of trace.entries()) {
    if (entry.at < options.since) continue;
    const { type } = entry.fact;
    if (type === 'write') found.push(...ofWrite(entry as TraceEntry<WriteFact>, options));
    else if (type === 'fault') found.push(ofFault(entry as TraceEntry<FaultFact>));
  }
  return found;
}

function ofFault({ at, fact }: TraceEntry<FaultFact>): TimelineEntry {
  const what = fact.phase === 'injected' ? 'fault' : 'healed';
  return { at, who: `${fact.fault}/${fact.target}`, what, detail: '' };
}

function ofWrite({ at, fact }: TraceEntry<WriteFact>, options: TimelineOptions): TimelineEntry[] {
  if (fact.resource === 'events') return ofEvent(at, fact, options);
  if (fact.resource !== 'pods') return [];
  const pod = fact.object as Pod;
  const { namespace, name } = pod.metadata;
  if (!options.concerns('Pod', namespace, name)) return [];
  const before = fact.previous as Pod | undefined;
  const who = `pod/${name}`;
  if (fact.verb === 'DELETED') return [{ at, who, what: 'deleted', detail: '' }];
  const entries: TimelineEntry[] = [];
  const [is, was] = [isPodReady(pod), before !== undefined && isPodReady(before)];
  if (is && !was) entries.push({ at, who, what: 'Ready', detail: '' });
  if (was && !is) entries.push({ at, who, what: 'NotReady', detail: '' });
  const leaving = pod.metadata.deletionTimestamp !== undefined;
  if (leaving && before?.metadata.deletionTimestamp === undefined) {
    const seconds = pod.metadata.deletionGracePeriodSeconds ?? 0;
    entries.push({ at, who, what: 'terminating', detail: `grace period ${seconds}s` });
  }
  return entries;
}

function ofEvent(at: number, fact: WriteFact, options: TimelineOptions): TimelineEntry[] {
  const event = fact.object as Event;
  const { kind = '', namespace, name = '' } = event.involvedObject;
  if (QUIET.has(event.reason) || !options.concerns(kind, namespace, name)) return [];
  const detail =
    event.reason === 'Scheduled' ? event.message.replace(/^.* to /, 'to ') : event.message;
  return [{ at, who: `${kind.toLowerCase()}/${name}`, what: event.reason, detail }];
}

/** Lines in columns; what repeats is said once, with how often and until when. */
export function formatTimeline(entries: readonly TimelineEntry[], limit: number): string[] {
  const folded = fold(entries);
  const shown = folded.length > limit ? cut(folded, limit) : folded;
  const width = Math.min(44, Math.max(0, ...shown.map((e) => e.who.length)));
  return shown.map(({ at, who, what, detail, more }) => {
    if (who === '') return `  ${detail}`;
    const again = more === undefined ? '' : `   ${more}`;
    const line = `${formatInstant(at).padEnd(8)} ${who.padEnd(width)}  ${what.padEnd(18)} ${detail}`;
    return `  ${line.trimEnd()}${again}`;
  });
}

interface Folded extends TimelineEntry {
  readonly more?: string;
}

function fold(entries: readonly TimelineEntry[]): Folded[] {
  const folded: (Folded & { times: number; last: number })[] = [];
  const known = new Map<string, (typeof folded)[number]>();
  for (const entry of entries) {
    const key = `${entry.who}|${entry.what}|${entry.detail}`;
    const same = known.get(key);
    if (same !== undefined && entry.what !== 'Ready' && entry.what !== 'NotReady') {
      same.times++;
      same.last = entry.at;
      continue;
    }
    const first = { ...entry, times: 1, last: entry.at };
    folded.push(first);
    known.set(key, first);
  }
  return folded.map(({ times, last, ...entry }) =>
    times === 1
      ? entry
      : {
          ...entry,
          more: `(${times - 1} more ${times === 2 ? 'time' : 'times'} until ${formatInstant(last)})`,
        },
  );
}

/** The beginning and the end, with a count of what lies between. */
function cut(entries: readonly Folded[], limit: number): Folded[] {
  const head = Math.ceil((limit - 1) / 2);
  const tail = limit - 1 - head;
  const between = entries.length - head - tail;
  const note = { at: 0, who: '', what: '', detail: `... ${between} more` };
  return [...entries.slice(0, head), note, ...entries.slice(entries.length - tail)];
}

export { formatInstant, formatSpan };
