/** Each workload at the end of a run: how many of its pods are available, and if not all, why. */
import type { KubeObject } from '../../orchestrator/api/object';
import type { Deployment, StatefulSet } from '../../orchestrator/api/objects';
import { whyNoPods, whyPodsFail, type Explanation } from '../../report/why';
import type { Cluster } from '../../testing/cluster';
import { WorkloadHandle } from '../../testing/handles/workload-handle';
import { whyNotRolledOut, whyNotUpdated } from '../../testing/settled';
import type { Origins } from '../source/origins';
import { countOf, nameOf, WORKLOADS, type Milestone } from './milestones';
import type { WorkloadOutcome } from './outcome';

export function workloadOutcomes(
  cluster: Cluster,
  milestones: readonly Milestone[],
  origins: Origins,
  appliedAt: number,
): WorkloadOutcome[] {
  const firstFault = milestones.find(({ what }) => what === 'fault')?.at ?? Infinity;
  return WORKLOADS.flatMap((resource) =>
    cluster.list(resource).map((object): WorkloadOutcome => {
      const name = nameOf(object);
      const { desired, available } = countOf(resource, object);
      const own = milestones.filter(({ who }) => who === name);
      const up = lastBefore(own, firstFault);
      const explanation = available < desired ? explain(cluster, resource, object) : undefined;
      return {
        name,
        desired,
        available,
        availableAtMs: up === undefined ? undefined : up.at - appliedAt,
        lowestAvailable: up === undefined ? undefined : lowestOf(own, desired),
        why: explanation?.lines ?? [],
        fix: explanation?.fix,
        ...origins.of(object),
      };
    }),
  );
}

/** An autoscaler may want more after the first were available: all of it counts. */
const lastBefore = (own: readonly Milestone[], at: number): Milestone | undefined =>
  own.filter((each) => each.what === 'available' && each.at < at).at(-1) ??
  own.find(({ what }) => what === 'available');

/** The numbers are the first words of a milestone that says that pods are missing. */
const lowestOf = (own: readonly Milestone[], desired: number): number =>
  Math.min(
    desired,
    ...own
      .filter(({ what }) => what === 'degraded')
      .map(({ detail }) => Number.parseInt(detail, 10)),
  );

function explain(cluster: Cluster, resource: string, object: KubeObject): Explanation {
  const handle = new WorkloadHandle(cluster, resource, {
    namespace: object.metadata.namespace,
    name: object.metadata.name,
  });
  const { api, trace } = cluster.core;
  const evidence = { api, trace, nowMs: cluster.now };
  const makers = resource === 'deployments.apps' ? handle.replicaSets() : [object];
  return (
    whyPodsFail(evidence, handle.podObjects()) ??
    whyNoPods(evidence, makers) ?? {
      lines: [rolloutText(resource, object)],
    }
  );
}

function rolloutText(resource: string, object: KubeObject): string {
  const text =
    resource === 'deployments.apps'
      ? whyNotRolledOut(object as Deployment)
      : resource === 'statefulsets.apps'
        ? whyNotUpdated(object as StatefulSet)
        : undefined;
  return text ?? 'not all of its pods are available';
}
