/** Which nodes miss their daemon, and which daemons are where they should not be. */
import type { Pod } from '../../api/objects';
import { isPodReady } from '../../api/objects';
import { isLeaving, isUpdated, podsOn, type DaemonChanges, type DaemonPass } from './daemon-pass';
import { byAssignmentAndAge, nodeFit } from './daemon-pod';
import type { FailedPodBackoff } from './failed-pod-backoff';
import { rollingLimits } from './rolling-update';

export function manageDaemons(pass: DaemonPass, backoff: FailedPodBackoff): DaemonChanges {
  const changes: DaemonChanges = { create: [], remove: [] };
  const known = new Set<string>();
  for (const node of pass.nodes) {
    const { name } = node.metadata;
    known.add(name);
    const { shouldRun, mayStay } = nodeFit(pass.set, node);
    const pods = podsOn(pass, name);
    if (shouldRun && pods.length === 0) changes.create.push(name);
    else if (mayStay) changes.remove.push(...superfluous(pass, name, pods, backoff));
    else changes.remove.push(...pods.filter((pod) => !isLeaving(pod)));
  }
  for (const [node, pods] of pass.podsByNode) {
    if (known.has(node)) continue;
    // Made for a node that is gone, these will never be bound, and nobody else collects them.
    changes.remove.push(...pods.filter((pod) => !pod.spec.nodeName && !isLeaving(pod)));
  }
  return changes;
}

/** Pods that ended, and all but one of those that run. */
function superfluous(
  pass: DaemonPass,
  node: string,
  pods: readonly Pod[],
  backoff: FailedPodBackoff,
): Pod[] {
  const remove: Pod[] = [];
  const running: Pod[] = [];
  for (const pod of pods) {
    if (isLeaving(pod)) continue;
    const where = `daemon pod ${pod.metadata.namespace}/${pod.metadata.name} on node ${node}`;
    if (pod.status.phase === 'Failed') {
      if (!backoff.mayDelete(pass.set, node)) continue;
      const message = `Found failed ${where}, will try to kill it`;
      pass.recorder.event(pass.set, 'Warning', 'FailedDaemonPod', message);
      remove.push(pod);
    } else if (pod.status.phase === 'Succeeded') {
      const message = `Found succeeded ${where}, will try to delete it`;
      pass.recorder.event(pass.set, 'Normal', 'SucceededDaemonPod', message);
      remove.push(pod);
    } else {
      running.push(pod);
    }
  }
  if (running.length <= 1) return remove;
  running.sort(byAssignmentAndAge);
  const surges = rollingLimits(pass).surge > 0;
  const keep = surges ? keptWhileSurging(pass, running) : new Set(running.slice(0, 1));
  return [...remove, ...running.filter((pod) => !keep.has(pod))];
}

/** An old pod that is ready stays beside a new one that is not yet. */
function keptWhileSurging(pass: DaemonPass, running: readonly Pod[]): ReadonlySet<Pod> {
  const fresh = running.find((pod) => isUpdated(pass, pod));
  const old = running.find((pod) => !isUpdated(pass, pod));
  if (fresh === undefined || old === undefined) return new Set(running.slice(0, 1));
  if (isPodReady(fresh) || !isPodReady(old)) return new Set([fresh]);
  return new Set([fresh, old]);
}
