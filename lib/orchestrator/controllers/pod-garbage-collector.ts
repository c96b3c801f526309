/**
 * The pod garbage collector: removes ended pods beyond a limit, pods of nodes that are gone, and
 * terminating pods that no kubelet will ever finish.
 */
import type { Condition, Node, Pod } from '../api/objects';
import { isTerminal } from '../api/objects';
import { isConflict, isNotFound } from '../api/status-error';
import { formatTime } from '../api/timestamps';
import type { Client, ControllerContext, Informer } from '../client';
import { controller } from '../client';
import type { Timer } from '../sim';

const PERIOD_MS = 20_000;
const QUARANTINE_MS = 40_000;
const TERMINATED_LIMIT = 12_500;
const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';

export const podGarbageCollectorController = controller({
  name: 'pod-garbage-collector-controller',
  start: (context) => new PodGarbageCollector(context).follow(),
});

class PodGarbageCollector {
  private readonly client: Client;
  private readonly pods: Informer<Pod>;
  private readonly nodes: Informer<Node>;
  private readonly timer: Timer<undefined>;
  /** Names of nodes that pods are bound to and that do not exist, and since when. */
  private readonly missing = new Map<string, number>();

  constructor(context: ControllerContext) {
    this.client = context.client;
    this.pods = context.client.informer<Pod>('pods');
    this.pods.addIndex('node', (pod) => pod.spec.nodeName || undefined);
    this.nodes = context.client.informer<Node>('nodes');
    this.timer = context.client.clock.timer('pod-garbage-collector: pass', () => this.pass());
  }

  follow(): void {
    this.nodes.addHandlers({
      deleted: (node) => this.missing.set(node.metadata.name, this.client.clock.now),
      added: (node) => this.missing.delete(node.metadata.name),
    });
    this.timer.after(PERIOD_MS, undefined);
  }

  private pass(): void {
    this.timer.after(PERIOD_MS, undefined);
    if (!this.client.isConnected) return;
    const terminated: Pod[] = [];
    for (const pod of [...this.pods.list()]) {
      if (isTerminal(pod)) terminated.push(pod);
      if (pod.metadata.deletionTimestamp !== undefined) this.collectTerminating(pod);
      else if (pod.spec.nodeName && this.nodes.byKey(pod.spec.nodeName) === undefined) {
        this.noteMissing(pod.spec.nodeName);
      }
    }
    this.collectTerminated(terminated);
    this.collectOrphans();
  }

  private collectTerminating(pod: Pod): void {
    if (!pod.spec.nodeName) {
      this.remove(pod);
      return;
    }
    const node = this.nodes.byKey(pod.spec.nodeName);
    if (node === undefined) {
      this.noteMissing(pod.spec.nodeName);
      return;
    }
    const ready = node.status.conditions?.find((c) => c.type === 'Ready')?.status === 'True';
    const outOfService = node.spec.taints?.some((t) => t.key === OUT_OF_SERVICE) === true;
    if (!ready && outOfService) this.remove(pod);
  }

  private noteMissing(node: string): void {
    if (!this.missing.has(node)) this.missing.set(node, this.client.clock.now);
  }

  private collectTerminated(terminated: Pod[]): void {
    const excess = terminated.length - TERMINATED_LIMIT;
    if (excess <= 0) return;
    const evicted = (pod: Pod): number => (pod.status.reason === 'Evicted' ? 0 : 1);
    terminated.sort(
      (a, b) =>
        evicted(a) - evicted(b) ||
        (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1),
    );
    for (const pod of terminated.slice(0, excess)) this.remove(pod);
  }

  private collectOrphans(): void {
    const { now } = this.client.clock;
    for (const [name, since] of this.missing) {
      if (now - since < QUARANTINE_MS) continue;
      this.missing.delete(name);
      if (this.client.tryGet<Node>('nodes', undefined, name) !== undefined) continue;
      for (const pod of [...this.pods.byIndex('node', name).values()]) this.collectOrphan(pod);
    }
  }

  private collectOrphan(pod: Pod): void {
    const condition: Condition = {
      type: 'DisruptionTarget',
      status: 'True',
      observedGeneration: pod.metadata.generation ?? 1,
      reason: 'DeletionByPodGC',
      message: 'PodGC: node no longer exists',
      lastTransitionTime: formatTime(this.client.clock.wallMs),
    };
    const others = (pod.status.conditions ?? []).filter((c) => c.type !== condition.type);
    const phase = isTerminal(pod) ? pod.status.phase : 'Failed';
    const status = { ...pod.status, phase, conditions: [...others, condition] };
    try {
      this.client.updateStatus<Pod>('pods', { ...pod, status });
    } catch (error) {
      if (isNotFound(error) || isConflict(error)) return;
      throw error;
    }
    this.remove(pod);
  }

  private remove(pod: Pod): void {
    const { namespace, name } = pod.metadata;
    try {
      this.client.delete('pods', namespace, name, { gracePeriodSeconds: 0 });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
