/**
 * The node lifecycle controller: notices nodes that have gone silent, says so in their conditions,
 * and taints them, so that pods are kept off and, later, evicted.
 */
import type { Condition, Lease, Node, Pod } from '../../api/objects';
import { conditionOf } from '../../api/objects';
import { isConflict, isNotFound } from '../../api/status-error';
import { formatTime } from '../../api/timestamps';
import type { Client, ControllerContext, EventRecorder, Informer } from '../../client';
import { ConnectionError, controller } from '../../client';
import type { Timer } from '../../sim';
import { isSilent, observe, unknownConditions, type NodeHealth } from './node-health';
import {
  hasDownTaint,
  NOT_READY,
  UNREACHABLE,
  withNoExecuteTaint,
  withNoScheduleTaints,
} from './taints';
import { evictionRate, RateLimitedNodes, zoneOf, zoneState, type ZoneCount } from './zones';

// --node-monitor-period
const MONITOR_MS = 5000;
/** How often the queues of nodes to taint NoExecute are looked at. */
const TAINT_PASS_MS = 100;

export const nodeLifecycleController = controller({
  name: 'node-lifecycle-controller',
  start: (context) => new NodeLifecycle(context).follow(),
});

class NodeLifecycle {
  private readonly client: Client;
  private readonly nodes: Informer<Node>;
  private readonly leases: Informer<Lease>;
  private readonly pods: Informer<Pod>;
  private readonly events: EventRecorder;
  private readonly health = new Map<string, NodeHealth>();
  private readonly zones = new Map<string, RateLimitedNodes>();
  private readonly monitorTimer: Timer<undefined>;
  private readonly taintTimer: Timer<undefined>;
  private taintPassPending = false;
  private allDown = false;

  constructor(private readonly context: ControllerContext) {
    this.client = context.client;
    this.nodes = context.client.informer<Node>('nodes');
    this.leases = context.client.informer<Lease>('leases.coordination.k8s.io');
    this.pods = context.client.informer<Pod>('pods');
    this.pods.addIndex('node', (pod) => pod.spec.nodeName || undefined);
    this.events = context.recorder('node-controller');
    const { clock } = context.client;
    this.monitorTimer = clock.timer('node-lifecycle-controller: monitor', () => this.monitor());
    this.taintTimer = clock.timer('node-lifecycle-controller: taint', () => this.taintPass());
  }

  follow(): void {
    const queue = this.context.queue({
      name: 'node-lifecycle-controller',
      reconcile: (name) => this.mirrorConditions(name),
    });
    this.nodes.addHandlers({
      added: (node) => queue.add(node.metadata.name),
      updated: (node) => queue.add(node.metadata.name),
      deleted: (node) => this.forget(node),
    });
    this.monitor();
  }

  private forget(node: Node): void {
    const { name } = node.metadata;
    this.health.delete(name);
    this.zones.get(zoneOf(node))?.remove(name);
    this.events.event(
      nodeReference(node),
      'Normal',
      'RemovingNode',
      `Node ${name} event: Removing Node ${name} from Controller`,
    );
  }

  private mirrorConditions(name: string): void {
    const node = this.nodes.byKey(name);
    if (node === undefined) return;
    this.mirrorLabels(node);
    this.setTaints(node, withNoScheduleTaints(node, formatTime(this.client.clock.wallMs)));
    // A node that is well again keeps nobody away, at once.
    if (conditionOf(node, 'Ready')?.status === 'True' && hasDownTaint(node)) this.recovered(node);
  }

  /** Old names of the platform's labels follow the present ones. */
  private mirrorLabels({ metadata }: Node): void {
    const labels: Record<string, string> = {};
    for (const name of ['arch', 'os']) {
      const value = metadata.labels?.[`kubernetes.io/${name}`];
      const old = `beta.kubernetes.io/${name}`;
      if (value !== undefined && metadata.labels?.[old] !== value) labels[old] = value;
    }
    if (Object.keys(labels).length === 0) return;
    this.client.patch('nodes', undefined, metadata.name, 'merge', { metadata: { labels } });
  }

  private monitor(): void {
    this.monitorTimer.after(MONITOR_MS, undefined);
    if (!this.client.isConnected) return;
    const { now } = this.client.clock;
    const counts = new Map<string, ZoneCount>();
    const down: Node[] = [];
    for (const known of [...this.nodes.list()]) {
      const node = this.check(known, now);
      const count = countOf(counts, zoneOf(node));
      if (conditionOf(node, 'Ready')?.status === 'True') count.ready++;
      else {
        count.notReady++;
        down.push(node);
      }
    }
    this.setRates(counts, now);
    for (const node of down) this.queueTaint(node);
  }

  /** Looks at one node; returns it as it is then. */
  private check(node: Node, now: number): Node {
    const { name } = node.metadata;
    const isNew = !this.health.has(name);
    if (isNew) {
      this.events.event(
        nodeReference(node),
        'Normal',
        'RegisteredNode',
        `Node ${name} event: Registered Node ${name} in Controller`,
      );
    }
    const lease = this.leases.get('kube-node-lease', name);
    const health = observe(this.health.get(name), node, lease, now);
    this.health.set(name, health);
    if (!isSilent(health, node, now)) return this.notReadyIfSo(node);
    const conditions = unknownConditions(node, this.client.clock.wallMs);
    if (conditions === node.status.conditions) return this.notReadyIfSo(node);
    const wasReady = conditionOf(node, 'Ready')?.status === 'True';
    try {
      const updated = this.client.updateStatus<Node>('nodes', {
        ...node,
        status: { ...node.status, conditions },
      });
      if (wasReady) this.lost(updated);
      return updated;
    } catch (error) {
      if (!isConflict(error) && !isNotFound(error) && !(error instanceof ConnectionError))
        throw error;
      return node;
    }
  }

