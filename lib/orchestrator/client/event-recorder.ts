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
/** At most this many counters are kept; the oldest go first (client-go's LRU). */
const CACHE_LIMIT = 4096;

export type Subject = KubeObject | ObjectReference;

interface Counted {
  readonly name: string;
  readonly namespace: string;
  count: number;
}

interface Similar {
  readonly messages: Set<string>;
  lastAt: number;
}

interface Budget {
  tokens: number;
  refilledAt: number;
}

export class EventRecorder {
  private readonly counted = new Map<string, Counted>();
  private readonly similar = new Map<string, Similar>();
  private readonly budgets = new Map<string, Budget>();

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
    const who = `${about.kind}/${about.namespace ?? ''}/${about.name}/${about.uid}/${about.fieldPath ?? ''}`;
    const aggregated = this.aggregate(`${who}|${type}|${reason}`, text);
    const combined = aggregated !== text;
    const key = `${who}|${type}|${reason}|${combined ? 'combined' : aggregated}`;
    if (!this.mayWrite(`${who}|${reason}`)) return;
    try {
      const known = this.counted.get(key);
      if (known === undefined || !this.repeat(known, aggregated)) {
        this.write(key, about, type, reason, aggregated);
      }
    } catch (error) {
      // Events are best effort: nobody fails because one could not be written.
      if (!(error instanceof ConnectionError) && !isApiStatusError(error)) throw error;
    }
  }

  /** More than 10 different messages of one kind within 10 minutes are counted as one. */
  private aggregate(key: string, message: string): string {
    const now = this.client.clock.now;
    let similar = this.similar.get(key);
    if (similar === undefined || now - similar.lastAt > SIMILAR_WINDOW_MS) {
      similar = { messages: new Set(), lastAt: now };
      remember(this.similar, key, similar);
    }
    similar.lastAt = now;
    similar.messages.add(message);
    if (similar.messages.size < SIMILAR_LIMIT) return message;
    similar.messages.delete(similar.messages.values().next().value!);
    return `(combined from similar events): ${message}`;
  }

  /** 25 events at once of one reason about one object, then one in 5 minutes. */
  private mayWrite(who: string): boolean {
    const now = this.client.clock.now;
    let budget = this.budgets.get(who);
    if (budget === undefined) {
      budget = { tokens: SPAM_BURST, refilledAt: now };
      remember(this.budgets, who, budget);
    }
    budget.tokens = Math.min(
      SPAM_BURST,
      budget.tokens + (now - budget.refilledAt) / SPAM_REFILL_MS,
    );
    budget.refilledAt = now;
    if (budget.tokens < 1) return false;
    budget.tokens -= 1;
    return true;
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
    key: string,
    about: ObjectReference,
    type: Event['type'],
    reason: string,
    message: string,
  ): void {
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
    remember(this.counted, key, { name, namespace, count: 1 });
  }
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
