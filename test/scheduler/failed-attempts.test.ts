import type { WriteFact } from '../../lib/orchestrator/apiserver/requests';
import type { Pod } from '../../lib/orchestrator/api/objects';
import { conditionOf } from '../../lib/orchestrator/api/objects';
import { Cluster } from '../../lib/orchestrator/cluster/cluster';
import { runKubectl } from '../../lib/kubectl/kubectl';

const huge = (name: string): string => `
apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec: {containers: [{name: a, image: "a:v1", resources: {requests: {cpu: "1000"}}}]}
`;

describe('The scheduler', () => {
  it('waits for the write that says why a pod was not placed before it tries the next', () => {
    const cluster = new Cluster({ runtime: 'kwok' });
    cluster.advance(5000);
    runKubectl(cluster, 'apply -f -', { stdin: ['one', 'two', 'three'].map(huge).join('---') });
    cluster.advance(1000);
    const refusedAt = cluster.trace
      .of<WriteFact>('write')
      .filter(({ fact }) => fact.resource === 'pods')
      .filter(({ fact }) => conditionOf(fact.object as Pod, 'PodScheduled')?.status === 'False')
      .map(({ at }) => at);
    expect(refusedAt).toHaveLength(3);
    const [first = 0, second, third] = refusedAt;
    expect([second, third]).toEqual([first + 5, first + 10]);
  });
});
