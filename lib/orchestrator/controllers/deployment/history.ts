/** Deletes ReplicaSets of old revisions beyond spec.revisionHistoryLimit. */
import type { ReplicaSet } from '../../api/objects';
import { isNotFound } from '../../api/status-error';
import { byRevision } from './annotations';
import { revisionHistoryLimit } from './limits';
import type { DeploymentPass } from './pass';

export function cleanUpHistory(pass: DeploymentPass, old: readonly ReplicaSet[]): void {
  const limit = revisionHistoryLimit(pass.deployment);
  if (limit === undefined || old.length <= limit) return;
  const alive = old.filter((set) => set.metadata.deletionTimestamp === undefined);
  const excess = alive.length - limit;
  if (excess <= 0) return;
  for (const set of [...alive].sort(byRevision).slice(0, excess)) {
    // One that still has pods, or of which news is due, is skipped and not replaced by another.
    if (set.status.replicas !== 0 || set.spec.replicas !== 0) continue;
    if ((set.metadata.generation ?? 0) > (set.status.observedGeneration ?? 0)) continue;
    try {
      pass.context.client.delete('replicasets.apps', set.metadata.namespace, set.metadata.name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
