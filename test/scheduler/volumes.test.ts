import type { KubeObject } from '../../lib/orchestrator/api/object';
import type {
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
} from '../../lib/orchestrator/api/objects';
import { ControlPlane, type PodParts } from './control-plane';

const ZONE = 'topology.kubernetes.io/zone';
const SELECTED = 'volume.kubernetes.io/selected-node';

function storageClass(cluster: ControlPlane, name: string, more: object = {}): void {
  cluster.create<KubeObject>('storageclasses.storage.k8s.io', undefined, {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name },
    provisioner: 'disk.example.com',
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'WaitForFirstConsumer',
    ...more,
  } as never);
}

function claim(cluster: ControlPlane, name: string, more: object = {}): PersistentVolumeClaim {
  return cluster.create<PersistentVolumeClaim>('persistentvolumeclaims', 'default', {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace: 'default' },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
      storageClassName: 'zonal',
      volumeMode: 'Filesystem',
      ...more,
    },
    status: { phase: 'Pending' },
  });
}

function volume(cluster: ControlPlane, name: string, zone: string, more: object = {}): void {
  cluster.create<PersistentVolume>('persistentvolumes', undefined, {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Delete',
      storageClassName: 'zonal',
      volumeMode: 'Filesystem',
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: ZONE, operator: 'In', values: [zone] }] },
          ],
        },
      },
      ...more,
    },
    status: { phase: 'Available' },
  });
}

/** What the volume controllers do once the scheduler has decided. */
function complete(cluster: ControlPlane, name: string, volumeName: string): void {
  const old = cluster.user.get<PersistentVolumeClaim>('persistentvolumeclaims', 'default', name);
  cluster.user.update<PersistentVolumeClaim>('persistentvolumeclaims', {
    ...old,
    metadata: {
      ...old.metadata,
      annotations: { ...old.metadata.annotations, 'pv.kubernetes.io/bind-completed': 'yes' },
    },
    spec: { ...old.spec, volumeName },
  });
}

const using = (...claims: string[]): PodParts => ({
  volumes: claims.map((claimName) => ({
    name: claimName,
    persistentVolumeClaim: { claimName },
  })),
});

const annotation = (cluster: ControlPlane, name: string): string | undefined =>
  cluster.user.get('persistentvolumeclaims', 'default', name).metadata.annotations?.[SELECTED];

function zonal(): ControlPlane {
  const cluster = new ControlPlane();
  cluster.zones(3, 1);
  storageClass(cluster, 'zonal');
  return cluster;
}

describe('A pod with a claim that waits for its first consumer', () => {
  it('gets a node, whose name goes to the provisioner, and is bound with the volume', () => {
    const cluster = zonal();
    claim(cluster, 'data');
    cluster.pod('db', { ...using('data'), nodeSelector: { [ZONE]: 'zone-b' } });
    cluster.run(100);
    expect(annotation(cluster, 'data')).toBe('node-b1');
    expect(cluster.nodeOf('db')).toBeUndefined();
    expect(cluster.get('db').status.nominatedNodeName).toBe('node-b1');
    volume(cluster, 'pvc-1', 'zone-b');
    complete(cluster, 'data', 'pvc-1');
    cluster.run(1500);
    expect(cluster.nodeOf('db')).toBe('node-b1');
  });

  it('is tried anew if the provisioner gives the node up', () => {
    const cluster = zonal();
    claim(cluster, 'data');
    cluster.pod('db', using('data'));
    cluster.run(100);
    const first = annotation(cluster, 'data')!;
    cluster.user.update<Node>('nodes', {
      ...cluster.user.get<Node>('nodes', undefined, first),
      spec: { unschedulable: true },
    });
    const old = cluster.user.get('persistentvolumeclaims', 'default', 'data');
    cluster.user.update('persistentvolumeclaims', {
      ...old,
      metadata: { ...old.metadata, annotations: {} },
    });
    cluster.run(5000);
    expect(cluster.why('db')).toContain('selectedNode annotation reset for PVC "data"');
    expect(annotation(cluster, 'data')).toBeDefined();
    expect(annotation(cluster, 'data')).not.toBe(first);
  });

  it('gives up after ten minutes, says so, and tries again', () => {
    const cluster = zonal();
    claim(cluster, 'data');
    cluster.pod('db', using('data'));
    cluster.run(602_000);
    expect(cluster.get('db').status.conditions).toContainEqual(
      expect.objectContaining({
        reason: 'SchedulerError',
        message:
          'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded',
      }),
    );
    volume(cluster, 'pvc-1', 'zone-a');
    complete(cluster, 'data', 'pvc-1');
    cluster.run(15_000);
    expect(cluster.nodeOf('db')).toBe('node-a1');
  });

  it('is bound to a volume that exists where one does, and the volume names the claim', () => {
    const cluster = zonal();
    storageClass(cluster, 'local', { provisioner: 'kubernetes.io/no-provisioner' });
    volume(cluster, 'large', 'zone-c', {
      storageClassName: 'local',
      capacity: { storage: '9Gi' },
    });
    volume(cluster, 'small', 'zone-c', { storageClassName: 'local' });
    const { metadata } = claim(cluster, 'data', { storageClassName: 'local' });
    cluster.pod('db', using('data'));
    cluster.run(100);
    const bound = cluster.user.get<PersistentVolume>('persistentvolumes', undefined, 'small');
    expect(bound.spec.claimRef).toMatchObject({ name: 'data', uid: metadata.uid });
    expect(bound.metadata.annotations).toEqual({ 'pv.kubernetes.io/bound-by-controller': 'yes' });
    complete(cluster, 'data', 'small');
    cluster.run(1500);
    expect(cluster.nodeOf('db')).toBe('node-c1');
  });

  it('does not take a volume that another pod was promised a moment ago', () => {
    const cluster = zonal();
    storageClass(cluster, 'local', { provisioner: 'kubernetes.io/no-provisioner' });
    volume(cluster, 'only', 'zone-c', { storageClassName: 'local' });
    for (const name of ['one', 'two']) {
      claim(cluster, name, { storageClassName: 'local' });
      cluster.pod(`db-${name}`, using(name));
    }
    cluster.run(100);
    expect(cluster.why('db-two')).toContain(
      "0/3 nodes are available: 3 node(s) didn't find available persistent volumes to bind.",
    );
  });

  it('stays out of zones where its class may not make volumes', () => {
    const cluster = zonal();
    storageClass(cluster, 'only-c', {
      allowedTopologies: [{ matchLabelExpressions: [{ key: ZONE, values: ['zone-c'] }] }],
    });
    claim(cluster, 'data', { storageClassName: 'only-c' });
    cluster.pod('db', using('data'));
    cluster.run(100);
    expect(annotation(cluster, 'data')).toBe('node-c1');
  });
});

