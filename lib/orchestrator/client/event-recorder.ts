/**
 * Writes Events about objects as client-go's recorder does: equal ones are counted on one object,
 * many similar ones are combined, and a chatty source is held back.
 */
import type { Event, ObjectReference } from '../api/objects';
import type { KubeObject } from '../api/object';
import { isApiStatusError } from '../api/status-error';
import { formatTime } from '../api/timestamps';
import type { Client } from './client';
import { ConnectionError } from './connection-error';

const SIMILAR_LIMIT = 10;
const SIMILAR_WINDOW_MS = 600_000;
const SPAM_BURST = 25;
const SPAM_REFILL_MS = 300_000;
const MESSAGE_LIMIT = 1024;
/** Of at most this many objects it is remembered what was said; the oldest go first (client-go's LRU). */
const CACHE_LIMIT = 4096;

export type Subject = KubeObject | ObjectReference;

interface Counted {
  readonly name: string;
  readonly namespace: string;
  count: number;
}

/** What was said about one object for one reason; most objects have one message a reason. */
interface Series {
  readonly type: Event['type'];
  readonly reason: string;
  readonly fieldPath: string | undefined;
  readonly message: string;
  counted: Counted | undefined;
  /** Further messages, and the one that combines many. */
  others: Map<string, Counted> | undefined;
  /** Different messages within the window, once there are two. */
  different: Set<string> | undefined;
  lastAt: number;
}

/** What was said about one object, and how much more may be, whatever the reasons. */
interface Remembered {
  readonly series: Series[];
  tokens: number;
  refilledAt: number;
}

const COMBINED = 'combined';

export class EventRecorder {
  private readonly objects = new Map<string, Remembered>();

  /**
   * @param component the event's source: `deployment-controller`, `kubelet`
   * @param host the node, for events of a kubelet
   */
  constructor(
    private readonly client: Client,
    private readonly component: string,
    private readonly host?: string,
  ) {}

  event(subject: Subject, type: Event['type'], reason: string, message: string): void {
    const about = referenceOf(subject);
    const text = message.length > MESSAGE_LIMIT ? message.slice(0, MESSAGE_LIMIT) : message;
    const { now } = this.client.clock;
    const object = this.remembered(about, now);
    const series = seriesOf(object, about.fieldPath, type, reason, text, now);
    const said = aggregate(series, text, now);
    if (!mayWrite(object, now)) return;
    try {
      const slot = said === text ? text : COMBINED;
      const known = slot === series.message ? series.counted : series.others?.get(slot);
      if (known !== undefined && this.repeat(known, said)) return;
      const counted = this.write(about, type, reason, said);
      if (slot === series.message) series.counted = counted;
      else (series.others ??= new Map<string, Counted>()).set(slot, counted);
    } catch (error) {
      // Events are best effort: nobody fails because one could not be written.
      if (!(error instanceof ConnectionError) && !isApiStatusError(error)) throw error;
    }
  }

  private remembered(about: ObjectReference, now: number): Remembered {
    const id = about.uid || `${about.kind}/${about.namespace ?? ''}/${about.name}`;
    let known = this.objects.get(id);
    if (known === undefined) {
      known = { series: [], tokens: SPAM_BURST, refilledAt: now };
      remember(this.objects, id, known);
    }
    return known;
  }

  private repeat(known: Counted, message: string): boolean {
    const event = this.client.tryGet<Event>('events', known.namespace, known.name);
    if (event === undefined) return false;
    known.count++;
    const lastTimestamp = formatTime(this.client.clock.wallMs);
    this.client.update<Event>('events', { ...event, message, count: known.count, lastTimestamp });
    return true;
  }

  private write(
    about: ObjectReference,
    type: Event['type'],
    reason: string,
    message: string,
  ): Counted {
    const { client } = this;
    const now = formatTime(client.clock.wallMs);
    const namespace = about.namespace ?? 'default';
    // Unique as upstream's nanoseconds are: the instant and the process's own count of writes.
    const suffix = (
      BigInt(client.clock.wallMs) * 1_000_000n +
      BigInt(client.writes % 1_000_000)
    ).toString(16);
    const name = `${about.name}.${suffix}`;
    client.create<Event>('events', namespace, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace },
      involvedObject: about,
      reason,
      message,
      type,
      source:
        this.host === undefined
          ? { component: this.component }
          : { component: this.component, host: this.host },
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
      eventTime: null,
      reportingComponent: this.component,
      reportingInstance: this.host ?? '',
    });
    return { name, namespace, count: 1 };
  }
}

/** 25 events at once about one object, then one in 5 minutes. */
function mayWrite(object: Remembered, now: number): boolean {
  const refilled = object.tokens + (now - object.refilledAt) / SPAM_REFILL_MS;
  object.tokens = Math.min(SPAM_BURST, refilled);
  object.refilledAt = now;
  if (object.tokens < 1) return false;
  object.tokens -= 1;
  return true;
}

/** The series of one reason; an object has few, so that looking through them is quickest. */
function seriesOf(
  { series }: Remembered,
  fieldPath: string | undefined,
  type: Event['type'],
  reason: string,
  message: string,
  now: number,
): Series {
  for (const known of series) {
    if (known.reason === reason && known.type === type && known.fieldPath === fieldPath) {
      return known;
    }
  }
  const first: Series = {
    type,
    reason,
    fieldPath,
    message,
    counted: undefined,
    others: undefined,
    different: undefined,
    lastAt: now,
  };
  series.push(first);
  return first;
}

/** More than 10 different messages of one kind within 10 minutes are counted as one. */
function aggregate(series: Series, message: string, now: number): string {
  if (now - series.lastAt > SIMILAR_WINDOW_MS) series.different = new Set();
  series.lastAt = now;
  if (series.different === undefined) {
    if (message === series.message) return message;
    series.different = new Set([series.message]);
  }
  const { different } = series;
  different.add(message);
  if (different.size < SIMILAR_LIMIT) return message;
  different.delete(different.values().next().value!);
  return `(combined from similar events): ${message}`;
}

/** What an event says of the object it is about. */
export function referenceOf(subject: Subject): ObjectReference {
  if (!('metadata' in subject)) return subject;
  const { name, namespace, uid, resourceVersion } = subject.metadata;
  return {
    kind: subject.kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    uid,
    apiVersion: subject.apiVersion,
    resourceVersion,
  };
}

function remember<V>(cache: Map<string, V>, key: string, value: V): void {
  cache.delete(key);
  cache.set(key, value);
  if (cache.size > CACHE_LIMIT) cache.delete(cache.keys().next().value!);
}
