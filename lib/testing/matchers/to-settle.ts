/** `expect(cluster).toSettle({ within: '2m' })`: everything becomes as it should be. */
import { durationMs } from '../../orchestrator/sim';
import type { Pod } from '../../orchestrator/api/objects';
import { formatInstant } from '../../report/instants';
import { whyPodsFail } from '../../report/why';
import type { Cluster } from '../cluster';
import type { Duration } from '../duration';
import { unsettled } from '../settled';
import { matcher } from './matcher';

export const toSettle = matcher(
  'toSettle',
  (cluster: Cluster, { within = '10m' }: { within?: Duration } = {}) => {
    const since = cluster.now;
    const pass = cluster.settle({ within });
    const first = unsettled(cluster.core);
    const received =
      first === undefined
        ? `everything is as it should be at ${formatInstant(cluster.now)}`
        : `${first.object.kind.toLowerCase()}/${first.object.metadata.name}: ${first.why}, after ${formatInstant(durationMs(within)).slice(1)}`;
    const { api, trace } = cluster.core;
    return {
      pass,
      expected: `every workload to be as it should be within ${within}`,
      received,
      evidence: {
        cluster,
        since,
        concerns: (pod: Pod) => pod.metadata.namespace === first?.object.metadata.namespace,
        why: () => whyPodsFail({ api, trace, nowMs: cluster.now }, cluster.list<Pod>('pods')),
      },
    };
  },
  { drivesTime: () => true },
);
