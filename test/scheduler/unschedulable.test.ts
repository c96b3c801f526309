import { ControlPlane } from './control-plane';

const NO_CLAIMS = 'no new claims to deallocate, preemption: 0/3 nodes are available:';
const TAINTED = '1 node(s) had untolerated taint(s)';
const NO_HELP = `${NO_CLAIMS} 3 Preemption is not helpful for scheduling.`;

/** The cluster of the recording `unschedulable-reasons`: 3 nodes, one with a taint. */
function recordedCluster(): ControlPlane {
  const cluster = new ControlPlane();
  cluster.node('node-a1', { zone: 'zone-a', cpu: '2', memory: '4Gi' });
  cluster.node('node-b1', { zone: 'zone-b', cpu: '2', memory: '4Gi' });
  cluster.node('node-c1', {
    zone: 'zone-c',
    cpu: '2',
    memory: '4Gi',
    taints: [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }],
  });
  return cluster;
}

describe('A pod that cannot be scheduled', () => {
  it.each([
    ['too-much-cpu', { cpu: '3' }, `${TAINTED}, 2 Insufficient cpu. ${NO_HELP}`],
    ['too-much-memory', { memory: '5Gi' }, `${TAINTED}, 2 Insufficient memory. ${NO_HELP}`],
    [
      'no-such-node',
      { nodeSelector: { disk: 'ssd' } },
      `${TAINTED}, 2 node(s) didn't match Pod's node affinity/selector. ${NO_HELP}`,
    ],
    [
      'both',
      { cpu: '3', memory: '5Gi' },
      `${TAINTED}, 2 Insufficient cpu, 2 Insufficient memory. ${NO_HELP}`,
    ],
    [
      'zone-and-cpu',
      { nodeSelector: { 'topology.kubernetes.io/zone': 'zone-a' }, cpu: '3' },
      `1 Insufficient cpu, 1 node(s) didn't match Pod's node affinity/selector, ${TAINTED}. ${NO_HELP}`,
    ],
  ])('says why as Kubernetes does: %s', (name, parts, reasons) => {
    const cluster = recordedCluster();
    cluster.pod(name, parts);
    cluster.run();
    const message = `0/3 nodes are available: ${reasons}`;
    expect(cluster.get(name).status.conditions).toEqual([
      {
        type: 'PodScheduled',
        observedGeneration: 1,
        status: 'False',
        lastProbeTime: null,
        lastTransitionTime: '2026-01-01T00:00:00Z',
        reason: 'Unschedulable',
        message,
      },
    ]);
    expect(cluster.events(name)).toMatchObject([
      { type: 'Warning', reason: 'FailedScheduling', action: 'Scheduling', message },
    ]);
  });

  it('says that its own kind keeps it off the hosts that are left', () => {
    const cluster = recordedCluster();
    for (const name of ['lonely-1', 'lonely-2', 'lonely-3']) {
      cluster.pod(name, {
        labels: { app: 'lonely' },
        affinity: {
          podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              {
                topologyKey: 'kubernetes.io/hostname',
                labelSelector: { matchLabels: { app: 'lonely' } },
              },
            ],
          },
        },
      });
    }
    cluster.run();
    expect([cluster.nodeOf('lonely-1'), cluster.nodeOf('lonely-2')]).toEqual([
      'node-a1',
      'node-b1',
    ]);
    expect(cluster.why('lonely-3')).toBe(
      `0/3 nodes are available: ${TAINTED}, 2 node(s) didn't match pod anti-affinity rules. ` +
        `${NO_CLAIMS} 1 Preemption is not helpful for scheduling, ` +
        '2 No preemption victims found for incoming pod.',
    );
  });

  it('says that cordoned nodes were unschedulable', () => {
    const cluster = new ControlPlane();
    cluster.node('node-a1', { unschedulable: true });
    cluster.node('node-b1', { unschedulable: true });
    cluster.pod('web');
    cluster.run();
    expect(cluster.why('web')).toBe(
      '0/2 nodes are available: 2 node(s) were unschedulable. no new claims to deallocate, ' +
        'preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
    );
  });

  it('says that there are no nodes, and runs once there is one', () => {
    const cluster = new ControlPlane();
    cluster.pod('web');
    cluster.run();
    expect(cluster.why('web')).toBe('no nodes available to schedule pods');
    cluster.node('node-a1');
    cluster.run(11_000);
    expect(cluster.nodeOf('web')).toBe('node-a1');
  });

  it('is told of plugins that leave only some nodes', () => {
    const cluster = recordedCluster();
    const only = (name: string): object => ({
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              { matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }] },
            ],
          },
        },
      },
      cpu: '3',
    });
    cluster.pod('daemon', only('node-a1'));
    cluster.run();
    expect(cluster.why('daemon')).toBe(
      "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) " +
        `[NodeAffinity]. ${NO_HELP}`,
    );
  });

  it('runs as soon as a pod that took its place is gone, and not before', () => {
    const cluster = new ControlPlane();
    cluster.node('node-a1', { cpu: '1' });
    cluster.pod('first', { cpu: '800m' });
    cluster.run(100);
    cluster.pod('second', { cpu: '800m' });
    cluster.run(20_000);
    expect(cluster.nodeOf('second')).toBeUndefined();
    expect(cluster.facts('second')).toHaveLength(1);
    cluster.delete('pods', 'default', 'first');
    cluster.run(10);
    expect(cluster.nodeOf('second')).toBe('node-a1');
  });

  it('is not tried again for changes that do not matter to what rejected it', () => {
    const cluster = new ControlPlane();
    cluster.node('node-a1', { cpu: '1' });
    cluster.pod('web', { nodeSelector: { disk: 'ssd' } });
    cluster.run(100);
    cluster.node('node-a2', { labels: { disk: 'hdd' } });
    cluster.run(100);
    expect(cluster.facts('web')).toHaveLength(1);
    cluster.node('node-a3', { labels: { disk: 'ssd' } });
    cluster.run(100);
    expect(cluster.nodeOf('web')).toBe('node-a3');
  });

  it('is tried again after five minutes though nothing happened', () => {
    const cluster = new ControlPlane();
    cluster.node('node-a1', { cpu: '1' });
    cluster.pod('web', { cpu: '2' });
    cluster.run(299_000);
    expect(cluster.facts('web')).toHaveLength(1);
    cluster.run(35_000);
    expect(cluster.facts('web')).toHaveLength(2);
  });

  it('waits while it has scheduling gates', () => {
    const cluster = new ControlPlane();
    cluster.node('node-a1');
    const pod = cluster.pod('gated', { schedulingGates: [{ name: 'example.com/wait' }] });
    cluster.run();
    expect(cluster.facts('gated')).toHaveLength(0);
    const { schedulingGates: _gates, ...spec } = pod.spec;
    cluster.user.update('pods', { ...pod, spec });
    cluster.run();
    expect(cluster.nodeOf('gated')).toBe('node-a1');
  });

  it('is left alone if it belongs to another scheduler', () => {
    const cluster = new ControlPlane();
    cluster.node('node-a1');
    cluster.pod('other', { schedulerName: 'my-scheduler' });
    cluster.run();
    expect(cluster.nodeOf('other')).toBeUndefined();
  });
});