describe('A pod with claims', () => {
  it.each<[string, (cluster: ControlPlane) => void, string]>([
    ['there is no claim', () => undefined, 'persistentvolumeclaim "data" not found. not found'],
    [
      'an immediate claim is unbound',
      (cluster) => {
        storageClass(cluster, 'now', { volumeBindingMode: 'Immediate' });
        claim(cluster, 'data', { storageClassName: 'now' });
      },
      'pod has unbound immediate PersistentVolumeClaims. not found',
    ],
    [
      'its volume is in a zone without room',
      (cluster) => {
        volume(cluster, 'pvc-1', 'zone-x');
        claim(cluster, 'data');
        complete(cluster, 'data', 'pvc-1');
      },
      "3 node(s) didn't match PersistentVolume's node affinity.",
    ],
    [
      'its volume has vanished',
      (cluster) => {
        claim(cluster, 'data');
        complete(cluster, 'data', 'gone');
      },
      '3 node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s).',
    ],
    [
      'its volume is labelled with another zone',
      (cluster) => {
        volume(cluster, 'pvc-1', 'zone-x', { nodeAffinity: undefined });
        const old = cluster.user.get('persistentvolumes', undefined, 'pvc-1');
        const metadata = { ...old.metadata, labels: { [ZONE]: 'zone-x' } };
        cluster.user.update('persistentvolumes', { ...old, metadata });
        claim(cluster, 'data');
        complete(cluster, 'data', 'pvc-1');
      },
      '3 node(s) had no available volume zone.',
    ],
  ])('says so if %s', (_what, prepare, message) => {
    const cluster = zonal();
    prepare(cluster);
    cluster.run(10);
    cluster.pod('db', using('data'));
    cluster.run(100);
    expect(cluster.why('db')).toContain(`0/3 nodes are available: ${message}`);
  });

  it('runs once its immediate claim is bound', () => {
    const cluster = zonal();
    storageClass(cluster, 'now', { volumeBindingMode: 'Immediate' });
    claim(cluster, 'data', { storageClassName: 'now' });
    cluster.pod('db', using('data'));
    cluster.run(100);
    volume(cluster, 'pvc-1', 'zone-c');
    complete(cluster, 'data', 'pvc-1');
    cluster.run(100);
    expect(cluster.nodeOf('db')).toBe('node-c1');
  });

  it('waits while another pod uses its ReadWriteOncePod claim', () => {
    const cluster = zonal();
    volume(cluster, 'pvc-1', 'zone-b');
    claim(cluster, 'data', { accessModes: ['ReadWriteOncePod'] });
    complete(cluster, 'data', 'pvc-1');
    cluster.run(10);
    cluster.pod('one', using('data'));
    cluster.run(100);
    cluster.pod('two', using('data'));
    cluster.run(100);
    expect(cluster.why('two')).toContain(
      '3 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode ' +
        'already in-use by another pod',
    );
    cluster.delete('pods', 'default', 'one');
    cluster.run(100);
    expect(cluster.nodeOf('two')).toBe('node-b1');
  });

  it('goes where its driver can attach one more volume', () => {
    const cluster = zonal();
    for (const [name, count] of [
      ['node-a1', 0],
      ['node-b1', 0],
      ['node-c1', 1],
    ] as const) {
      cluster.create('csinodes.storage.k8s.io', undefined, {
        apiVersion: 'storage.k8s.io/v1',
        kind: 'CSINode',
        metadata: { name },
        spec: { drivers: [{ name: 'disk.example.com', nodeID: name, allocatable: { count } }] },
      } as never);
    }
    claim(cluster, 'one');
    claim(cluster, 'two');
    cluster.pod('db-one', using('one'));
    cluster.pod('db-two', using('two'));
    cluster.run(100);
    expect(annotation(cluster, 'one')).toBe('node-c1');
    expect(cluster.why('db-two')).toContain('3 node(s) exceed max volume count.');
  });

  it('does not mount a disk for writing that another pod there has mounted', () => {
    const cluster = new ControlPlane();
    cluster.zones(1, 1);
    const disk = { volumes: [{ name: 'disk', gcePersistentDisk: { pdName: 'x' } }] };
    cluster.pod('one', disk);
    cluster.pod('two', disk);
    cluster.run(100);
    expect(cluster.why('two')).toContain('1 node(s) had no available disk.');
  });
});
