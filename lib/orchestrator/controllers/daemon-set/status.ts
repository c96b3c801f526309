/** The status of a DaemonSet, counted node by node. */
import { isPodReady, type DaemonSet } from '../../api/objects';
import { isAvailable, isUpdated, podsOn, type DaemonPass } from './daemon-pass';
import { byAssignmentAndAge, nodeFit } from './daemon-pod';

export function daemonSetStatus(
  pass: DaemonPass,
  collisionCount: number | undefined,
): DaemonSet['status'] {
  let [desired, current, misscheduled, ready, available, updated] = [0, 0, 0, 0, 0, 0];
  for (const node of pass.nodes) {
    const pods = podsOn(pass, node.metadata.name);
    const pod = pods.length > 1 ? [...pods].sort(byAssignmentAndAge)[0] : pods[0];
    if (!nodeFit(pass.set, node).shouldRun) {
      if (pod !== undefined) misscheduled++;
      continue;
    }
    desired++;
    if (pod === undefined) continue;
    current++;
    if (isPodReady(pod)) ready++;
    if (isAvailable(pass, pod)) available++;
    if (isUpdated(pass, pod)) updated++;
  }
  const { generation } = pass.set.metadata;
  return {
    currentNumberScheduled: current,
    numberMisscheduled: misscheduled,
    desiredNumberScheduled: desired,
    numberReady: ready,
    // The rest is left out if 0, as Go's omitempty does.
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...(updated > 0 ? { updatedNumberScheduled: updated } : {}),
    ...(available > 0 ? { numberAvailable: available } : {}),
    ...(desired > available ? { numberUnavailable: desired - available } : {}),
    ...(collisionCount === undefined ? {} : { collisionCount }),
  };
}
