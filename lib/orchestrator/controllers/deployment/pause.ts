/** Notes in the Progressing condition that a Deployment was paused or resumed. */
import { findCondition, withCondition } from '../framework/conditions';
import { progressDeadlineMs } from './limits';
import type { DeploymentPass } from './pass';
import { TIMED_OUT } from './progress';

const PAUSED = 'DeploymentPaused';

/** Resuming restarts the clock of the progress deadline; a rollout that failed stays failed. */
export function recordPause(pass: DeploymentPass): void {
  const { deployment } = pass;
  if (progressDeadlineMs(deployment) === undefined) return;
  const { conditions } = deployment.status;
  const known = findCondition(conditions, 'Progressing');
  if (known?.reason === TIMED_OUT) return;
  const paused = deployment.spec.paused === true;
  const recorded = known?.reason === PAUSED;
  if (paused === recorded) return;
  const condition = paused
    ? pass.condition('Progressing', 'Unknown', PAUSED, 'Deployment is paused')
    : pass.condition('Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed');
  pass.writeStatus({ ...deployment.status, conditions: withCondition(conditions, condition) });
}
