/**
 * Rolls back to an earlier revision on request of the annotation that the long-gone rollback
 * subresource leaves. kubectl rollout undo does not use it: it patches the template itself.
 */
import type { Deployment, ReplicaSet } from '../../api/objects';
import { integerAnnotation, revisionOf, ROLLBACK_TO, staysBehind } from './annotations';
import type { DeploymentPass } from './pass';
import { allOf } from './pass';
import { equalIgnoringHash, withoutHash } from './pod-template-hash';
import { syncRevisions } from './revisions';

/** The requested revision, 0 for the one before the present; undefined if none is requested. */
export const rollbackRequested = (deployment: Deployment): number | undefined =>
  integerAnnotation(deployment, ROLLBACK_TO);

export function rollBack(pass: DeploymentPass, requested: number): void {
  const all = allOf(syncRevisions(pass, true));
  const revision = requested === 0 ? lastRevision(all) : requested;
  const warn = (reason: string, message: string): void => {
    pass.event('Warning', reason, message);
    write(pass, withoutRequest(pass.deployment));
  };
  if (revision === 0) {
    return warn('DeploymentRollbackRevisionNotFound', 'Unable to find last revision.');
  }
  const target = all.find((set) => revisionOf(set) === revision);
  if (target === undefined) {
    const message = 'Unable to find the revision to rollback to.';
    return warn('DeploymentRollbackRevisionNotFound', message);
  }
  const { template } = pass.deployment.spec;
  if (equalIgnoringHash(template, target.spec.template)) {
    const name = pass.deployment.metadata.name;
    return warn(
      'DeploymentRollbackTemplateUnchanged',
      `The rollback revision contains the same template as current deployment "${name}"`,
    );
  }
  restore(pass, target, revision);
}

/** The second highest revision. */
function lastRevision(sets: readonly ReplicaSet[]): number {
  const revisions = sets.map(revisionOf).sort((a, b) => b - a);
  return revisions[1] ?? 0;
}

function restore(pass: DeploymentPass, target: ReplicaSet, revision: number): void {
  const { deployment } = pass;
  const annotations: Record<string, string> = {};
  const own = deployment.metadata.annotations ?? {};
  const theirs = target.metadata.annotations ?? {};
  for (const key in own) if (staysBehind(key)) annotations[key] = own[key]!;
  for (const key in theirs) if (!staysBehind(key)) annotations[key] = theirs[key]!;
  const template = withoutHash(target.spec.template);
  write(
    pass,
    withoutRequest({
      ...deployment,
      metadata: { ...deployment.metadata, annotations },
      spec: { ...deployment.spec, template },
    }),
  );
  pass.event(
    'Normal',
    'DeploymentRollback',
    `Rolled back deployment "${deployment.metadata.name}" to revision ${revision}`,
  );
}

function withoutRequest(deployment: Deployment): Deployment {
  const { [ROLLBACK_TO]: _request, ...annotations } = deployment.metadata.annotations ?? {};
  return { ...deployment, metadata: { ...deployment.metadata, annotations } };
}

function write(pass: DeploymentPass, deployment: Deployment): void {
  pass.deployment = pass.context.client.update<Deployment>('deployments.apps', deployment);
}
