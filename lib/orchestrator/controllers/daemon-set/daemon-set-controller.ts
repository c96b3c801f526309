/**
 * Keeps one pod of a template on each node that fits it. Stands for kube-controller-manager's
 * daemonset controller.
 */
import { deepEqual } from '../../api/deep-equal';
import { keyOf } from '../../api/object';
import { isTerminal } from '../../api/objects';
import type { ControllerRevision, DaemonSet, Node, Pod } from '../../api/objects';
import { controller, type ControllerContext, type Informer } from '../../client';
import {
  listRevisions,
  REVISION_LABEL,
  revisionOfTemplate,
  truncateHistory,
  type RevisionHistory,
} from '../framework/controller-revisions';
import { indexByController } from '../framework/owned-index';
import { nextAvailability } from '../framework/pod-availability';
import { createPods, deletePods } from '../framework/pod-batch';
import { templateHash } from '../framework/template-hash';
import { WorkloadController } from '../framework/workload-controller';
import { isLeaving, type DaemonChanges, type DaemonPass } from './daemon-pass';
import { daemonPod, nodeFit, revisionHashOf, targetNode } from './daemon-pod';
import { FailedPodBackoff } from './failed-pod-backoff';
import { manageDaemons } from './manage';
import { updateDaemons } from './rolling-update';
import { daemonSetStatus } from './status';

const BURST = 250;

interface Acted {
  readonly error?: Error | undefined;
  readonly seen?: Pod | undefined;
}

export const daemonSetController = controller({
  name: 'daemonset-controller',
  start: (context) => new DaemonSetController(context),
});

class DaemonSetController extends WorkloadController<DaemonSet, Pod> {
  private readonly sets = this.owners;
  private readonly nodes: Informer<Node>;
  private readonly history: RevisionHistory;
  private readonly backoff: FailedPodBackoff;

  constructor(context: ControllerContext) {
    const { client } = context;
    super(context, {
      name: 'daemonset-controller',
      kind: 'DaemonSet',
      owners: client.informer<DaemonSet>('daemonsets.apps'),
      dependents: indexByController(client.informer<Pod>('pods')),
      workers: 2,
    });
    this.nodes = client.informer<Node>('nodes');
    this.history = {
      client,
      informer: indexByController(client.informer<ControllerRevision>('controllerrevisions.apps')),
      ownerResource: 'daemonsets.apps',
      hashLabel: REVISION_LABEL,
      hashOf: (template, _data, count) => templateHash(template, count),
    };
    this.backoff = new FailedPodBackoff(client.clock, (set, delayMs) =>
      this.queue.addAfter(keyOf(set), delayMs),
    );
    this.watchNodes();
  }

  /** Heartbeats are no news: only what decides where daemons belong. */
  private watchNodes(): void {
    const all = (): void => {
      for (const set of this.sets.list()) this.queue.add(keyOf(set));
    };
    this.nodes.addHandlers({
      added: (node) => {
        for (const set of this.sets.list()) {
          if (nodeFit(set, node).shouldRun) this.queue.add(keyOf(set));
        }
      },
      updated: (node, previous) => {
        if (node.spec === previous.spec && node.metadata.labels === previous.metadata.labels)
          return;
        for (const set of this.sets.list()) {
          if (!deepEqual(nodeFit(set, node), nodeFit(set, previous))) this.queue.add(keyOf(set));
        }
      },
      deleted: all,
    });
  }

  protected override reconcile(set: DaemonSet): void {
    if (set.metadata.deletionTimestamp !== undefined) return;
    const revisions = listRevisions(this.history, set);
    const collisions = set.status['collisionCount'];
    const { revision, collisionCount } = revisionOfTemplate(
      this.history,
      set,
      revisions,
      collisions,
    );
    const hash = revision.metadata.labels?.[REVISION_LABEL] ?? '';
    const pods = this.claimDependents(set);
    const pass = this.passOf(set, pods, hash);
    const { error, seen } = this.act(pass);
    const known = seen === undefined ? pods : [...pods, seen];
    this.updateStatus(this.passOf(set, known, hash), known, collisionCount);
    if (error !== undefined) throw error;
    const live = new Set(pods.map(revisionHashOf));
    const inUse = revisions
      .filter((one) => live.has(one.metadata.labels?.[REVISION_LABEL] ?? ''))
      .map((one) => one.metadata.name);
    truncateHistory(this.history, set, revisions, new Set([revision.metadata.name, ...inUse]));
  }

  private passOf(set: DaemonSet, pods: readonly Pod[], hash: string): DaemonPass {
    const podsByNode = new Map<string, Pod[]>();
    for (const pod of pods) {
      // What ended and is being deleted no longer holds its place.
      if (isLeaving(pod) && isTerminal(pod)) continue;
      const node = targetNode(pod);
      if (node === undefined) continue;
      const list = podsByNode.get(node);
      if (list === undefined) podsByNode.set(node, [pod]);
      else list.push(pod);
    }
    const nodes = [...this.nodes.list()].sort((a, b) =>
      a.metadata.name < b.metadata.name ? -1 : 1,
    );
    const { client, recorder } = this;
    return { client, recorder, set, nodes, podsByNode, hash };
  }

  /** What was done, with the pod that the informer has by the time that the status is counted. */
  private act(pass: DaemonPass): Acted {
    const key = keyOf(pass.set);
    if (!this.expectations.satisfied(key)) return {};
    const acted = this.apply(pass, manageDaemons(pass, this.backoff));
    if (acted.error !== undefined || !this.expectations.satisfied(key)) return acted;
    if (pass.set.spec.updateStrategy.type !== 'RollingUpdate') return acted;
    return this.apply(pass, updateDaemons(pass));
  }

  private apply(pass: DaemonPass, changes: DaemonChanges): Acted {
    const create = changes.create.slice(0, BURST);
    const remove = changes.remove.slice(0, BURST);
    if (create.length === 0 && remove.length === 0) return {};
    this.expectations.expect(keyOf(pass.set), create.length, remove.map(keyOf));
    const { set, hash } = pass;
    const created = createPods(this, set, create.length, (i) => daemonPod(set, create[i]!, hash));
    const removed = deletePods(this, set, remove);
    // The first pod is on its way alone; it has come before the others are made.
    return { error: removed.error ?? created.error, seen: created.first };
  }

  private updateStatus(
    pass: DaemonPass,
    pods: readonly Pod[],
    collisionCount: number | undefined,
  ): void {
    const { set, client } = pass;
    const status = daemonSetStatus(pass, collisionCount);
    if (!deepEqual(status, set.status)) this.writeStatus(set, status);
    const wait = nextAvailability(pods, set.spec.minReadySeconds ?? 0, client.clock.wallMs);
    if (wait !== undefined) this.queue.addAfter(keyOf(set), wait);
  }
}
