/** The Recreate strategy: all old pods go, and only when they are gone new ones come. */
import { isTerminal } from '../../api/objects';
import { ownedBy } from '../framework/owned-index';
import { cleanUpHistory } from './history';
import { isScaledUp } from './limits';
import type { DeploymentPass, Revisions } from './pass';
import { syncRolloutStatus } from './progress';
import { syncRevisions } from './revisions';
import { scaleIfDifferent } from './scale';
import { isComplete } from './status';

export function recreate(pass: DeploymentPass): void {
  let revisions = syncRevisions(pass, false);
  let scaledDown = false;
  for (const set of revisions.old.filter(isScaledUp)) {
    scaledDown = scaleIfDifferent(pass, set, 0) || scaledDown;
  }
  if (scaledDown || oldPodsRun(pass, revisions)) return syncRolloutStatus(pass, revisions);
  if (revisions.current === undefined) revisions = syncRevisions(pass, true);
  if (revisions.current !== undefined) {
    scaleIfDifferent(pass, revisions.current, pass.deployment.spec.replicas);
  }
  if (isComplete(pass.deployment, pass.deployment.status)) cleanUpHistory(pass, revisions.old);
  syncRolloutStatus(pass, revisions);
}

/** Pods that are still terminating count: they may still hold what the new ones need. */
function oldPodsRun(pass: DeploymentPass, revisions: Revisions): boolean {
  for (const set of revisions.old) {
    if (set.status.replicas > 0) return true;
    for (const pod of ownedBy(pass.context.pods, set.metadata.uid).values()) {
      if (!isTerminal(pod)) return true;
    }
  }
  return false;
}
