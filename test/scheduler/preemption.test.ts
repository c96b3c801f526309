import type { NewObject } from '../../lib/orchestrator/api/object';
import type { Pod, PodDisruptionBudget } from '../../lib/orchestrator/api/objects';
import type { PreemptFact } from '../../lib/orchestrator/scheduler/schedule-fact';
import { ControlPlane, type NodeParts } from './control-plane';

/** 3 nodes of 2 CPUs with two pods of 900m each, as in the recording `preemption`. */
function full(parts: NodeParts = { cpu: '2', memory: '4Gi' }): ControlPlane {
  const cluster = new ControlPlane();
  cluster.zones(3, 1, parts);
  for (let i = 1; i <= 6; i++) {
    cluster.pod(`low-${i}`, { cpu: '900m', memory: '256Mi', labels: { app: 'low' } });
    cluster.run(10);
  }
  return cluster;
}

function budget(disruptionsAllowed: number): NewObject<PodDisruptionBudget> {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'low', namespace: 'default' },
    spec: { selector: { matchLabels: { app: 'protected' } }, minAvailable: 1 },
    status: { disruptionsAllowed, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 },
  };
}

const terminating = (cluster: ControlPlane): Pod[] =>
  cluster.user.list<Pod>('pods').filter(({ metadata }) => metadata.deletionTimestamp !== undefined);

describe('Preemption', () => {
  it('evicts one victim, nominates the pod, and runs it once the victim is gone', () => {
    const cluster = full();
    cluster.pod('high', { cpu: '1100m', memory: '256Mi', priority: 1000 });
    cluster.run(50);
    const [victim, ...others] = terminating(cluster);
    expect(others).toEqual([]);
    const node = victim!.spec.nodeName!;
    expect(cluster.get('high').status).toMatchObject({
      nominatedNodeName: node,
      conditions: [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message: '0/3 nodes are available: 3 Insufficient cpu.',
        },
      ],
    });
    expect(victim!.status.conditions).toContainEqual(
      expect.objectContaining({
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'PreemptionByScheduler',
        message: 'default-scheduler: preempting to accommodate a higher priority pod',
      }),
    );
    expect(cluster.events(victim!.metadata.name)).toContainEqual(
      expect.objectContaining({
        type: 'Normal',
        reason: 'Preempted',
        action: 'Preempting',
        message: `Preempted by pod ${cluster.get('high').metadata.uid} on node ${node}`,
      }),
    );
    cluster.delete('pods', 'default', victim!.metadata.name);
    cluster.run(50);
    expect(cluster.nodeOf('high')).toBe(node);
    expect(cluster.get('high').status.nominatedNodeName).toBeUndefined();
  });

  it('keeps the place that it made free of less important pods', () => {
    const cluster = full();
    cluster.pod('high', { cpu: '1100m', priority: 1000 });
    cluster.run(50);
    cluster.pod('low-7', { cpu: '900m' });
    cluster.run(50);
    expect(cluster.why('low-7')).toBe(
      '0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate, preemption: ' +
        '0/3 nodes are available: 3 No preemption victims found for incoming pod.',
    );
    cluster.delete('pods', 'default', terminating(cluster)[0]!.metadata.name);
    cluster.run(2000);
    expect(cluster.nodeOf('high')).toBeDefined();
    expect(cluster.nodeOf('low-7')).toBeUndefined();
  });

  it('is not for pods whose policy is Never', () => {
    const cluster = full();
    cluster.pod('polite', { cpu: '1100m', priority: 1000, preemptionPolicy: 'Never' });
    cluster.run(50);
    expect(cluster.why('polite')).toBe(
      '0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate, ' +
        'preemption: not eligible due to preemptionPolicy=Never.',
    );
    expect(terminating(cluster)).toEqual([]);
  });

  it('spares what a budget protects if another node will do', () => {
    const cluster = new ControlPlane();
    cluster.create('poddisruptionbudgets.policy', 'default', budget(0));
    cluster.node('node-a1', { cpu: '1' });
    cluster.pod('protected', { cpu: '900m', labels: { app: 'protected' } });
    cluster.run(10);
    cluster.node('node-b1', { cpu: '1' });
    cluster.pod('free', { cpu: '900m', priority: 10, labels: { app: 'free' } });
    cluster.run(10);
    cluster.pod('high', { cpu: '900m', priority: 1000 });
    cluster.run(50);
    expect(terminating(cluster).map(({ metadata }) => metadata.name)).toEqual(['free']);
  });

  it('breaks a budget rather than leave a more important pod waiting', () => {
    const cluster = new ControlPlane();
    cluster.create('poddisruptionbudgets.policy', 'default', budget(0));
    cluster.node('node-a1', { cpu: '1' });
    cluster.pod('protected', { cpu: '900m', labels: { app: 'protected' } });
    cluster.run(10);
    cluster.pod('high', { cpu: '900m', priority: 1000 });
    cluster.run(50);
    expect(terminating(cluster).map(({ metadata }) => metadata.name)).toEqual(['protected']);
  });

  it.each([
    ['the lowest highest priority', [[5], [3, 3]], 'node-b1'],
    [
      'then the smallest sum of priorities',
      [
        [3, 2],
        [3, 1],
      ],
      'node-b1',
    ],
    ['then the fewest victims', [[3, 3], [3]], 'node-b1'],
  ])('chooses the node with %s among the victims', (_rule, priorities, chosen) => {
    const cluster = new ControlPlane();
    for (const [i, list] of priorities.entries()) {
      const node = `node-${'ab'[i]}1`;
      cluster.node(node, { cpu: '1' });
      for (const [j, priority] of list.entries()) {
        cluster.pod(`low-${i}-${j}`, {
          cpu: list.length === 1 ? '900m' : '450m',
          priority,
          nodeSelector: { 'kubernetes.io/hostname': node },
        });
      }
    }
    cluster.run(50);
    cluster.pod('high', { cpu: '900m', priority: 1000 });
    cluster.run(50);
    expect(cluster.get('high').status.nominatedNodeName).toBe(chosen);
  });

  it('does not evict more than it must', () => {
    const cluster = new ControlPlane();
    cluster.node('node-a1', { cpu: '2' });
    cluster.pod('small', { cpu: '500m', priority: 5 });
    cluster.pod('large', { cpu: '1400m', priority: 1 });
    cluster.run(50);
    cluster.pod('high', { cpu: '1', priority: 1000 });
    cluster.run(50);
    const [fact] = cluster.trace.of<PreemptFact>('preempt');
    expect(fact!.fact).toEqual({
      type: 'preempt',
      pod: 'default/high',
      node: 'node-a1',
      victims: ['default/large'],
    });
  });

  it('takes back what a less important pod was promised on the same node', () => {
    const cluster = new ControlPlane();
    cluster.node('node-a1', { cpu: '1' });
    cluster.pod('low', { cpu: '900m' });
    cluster.run(50);
    cluster.pod('middle', { cpu: '900m', priority: 10 });
    cluster.run(50);
    expect(cluster.get('middle').status.nominatedNodeName).toBe('node-a1');
    cluster.pod('high', { cpu: '900m', priority: 1000 });
    cluster.run(50);
    expect(cluster.get('high').status.nominatedNodeName).toBe('node-a1');
    expect(cluster.get('middle').status.nominatedNodeName).toBeUndefined();
    cluster.delete('pods', 'default', 'low');
    cluster.run(2000);
    expect(cluster.nodeOf('high')).toBe('node-a1');
    expect(cluster.nodeOf('middle')).toBeUndefined();
  });
});
