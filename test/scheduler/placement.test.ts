import type { KubeObject } from '../../lib/orchestrator/api/object';
import type { Pod, PodSpec } from '../../lib/orchestrator/api/objects';
import { ControlPlane, type PodParts } from './control-plane';

const LABELS = { app: 'user-service', 'pod-template-hash': '5fb5f9cdd7' };
const ZONE = 'topology.kubernetes.io/zone';

const spread = (
  whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway',
  more: object = {},
): Pick<PodSpec, 'topologySpreadConstraints'> => ({
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: ZONE,
      whenUnsatisfiable,
      labelSelector: { matchLabels: { app: 'user-service' } },
      ...more,
    },
  ],
});

const apart: Pick<PodSpec, 'affinity'> = {
  affinity: {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 100,
          podAffinityTerm: {
            topologyKey: 'kubernetes.io/hostname',
            labelSelector: { matchLabels: { app: 'user-service' } },
          },
        },
      ],
    },
  },
};

/** How many pods each node, or each zone, has; the most first. */
function histogram(cluster: ControlPlane, by: 'node' | 'zone'): number[] {
  const counts = new Map<string, number>();
  for (const pod of cluster.user.list<Pod>('pods')) {
    const node = pod.spec.nodeName;
    if (node === undefined) continue;
    const key = by === 'node' ? node : node.slice(0, -1).replace(/\d+$/, '');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts.values()].sort((a, b) => b - a);
}

function deploy(cluster: ControlPlane, replicas: number, parts: PodParts, from = 1): void {
  for (let i = from; i < from + replicas; i++) {
    cluster.pod(`user-service-${i}`, { labels: LABELS, cpu: '100m', memory: '256Mi', ...parts });
  }
  cluster.run(100);
}

describe('Placement over 3 zones of 10 nodes', () => {
  it('puts 5 replicas 2/2/1 and 10 replicas 4/3/3 over the zones, one a node', () => {
    const cluster = new ControlPlane();
    cluster.zones(3, 10);
    const parts = {
      ...spread('DoNotSchedule', { matchLabelKeys: ['pod-template-hash'] }),
      ...apart,
    };
    deploy(cluster, 5, parts);
    expect(histogram(cluster, 'zone')).toEqual([2, 2, 1]);
    expect(histogram(cluster, 'node')).toEqual([1, 1, 1, 1, 1]);
    deploy(cluster, 5, parts, 6);
    expect(histogram(cluster, 'zone')).toEqual([4, 3, 3]);
    expect(histogram(cluster, 'node')).toEqual(new Array(10).fill(1));
  });

  it('spreads the pods of a ReplicaSet over zones and nodes without being asked to', () => {
    const cluster = new ControlPlane();
    cluster.zones(3, 10);
    const owner = cluster.create<KubeObject>('replicasets.apps', 'default', {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'user-service', namespace: 'default' },
      spec: { replicas: 6, selector: { matchLabels: LABELS } },
    } as never);
    cluster.run(10);
    deploy(cluster, 6, { owner });
    expect(histogram(cluster, 'zone')).toEqual([2, 2, 2]);
    expect(histogram(cluster, 'node')).toEqual([1, 1, 1, 1, 1, 1]);
  });
});

describe('A zone without room', () => {
  const fullZone = (): ControlPlane => {
    const cluster = new ControlPlane();
    cluster.zones(2, 2, { cpu: '1' });
    cluster.node('node-c1', { zone: 'zone-c', cpu: '50m' });
    return cluster;
  };

  it('leaves a pod Pending whose spread is strict', () => {
    const cluster = fullZone();
    deploy(cluster, 3, spread('DoNotSchedule'));
    expect(histogram(cluster, 'zone')).toEqual([1, 1]);
    expect(cluster.why('user-service-3')).toBe(
      "0/5 nodes are available: 1 Insufficient cpu, 4 node(s) didn't match pod topology spread " +
        'constraints. no new claims to deallocate, preemption: 0/5 nodes are available: ' +
        '1 Preemption is not helpful for scheduling, ' +
        '4 No preemption victims found for incoming pod.',
    );
  });

  it('lets a pod go elsewhere whose spread is soft', () => {
    const cluster = fullZone();
    deploy(cluster, 4, spread('ScheduleAnyway'));
    expect(histogram(cluster, 'zone')).toEqual([2, 2]);
  });
});

