/**
 * Writes the scheduler's events in the form of events.k8s.io: with eventTime and an action, no
 * count; equal ones become a series. Stands for client-go's tools/events recorder.
 */
import type { Event, Pod } from '../api/objects';
import { isApiStatusError } from '../api/status-error';
import { formatMicroTime } from '../api/timestamps';
import { type Client, ConnectionError, referenceOf } from '../client';

const MESSAGE_LIMIT = 1024;
/** A series that has been still for so long has ended; the next event begins anew. */
const SERIES_END_MS = 360_000;
const CACHE_LIMIT = 4096;

interface Recorded {
  readonly name: string;
  readonly namespace: string;
  lastAt: number;
  inSeries: boolean;
}

export class SchedulerEventRecorder {
  private readonly recorded = new Map<string, Recorded>();
  private sequence = 0;

  /** @param instance the process that reports */
  constructor(
    private readonly client: Client,
    private readonly reporter: string,
    private readonly instance: string,
  ) {}

  event(pod: Pod, type: Event['type'], reason: string, action: string, message: string): void {
    const { uid, resourceVersion } = pod.metadata;
    const key = `${uid}/${resourceVersion}/${type}/${reason}/${action}`;
    const now = this.client.clock.now;
    const known = this.recorded.get(key);
    try {
      if (known !== undefined && now - known.lastAt < SERIES_END_MS) {
        this.repeat(known);
        known.lastAt = now;
      } else {
        this.write(key, pod, type, reason, action, limited(message));
      }
    } catch (error) {
      // Events are best effort: nobody fails because one could not be written.
      if (!(error instanceof ConnectionError) && !isApiStatusError(error)) throw error;
    }
  }

  /** The second event makes the first a series; later ones are written with the next refresh. */
  // FIDELITY: the refresh of a lasting series every 30 min is left out; its count stays at 2.
  private repeat(known: Recorded): void {
    if (known.inSeries) return;
    known.inSeries = true;
    const event = this.client.tryGet<Event>('events', known.namespace, known.name);
    if (event === undefined) return;
    const lastObservedTime = formatMicroTime(this.client.clock.wallMs);
    this.client.update<Event>('events', { ...event, series: { count: 2, lastObservedTime } });
  }

  private write(
    key: string,
    pod: Pod,
    type: Event['type'],
    reason: string,
    action: string,
    message: string,
  ): void {
    const { clock } = this.client;
    const { namespace } = pod.metadata;
    const name = `${pod.metadata.name}.${this.suffix()}`;
    this.client.create<Event>('events', namespace, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace },
      involvedObject: referenceOf(pod),
      reason,
      message,
      type,
      source: {},
      firstTimestamp: null,
      lastTimestamp: null,
      eventTime: formatMicroTime(clock.wallMs),
      action,
      reportingComponent: this.reporter,
      reportingInstance: this.instance,
    });
    this.recorded.delete(key);
    this.recorded.set(key, { name, namespace, lastAt: clock.now, inSeries: false });
    if (this.recorded.size > CACHE_LIMIT) {
      this.recorded.delete(this.recorded.keys().next().value!);
    }
  }

  /** Unique as upstream's nanoseconds are: the instant and this recorder's own count. */
  private suffix(): string {
    const nanos =
      BigInt(this.client.clock.wallMs) * 1_000_000n + BigInt(this.sequence++ % 1_000_000);
    return nanos.toString(16);
  }
}

const limited = (message: string): string =>
  message.length > MESSAGE_LIMIT ? `${message.slice(0, MESSAGE_LIMIT - 4)} ...` : message;
