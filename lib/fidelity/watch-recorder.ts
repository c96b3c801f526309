/** Watches a server over HTTP, as any client may, and keeps every change in the order of the store. */
import { get, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import type { RecordedObject, WatchRecord } from './watch-record';

const WATCHED = [
  '/api/v1/pods',
  '/api/v1/nodes',
  '/api/v1/services',
  '/api/v1/persistentvolumeclaims',
  '/api/v1/persistentvolumes',
  '/api/v1/resourcequotas',
  '/api/v1/namespaces',
  '/api/v1/events',
  '/apis/apps/v1/deployments',
  '/apis/apps/v1/replicasets',
  '/apis/apps/v1/statefulsets',
  '/apis/apps/v1/daemonsets',
  '/apis/apps/v1/controllerrevisions',
  '/apis/batch/v1/jobs',
  '/apis/batch/v1/cronjobs',
  '/apis/discovery.k8s.io/v1/endpointslices',
  '/apis/autoscaling/v2/horizontalpodautoscalers',
  '/apis/policy/v1/poddisruptionbudgets',
];
const NODES = '/api/v1/nodes';

interface ObjectList {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly RecordedObject[];
}

export class WatchRecorder {
  private readonly seen: WatchRecord[] = [];
  private readonly streams: IncomingMessage[] = [];

  private constructor(
    private readonly url: string,
    private readonly startMs: number,
  ) {}

  /** Lists and then watches every compared resource; the nodes that are there are on record. */
  static async start(url: string): Promise<WatchRecorder> {
    const recorder = new WatchRecorder(url, Date.now());
    for (const path of WATCHED) await recorder.watch(path);
    return recorder;
  }

  /** What was recorded until now, in the order in which the store committed it. */
  records(): WatchRecord[] {
    const ordered = [...this.seen].sort((a, b) => revisionOf(a) - revisionOf(b));
    let t = 0;
    return ordered.map((record) => {
      t = Math.max(t, record.t);
      return { ...record, t };
    });
  }

  stop(): void {
    for (const stream of this.streams) stream.destroy();
  }

  private async watch(path: string): Promise<void> {
    const { metadata, items } = await this.list(path);
    if (path === NODES) {
      for (const item of items) {
        this.note('ADDED', { apiVersion: 'v1', ...item, kind: 'Node' } as RecordedObject, 0);
      }
    }
    const query = `watch=true&resourceVersion=${metadata.resourceVersion}&timeoutSeconds=3600`;
    const stream = await open(`${this.url}${path}?${query}`);
    this.streams.push(stream);
    // A stream that `stop` destroys says so; that is no news.
    stream.on('error', () => undefined);
    createInterface({ input: stream }).on('line', (line) => {
      if (!line.startsWith('{')) return;
      const { type, object } = JSON.parse(line) as { type: string; object: RecordedObject };
      this.note(type, object, Date.now() - this.startMs);
    });
  }

  private note(type: string, object: RecordedObject, t: number): void {
    this.seen.push({ t, type, object: withoutManagedFields(object) });
  }

  private async list(path: string): Promise<ObjectList> {
    const response = await open(`${this.url}${path}`);
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
    return JSON.parse(text) as ObjectList;
  }
}

const revisionOf = ({ object }: WatchRecord): number =>
  Number(object.metadata?.resourceVersion ?? 0);

function withoutManagedFields(object: RecordedObject): RecordedObject {
  const metadata: Record<string, unknown> = { ...object.metadata };
  delete metadata['managedFields'];
  return { ...object, metadata } as unknown as RecordedObject;
}

const open = (url: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => get(url, resolve).on('error', reject));