  /** A kubelet may itself report that it is not ready: its pods are not ready either. */
  private notReadyIfSo(node: Node): Node {
    if (conditionOf(node, 'Ready')?.status === 'False') this.markPodsNotReady(node, false);
    return node;
  }

  private lost(node: Node): void {
    const { name } = node.metadata;
    this.events.event(
      nodeReference(node),
      'Normal',
      'NodeNotReady',
      `Node ${name} status is now: NodeNotReady`,
    );
    this.markPodsNotReady(node, true);
  }

  private markPodsNotReady(node: Node, tell: boolean): void {
    for (const pod of [...this.pods.byIndex('node', node.metadata.name).values()]) {
      const conditions = pod.status.conditions ?? [];
      const ready = conditions.find((c) => c.type === 'Ready');
      if (ready === undefined || ready.status !== 'True') continue;
      const lastTransitionTime = formatTime(this.client.clock.wallMs);
      const turned = conditions.map((c): Condition =>
        c === ready ? { ...c, status: 'False', lastTransitionTime } : c,
      );
      try {
        this.client.updateStatus<Pod>('pods', {
          ...pod,
          status: { ...pod.status, conditions: turned },
        });
      } catch (error) {
        if (!isConflict(error) && !isNotFound(error)) throw error;
      }
      if (tell) this.events.event(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
    }
  }

  private setRates(counts: ReadonlyMap<string, ZoneCount>, now: number): void {
    const states = [...counts.values()].map(zoneState);
    const allDown = states.length > 0 && states.every((s) => s === 'FullDisruption');
    for (const [zone, count] of counts) {
      this.zone(zone).setRate(evictionRate(zoneState(count), count, allDown));
    }
    if (allDown && !this.allDown) {
      for (const node of [...this.nodes.list()]) this.recovered(node);
    } else if (!allDown && this.allDown) {
      // Nobody can be blamed for the time when everything was down.
      for (const health of this.health.values()) health.probedAt = now;
    }
    this.allDown = allDown;
  }

  private queueTaint(node: Node): void {
    if (this.allDown) return;
    const wanted = conditionOf(node, 'Ready')?.status === 'Unknown' ? UNREACHABLE : NOT_READY;
    if (hasDownTaint(node)) {
      this.setTaints(node, withNoExecuteTaint(node, wanted, formatTime(this.client.clock.wallMs)));
      return;
    }
    if (conditionOf(node, 'Ready') === undefined) return;
    this.zone(zoneOf(node)).add(node.metadata.name);
    if (this.taintPassPending) return;
    this.taintPassPending = true;
    this.taintTimer.after(TAINT_PASS_MS, undefined);
  }

  private taintPass(): void {
    this.taintPassPending = false;
    const { clock } = this.client;
    let waiting = 0;
    for (const zone of this.zones.values()) {
      for (const name of zone.take(clock.now)) {
        const node = this.client.isConnected
          ? this.client.tryGet<Node>('nodes', undefined, name)
          : undefined;
        const status = node && conditionOf(node, 'Ready')?.status;
        if (node === undefined || status === 'True') continue;
        const key = status === 'Unknown' ? UNREACHABLE : NOT_READY;
        this.setTaints(node, withNoExecuteTaint(node, key, formatTime(clock.wallMs)));
      }
      waiting += zone.size;
    }
    if (waiting === 0) return;
    this.taintPassPending = true;
    this.taintTimer.after(TAINT_PASS_MS, undefined);
  }

  private recovered(node: Node): void {
    this.zones.get(zoneOf(node))?.remove(node.metadata.name);
    this.setTaints(node, withNoExecuteTaint(node, undefined, ''));
  }

  private setTaints(node: Node, taints: Node['spec']['taints']): void {
    if (taints === undefined || taints === node.spec.taints || !this.client.isConnected) return;
    if (taints.length === 0 && node.spec.taints === undefined) return;
    const live = this.client.tryGet<Node>('nodes', undefined, node.metadata.name);
    if (live === undefined) return;
    const spec = { ...live.spec, taints };
    if (taints.length === 0) delete (spec as { taints?: unknown }).taints;
    this.client.update<Node>('nodes', { ...live, spec });
  }

  private zone(name: string): RateLimitedNodes {
    let zone = this.zones.get(name);
    if (zone === undefined) {
      zone = new RateLimitedNodes();
      this.zones.set(name, zone);
    }
    return zone;
  }
}

function countOf(counts: Map<string, ZoneCount>, zone: string): ZoneCount {
  let count = counts.get(zone);
  if (count === undefined) {
    count = { ready: 0, notReady: 0 };
    counts.set(zone, count);
  }
  return count;
}

const nodeReference = (
  node: Node,
): { kind: string; name: string; uid: string; apiVersion: string } => ({
  kind: 'Node',
  name: node.metadata.name,
  uid: node.metadata.uid,
  apiVersion: 'v1',
});