describe('Topology spread', () => {
  it('turns nodes down that lack the key', () => {
    const cluster = new ControlPlane();
    cluster.node('bare');
    deploy(cluster, 1, spread('DoNotSchedule'));
    expect(cluster.why('user-service-1')).toContain(
      "1 node(s) didn't match pod topology spread constraints (missing required label).",
    );
  });

  it('takes the fewest as 0 while there are fewer domains than minDomains', () => {
    const cluster = new ControlPlane();
    cluster.zones(2, 3);
    deploy(cluster, 3, spread('DoNotSchedule', { minDomains: 3 }));
    expect(histogram(cluster, 'zone')).toEqual([1, 1]);
  });

  it('counts only pods of the same revision with matchLabelKeys', () => {
    const cluster = new ControlPlane();
    cluster.zones(2, 1);
    const byHash = spread('DoNotSchedule', { matchLabelKeys: ['pod-template-hash'] });
    deploy(cluster, 1, byHash);
    deploy(cluster, 1, { ...byHash, labels: { ...LABELS, 'pod-template-hash': 'new' } }, 2);
    deploy(cluster, 1, { ...byHash, labels: { ...LABELS, 'pod-template-hash': 'new' } }, 3);
    const zones = ['user-service-2', 'user-service-3'].map((name) => cluster.nodeOf(name));
    expect(new Set(zones).size).toBe(2);
  });

  it('leaves domains out of account that node affinity excludes, unless told to ignore it', () => {
    const selector = { nodeSelector: { pool: 'apps' } };
    for (const [nodeAffinityPolicy, bound] of [
      ['Honor', 3],
      ['Ignore', 2],
    ] as const) {
      const cluster = new ControlPlane();
      cluster.zones(2, 1, { labels: { pool: 'apps' } });
      cluster.node('node-c1', { zone: 'zone-c' });
      deploy(cluster, 3, { ...spread('DoNotSchedule', { nodeAffinityPolicy }), ...selector });
      expect(histogram(cluster, 'node').reduce((a, b) => a + b, 0)).toBe(bound);
    }
  });

  it('leaves tainted domains out of account only if told to honor taints', () => {
    for (const [nodeTaintsPolicy, bound] of [
      ['Ignore', 2],
      ['Honor', 3],
    ] as const) {
      const cluster = new ControlPlane();
      cluster.zones(2, 1);
      cluster.node('node-c1', { zone: 'zone-c', taints: [{ key: 'x', effect: 'NoSchedule' }] });
      deploy(cluster, 3, spread('DoNotSchedule', { nodeTaintsPolicy }));
      expect(histogram(cluster, 'node').reduce((a, b) => a + b, 0)).toBe(bound);
    }
  });

  it('does not count pods that are on their way out', () => {
    const cluster = new ControlPlane();
    cluster.zones(2, 1);
    deploy(cluster, 2, spread('DoNotSchedule'));
    cluster.user.delete('pods', 'default', 'user-service-1');
    cluster.run(10);
    deploy(cluster, 1, spread('DoNotSchedule'), 3);
    expect(cluster.nodeOf('user-service-3')).toBe(cluster.nodeOf('user-service-1'));
  });

  it('lets a waiting pod go once its zone has room', () => {
    const cluster = new ControlPlane();
    cluster.node('node-a1', { zone: 'zone-a' });
    cluster.node('node-b1', { zone: 'zone-b', cpu: '50m' });
    deploy(cluster, 2, spread('DoNotSchedule'));
    expect(cluster.nodeOf('user-service-2')).toBeUndefined();
    cluster.node('node-b2', { zone: 'zone-b' });
    cluster.run(100);
    expect(cluster.nodeOf('user-service-2')).toBe('node-b2');
  });
});

describe('Default spreading', () => {
  it.each([
    ['replicasets.apps', 'apps/v1', 'ReplicaSet', { matchLabels: LABELS }],
    ['statefulsets.apps', 'apps/v1', 'StatefulSet', { matchLabels: LABELS }],
    ['replicationcontrollers', 'v1', 'ReplicationController', LABELS],
  ])('spreads the pods of %s', (resource, apiVersion, kind, selector) => {
    const cluster = new ControlPlane();
    cluster.node('node-a1', { zone: 'zone-a', cpu: '64', memory: '128Gi' });
    cluster.node('node-b1', { zone: 'zone-b', cpu: '1' });
    const owner = cluster.create<KubeObject>(resource, 'default', {
      apiVersion,
      kind,
      metadata: { name: 'user-service', namespace: 'default' },
      spec: { selector },
    } as never);
    cluster.run(10);
    deploy(cluster, 2, { owner });
    // Without spreading both would go to the larger node.
    expect(histogram(cluster, 'node')).toEqual([1, 1]);
    deploy(cluster, 2, { labels: { app: 'lonely' } }, 10);
    expect(histogram(cluster, 'node')).toEqual([3, 1]);
  });
});
