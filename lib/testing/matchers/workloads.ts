/** What several matchers look at: a workload's pods, and how many of them are available. */
import type { KubeObject } from '../../orchestrator/api/object';
import { compileSelector } from '../../orchestrator/api/label-selector';
import type { Deployment, Pod, StatefulSet } from '../../orchestrator/api/objects';
import { countOver, podHistories } from '../../report/pod-history';
import { whyNoPods, whyPodsFail, type Explanation } from '../../report/why';
import type { Handle } from '../handles/handle';
import { WorkloadHandle } from '../handles/workload-handle';
import { whyNotRolledOut, whyNotUpdated } from '../settled';
import type { Evidence } from './verdict';

export const isWorkload = (handle: Handle): handle is WorkloadHandle =>
  handle instanceof WorkloadHandle;

/** Pods that the workload's selector selects, now or ever. */
export function podsOf(handle: WorkloadHandle): (pod: Pod) => boolean {
  const { metadata, spec } = handle.get();
  const selects = compileSelector(spec.selector);
  return (pod) => pod.metadata.namespace === metadata.namespace && selects(pod.metadata.labels);
}

export const availableReplicas = (handle: WorkloadHandle): number => {
  const { status = {} } = handle.get() as { status?: Record<string, number | undefined> };
  return status['availableReplicas'] ?? status['numberAvailable'] ?? 0;
};

/** Ready pods over time since an instant: one entry a change. */
export function readyOver(handle: WorkloadHandle, since: number): { at: number; count: number }[] {
  const histories = podHistories(handle.cluster.core.trace, podsOf(handle));
  return countOver(histories, since, (state) => state === 'ready');
}

/** In kubectl's words why the rollout is not complete; undefined if it is. */
export function whyIncomplete(object: KubeObject): string | undefined {
  return object.kind === 'StatefulSet'
    ? whyNotUpdated(object as StatefulSet)
    : whyNotRolledOut(object as Deployment);
}

export function evidenceOf(handle: WorkloadHandle, since?: number): Evidence {
  const { cluster } = handle;
  return {
    cluster,
    handle,
    concerns: podsOf(handle),
    ...(since === undefined ? {} : { since }),
    why: () => explain(handle),
  };
}

function explain(handle: WorkloadHandle): Explanation | undefined {
  const { core } = handle.cluster;
  const evidence = { api: core.api, trace: core.trace, nowMs: handle.cluster.now };
  const isDeployment = handle.resource === 'deployments.apps';
  const makers = isDeployment ? handle.replicaSets() : [handle.get()];
  const found =
    whyNoPods(evidence, makers) ?? whyPodsFail(evidence, newestFirst(handle.podObjects()));
  if (found === undefined || !isDeployment) return found;
  const { strategy } = (handle.get() as unknown as Deployment).spec;
  const unavailable = strategy.rollingUpdate?.maxUnavailable;
  return unavailable === 0
    ? {
        ...found,
        lines: [...found.lines, 'maxUnavailable=0: no further old pod may stop until it is ready.'],
      }
    : found;
}

const newestFirst = (pods: readonly Pod[]): Pod[] =>
  [...pods].sort((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? 1 : -1));
