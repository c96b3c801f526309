/**
 * metrics-server: asks the kubelets every 15 s what their pods use, and serves the last answer as
 * metrics.k8s.io. It starts to ask when somebody first wants to know.
 */
import type { KubeObject } from '../api/object';
import type { Node, Pod } from '../api/objects';
import { fromBytes } from '../api/quantity';
import { formatTime } from '../api/timestamps';
import type { Client, Informer } from '../client';
import type { Timer } from '../sim';

// --metric-resolution
const SCRAPE_MS = 15_000;

export interface Usage {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
}

/** What a kubelet's summary API tells; undefined while the kubelet cannot be asked. */
export interface UsageSource {
  usage(pod: Pod): Usage | undefined;
}

export interface PodMetricsObject extends KubeObject {
  readonly timestamp: string;
  readonly window: string;
  readonly containers: readonly { name: string; usage: { cpu: string; memory: string } }[];
}

export class MetricsServer {
  /** Watched only once somebody wants to know. */
  private lazyPods: Informer<Pod> | undefined;
  private readonly timer: Timer<undefined>;
  private podMetrics: readonly PodMetricsObject[] = [];
  private scrapedAt: number | undefined;

  /** @param fresh asks anew at each request instead of every 15 s, as the recordings' server did */
  constructor(
    private readonly client: Client,
    private readonly source: UsageSource,
    private readonly fresh = false,
  ) {
    this.timer = client.clock.timer('metrics-server: scrape', () => {
      this.timer.after(SCRAPE_MS, undefined);
      this.scrape();
    });
  }

  private get pods(): Informer<Pod> {
    this.lazyPods ??= this.client.informer<Pod>('pods');
    return this.lazyPods;
  }

  listPods(): readonly PodMetricsObject[] {
    this.refresh();
    return this.podMetrics;
  }

  listNodes(): readonly KubeObject[] {
    this.refresh();
    const totals = new Map<string, { cpuMilli: number; memoryBytes: number }>();
    for (const pod of this.pods.list()) {
      const usage = pod.spec.nodeName ? this.source.usage(pod) : undefined;
      if (usage === undefined) continue;
      const total = totals.get(pod.spec.nodeName!) ?? { cpuMilli: 0, memoryBytes: 0 };
      total.cpuMilli += usage.cpuMilli;
      total.memoryBytes += usage.memoryBytes;
      totals.set(pod.spec.nodeName!, total);
    }
    return this.client.list<Node>('nodes').map((node) => {
      const { cpuMilli, memoryBytes } = totals.get(node.metadata.name) ?? {
        cpuMilli: 0,
        memoryBytes: 0,
      };
      return this.metricsObject('NodeMetrics', node, { usage: usageOf(cpuMilli, memoryBytes) });
    });
  }

  private refresh(): void {
    if (this.fresh || this.scrapedAt === undefined) this.scrape();
    if (this.scrapedAt === undefined && !this.fresh) this.timer.after(SCRAPE_MS, undefined);
    this.scrapedAt ??= this.client.clock.now;
  }

  private scrape(): void {
    if (!this.client.isConnected) return;
    const metrics: PodMetricsObject[] = [];
    for (const pod of this.pods.list()) {
      if (pod.status.phase !== 'Running') continue;
      const usage = this.source.usage(pod);
      if (usage !== undefined) metrics.push(this.metricsOf(pod, usage));
    }
    this.podMetrics = metrics;
  }

  /** A pod's usage is split evenly over its containers: the model knows the pod's only. */
  private metricsOf(pod: Pod, usage: Usage): PodMetricsObject {
    const count = pod.spec.containers.length;
    const share = usageOf(usage.cpuMilli / count, usage.memoryBytes / count);
    const containers = pod.spec.containers.map(({ name }) => ({ name, usage: share }));
    return this.metricsObject('PodMetrics', pod, { containers }) as PodMetricsObject;
  }

  private metricsObject(kind: string, of: KubeObject, fields: object): KubeObject {
    const { name, namespace, labels } = of.metadata;
    const timestamp = formatTime(this.client.clock.wallMs);
    return {
      kind,
      apiVersion: 'metrics.k8s.io/v1beta1',
      metadata: {
        name,
        ...(namespace === undefined ? {} : { namespace }),
        creationTimestamp: timestamp,
        ...(labels === undefined ? {} : { labels }),
        uid: '',
        resourceVersion: '',
      },
      timestamp,
      window: '15s',
      ...fields,
    } as KubeObject;
  }
}

const usageOf = (cpuMilli: number, memoryBytes: number): { cpu: string; memory: string } => ({
  cpu: `${Math.round(cpuMilli)}m`,
  memory: fromBytes(Math.round(memoryBytes / 1024) * 1024),
});
