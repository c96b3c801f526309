/**
 * The taint eviction controller: deletes pods from nodes with NoExecute taints that they do not
 * tolerate, or when their time of tolerating is over.
 */
import { keyOf } from '../api/object';
import type { Condition, Node, Pod, Taint, Toleration } from '../api/objects';
import { isConflict, isNotFound } from '../api/status-error';
import { formatTime } from '../api/timestamps';
import { tolerates } from '../api/tolerations';
import type { Client, ControllerContext, EventRecorder, Informer } from '../client';
import { controller } from '../client';
import { cancel, type ScheduledEvent, type Timer } from '../sim';

export const taintEvictionController = controller({
  name: 'taint-eviction-controller',
  start: (context) => new TaintEviction(context).follow(),
});

class TaintEviction {
  private readonly client: Client;
  private readonly nodes: Informer<Node>;
  private readonly pods: Informer<Pod>;
  private readonly events: EventRecorder;
  private readonly timer: Timer<string>;
  private readonly scheduled = new Map<string, ScheduledEvent>();

  constructor(context: ControllerContext) {
    this.client = context.client;
    this.nodes = context.client.informer<Node>('nodes');
    this.pods = context.client.informer<Pod>('pods');
    this.pods.addIndex('node', (pod) => pod.spec.nodeName || undefined);
    this.events = context.recorder('taint-eviction-controller');
    this.timer = context.client.clock.timer('taint-eviction-controller: evict', (key) =>
      this.evict(key),
    );
  }

  follow(): void {
    this.nodes.addHandlers({
      added: (node) => this.nodeChanged(node),
      updated: (node, previous) => {
        if (node.spec.taints !== previous.spec.taints) this.nodeChanged(node);
      },
    });
    this.pods.addHandlers({
      added: (pod) => this.podChanged(pod),
      updated: (pod, previous) => {
        const moved = pod.spec.nodeName !== previous.spec.nodeName;
        if (moved || pod.spec.tolerations !== previous.spec.tolerations) this.podChanged(pod);
      },
      deleted: (pod) => this.forget(keyOf(pod)),
    });
  }

  private nodeChanged(node: Node): void {
    for (const pod of this.pods.byIndex('node', node.metadata.name).values()) {
      this.consider(pod, noExecute(node));
    }
  }

  private podChanged(pod: Pod): void {
    const node = pod.spec.nodeName ? this.nodes.byKey(pod.spec.nodeName) : undefined;
    if (node?.spec.taints !== undefined) this.consider(pod, noExecute(node));
  }

  private consider(pod: Pod, taints: readonly Taint[]): void {
    const key = keyOf(pod);
    if (taints.length === 0) {
      this.cancelEviction(pod, key);
      return;
    }
    const seconds = toleratedSeconds(pod.spec.tolerations ?? [], taints);
    if (seconds === Infinity) {
      this.cancelEviction(pod, key);
    } else if (seconds <= 0) {
      this.forget(key);
      this.scheduled.set(key, this.timer.after(0, key));
    } else if (!this.scheduled.has(key)) {
      // A timer that runs is kept: it counts from when the pod was first to go.
      this.scheduled.set(key, this.timer.after(seconds * 1000, key));
    }
  }

  private cancelEviction(pod: Pod, key: string): void {
    if (!this.scheduled.has(key)) return;
    this.forget(key);
    this.tell(pod, `Cancelling deletion of Pod ${key}`);
  }

  private forget(key: string): void {
    cancel(this.scheduled.get(key));
    this.scheduled.delete(key);
  }

  private evict(key: string): void {
    this.scheduled.delete(key);
    const pod = this.pods.byKey(key);
    if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return;
    this.tell(pod, `Marking for deletion Pod ${key}`);
    const { namespace, name, uid } = pod.metadata;
    try {
      const live = this.client.get<Pod>('pods', namespace, name);
      if (live.metadata.uid !== uid) return;
      this.client.updateStatus<Pod>('pods', this.disrupted(live));
      this.client.delete('pods', namespace, name);
    } catch (error) {
      if (isConflict(error)) this.scheduled.set(key, this.timer.after(10, key));
      else if (!isNotFound(error)) throw error;
    }
  }

  private disrupted(pod: Pod): Pod {
    const condition: Condition = {
      type: 'DisruptionTarget',
      observedGeneration: pod.metadata.generation ?? 1,
      status: 'True',
      lastProbeTime: null,
      lastTransitionTime: formatTime(this.client.clock.wallMs),
      reason: 'DeletionByTaintManager',
      message: 'Taint manager: deleting due to NoExecute taint',
    };
    const others = (pod.status.conditions ?? []).filter((c) => c.type !== condition.type);
    return { ...pod, status: { ...pod.status, conditions: [...others, condition] } };
  }

  private tell(pod: Pod, message: string): void {
    const { namespace, name } = pod.metadata;
    const about = { kind: 'Pod', namespace, name, apiVersion: 'v1' };
    this.events.event(about, 'Normal', 'TaintManagerEviction', message);
  }
}

const noExecute = (node: Node): readonly Taint[] =>
  (node.spec.taints ?? []).filter((taint) => taint.effect === 'NoExecute');

/** For how long the pod puts up with all the taints: 0 not at all, Infinity for ever. */
function toleratedSeconds(tolerations: readonly Toleration[], taints: readonly Taint[]): number {
  let least = Infinity;
  for (const taint of taints) {
    const matching = tolerations.filter((toleration) => tolerates(toleration, taint));
    if (matching.length === 0) return 0;
    for (const { tolerationSeconds } of matching) {
      if (tolerationSeconds !== undefined) least = Math.min(least, Math.max(0, tolerationSeconds));
    }
  }
  return least;
}
