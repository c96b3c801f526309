/** What the scheduler does when something in the cluster changes: keeps its cache, wakes pods. */
import { deepEqual } from '../api/deep-equal';
import type { KubeObject } from '../api/object';
import { isTerminal, type Node, type Pod } from '../api/objects';
import type { Informer } from '../client';
import type { BindingCycle } from './binding-cycle';
import type { SchedulerCache } from './cache/scheduler-cache';
import { podRequests } from './cache/pod-requests';
import type { SchedulerInformers } from './informers';
import { EVENT, type EventMask } from './queue/cluster-event';
import type { Nominator } from './queue/nominator';
import { ownChanges, type SchedulingQueue } from './queue/scheduling-queue';

export interface EventTargets {
  readonly informers: SchedulerInformers;
  readonly cache: SchedulerCache;
  readonly queue: SchedulingQueue;
  readonly nominator: Nominator;
  readonly binding: BindingCycle;
  readonly schedulerName: string;
}

/** Hooks the scheduler up to its informers; nodes before pods, which are placed on them. */
export function handleEvents(targets: EventTargets): void {
  const { informers, cache, queue } = targets;
  handleNodes(targets);
  informers.namespaces.addHandlers({
    updated: (namespace, previous) => {
      if (deepEqual(namespace.metadata.labels, previous.metadata.labels)) return;
      cache.counters.namespacesChanged();
    },
  });
  const volumeEvents = <T extends KubeObject>(informer: Informer<T>, kind: EventMask): void => {
    const changed = (object: KubeObject, previous?: KubeObject): void => {
      queue.moveOn({ kind, object, previous });
    };
    informer.addHandlers({
      added: (object) => changed(object),
      updated: (object, previous) => changed(object, previous),
    });
  };
  volumeEvents(informers.claims, EVENT.volumeClaim);
  volumeEvents(informers.volumes, EVENT.volume);
  volumeEvents(informers.storageClasses, EVENT.storageClass);
  volumeEvents(informers.csiNodes, EVENT.csiNode);
  const pods = new PodHandlers(targets);
  informers.pods.addHandlers({
    added: (pod) => pods.added(pod),
    updated: (pod, previous) => pods.updated(pod, previous),
    deleted: (pod) => pods.deleted(pod),
  });
}

function handleNodes({ informers, cache, queue }: EventTargets): void {
  informers.nodes.addHandlers({
    added: (node) => {
      cache.addNode(node);
      queue.moveOn({ kind: EVENT.nodeAdd, object: node, previous: undefined });
    },
    updated: (node, previous) => {
      cache.updateNode(node);
      if (queue.unschedulable === 0) return;
      for (const kind of nodeChanges(node, previous)) {
        queue.moveOn({ kind, object: node, previous });
      }
    },
    deleted: (node) => {
      cache.removeNode(node.metadata.name);
      queue.moveOn({ kind: EVENT.nodeDelete, object: node, previous: undefined });
    },
  });
}

function nodeChanges(node: Node, previous: Node): EventMask[] {
  const kinds: EventMask[] = [];
  if (!deepEqual(node.status.allocatable, previous.status.allocatable)) {
    kinds.push(EVENT.nodeAllocatable);
  }
  if (!deepEqual(node.metadata.labels, previous.metadata.labels)) kinds.push(EVENT.nodeLabel);
  const { spec } = node;
  if (
    (spec.unschedulable ?? false) !== (previous.spec.unschedulable ?? false) ||
    !deepEqual(spec.taints, previous.spec.taints)
  ) {
    kinds.push(EVENT.nodeTaint);
  }
  return kinds;
}

class PodHandlers {
  constructor(private readonly targets: EventTargets) {}

  added(pod: Pod): void {
    if (isTerminal(pod)) return;
    if (pod.spec.nodeName) this.assigned(pod, undefined);
    else this.waiting(pod);
  }

  updated(pod: Pod, previous: Pod): void {
    if (isTerminal(pod)) {
      if (!isTerminal(previous)) this.deleted(pod);
    } else if (pod.spec.nodeName) {
      this.assigned(pod, previous);
    } else if (this.isOurs(pod)) {
      const { queue, nominator, binding } = this.targets;
      if (binding.isBinding(pod.metadata.uid)) {
        if (pod.metadata.deletionTimestamp !== undefined) binding.drop(pod.metadata.uid);
        return;
      }
      // An update from before a nomination that was just made does not take it back.
      if (pod.status.nominatedNodeName || previous.status.nominatedNodeName) {
        nominator.set(pod, pod.status.nominatedNodeName);
      }
      queue.update(pod, previous, ownChanges(pod, previous));
    }
  }

  deleted(pod: Pod): void {
    const { cache, queue, nominator, binding } = this.targets;
    const { uid } = pod.metadata;
    binding.drop(uid);
    queue.delete(uid);
    const wasNominated = nominator.nodeFor(uid) !== undefined;
    nominator.delete(uid);
    const wasPlaced = cache.pod(uid) !== undefined;
    cache.removePod(uid);
    if (!wasPlaced && !wasNominated) return;
    queue.moveOn({ kind: EVENT.assignedPodDelete, object: pod, previous: undefined });
  }

  private waiting(pod: Pod): void {
    if (!this.isOurs(pod)) return;
    this.targets.nominator.set(pod, pod.status.nominatedNodeName);
    this.targets.queue.add(pod);
  }

  private assigned(pod: Pod, previous: Pod | undefined): void {
    const { cache, queue, nominator, binding } = this.targets;
    const { uid } = pod.metadata;
    cache.setPod(pod);
    if (previous === undefined || !previous.spec.nodeName) {
      binding.drop(uid);
      queue.delete(uid);
      nominator.delete(uid);
      queue.moveOn({ kind: EVENT.assignedPodAdd, object: pod, previous });
      return;
    }
    if (queue.unschedulable === 0) return;
    if (!deepEqual(pod.metadata.labels, previous.metadata.labels)) {
      queue.moveOn({ kind: EVENT.assignedPodLabel, object: pod, previous });
    }
    if (asksLess(pod, previous)) {
      queue.moveOn({ kind: EVENT.assignedPodScaleDown, object: pod, previous });
    }
  }

  private isOurs(pod: Pod): boolean {
    return pod.spec.schedulerName === this.targets.schedulerName;
  }
}

function asksLess(pod: Pod, previous: Pod): boolean {
  const now = podRequests(pod.spec);
  const before = podRequests(previous.spec);
  return now !== before && (now.milliCpu < before.milliCpu || now.memory < before.memory);
}
