/** Containers that ended and were started again, without anybody making them fail. */
import { controllerOf } from '../../orchestrator/api/object';
import type { ContainerStatus, Pod } from '../../orchestrator/api/objects';
import type { Cluster } from '../../testing/cluster';
import { fixForKilled } from '../../report/why';
import { nameOf } from '../simulation/milestones';
import type { Rule } from './finding';

export const containerRestarts: Rule = {
  code: 'DRY_RESTARTS',
  find({ cluster, origins, faults }) {
    if (faults.length > 0) return [];
    const seen = new Set<string>();
    return cluster.list<Pod>('pods').flatMap((pod) => {
      const owner = controllerOf(pod)?.uid ?? pod.metadata.uid;
      return (pod.status.containerStatuses ?? []).flatMap((status) => {
        const last = status.lastState.terminated;
        const key = `${owner}/${status.name}`;
        if (status.restartCount === 0 || last === undefined || seen.has(key)) return [];
        seen.add(key);
        return [
          {
            code: this.code,
            object: nameOf(pod),
            message: `container ${status.name} was restarted ${timesText(status)}: ${endText(last)}`,
            remediation: remedyFor(cluster, pod, status.name, last),
            ...origins.of(pod),
          },
        ];
      });
    });
  },
};

type Terminated = NonNullable<ContainerStatus['lastState']['terminated']>;

const timesText = ({ restartCount }: ContainerStatus): string =>
  restartCount === 1 ? 'once' : `${restartCount} times`;

const endText = ({ reason, exitCode }: Terminated): string =>
  `${reason ?? 'it ended'}, exit code ${exitCode}`;

function remedyFor({ core, now }: Cluster, pod: Pod, container: string, last: Terminated): string {
  if (last.reason === 'OOMKilled') return 'a higher memory limit, or a program that needs less';
  const { api, trace } = core;
  return (
    fixForKilled({ api, trace, nowMs: now }, pod, container) ??
    'a program that keeps running; see its logs'
  );
}
