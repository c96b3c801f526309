/** What one pass does with a Deployment, in the order of kube-controller-manager. */
import type { LabelSelector } from '../../api/label-selector';
import type { Deployment } from '../../api/objects';
import { cleanUpHistory } from './history';
import type { DeploymentPass } from './pass';
import { recordPause } from './pause';
import { syncScaleStatus } from './progress';
import { recreate } from './recreate';
import { syncRevisions } from './revisions';
import { rollBack, rollbackRequested } from './rollback';
import { rollOut } from './rolling';
import { isScalingEvent, scale } from './scale';

export function syncDeployment(pass: DeploymentPass): void {
  const { spec, metadata } = pass.deployment;
  if (selectsEverything(spec.selector)) return refuse(pass);
  if (metadata.deletionTimestamp !== undefined) {
    return syncScaleStatus(pass, syncRevisions(pass, false));
  }
  recordPause(pass);
  if (spec.paused === true) return syncScaleOnly(pass);
  const revision = rollbackRequested(pass.deployment);
  if (revision !== undefined) return rollBack(pass, revision);
  if (isScalingEvent(pass.deployment, syncRevisions(pass, false))) return syncScaleOnly(pass);
  return spec.strategy.type === 'Recreate' ? recreate(pass) : rollOut(pass);
}

/** Sizes what is there; a new template has to wait. */
function syncScaleOnly(pass: DeploymentPass): void {
  const revisions = syncRevisions(pass, false);
  scale(pass, revisions);
  if (pass.deployment.spec.paused === true && rollbackRequested(pass.deployment) === undefined) {
    cleanUpHistory(pass, revisions.old);
  }
  syncScaleStatus(pass, revisions);
}

function selectsEverything(selector: LabelSelector): boolean {
  return (
    Object.keys(selector.matchLabels ?? {}).length === 0 &&
    (selector.matchExpressions ?? []).length === 0
  );
}

function refuse(pass: DeploymentPass): void {
  const message = 'This deployment is selecting all pods. A non-empty selector is required.';
  pass.event('Warning', 'SelectingAll', message);
  const { generation } = pass.deployment.metadata;
  const { status } = pass.deployment;
  if (generation === undefined || (status.observedGeneration ?? 0) >= generation) return;
  pass.writeStatus({ ...status, observedGeneration: generation } satisfies Deployment['status']);
}
