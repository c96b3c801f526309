import type { PersistentVolumeClaim } from '../../../lib/orchestrator/api/objects';
import { persistentVolumeController } from '../../../lib/orchestrator/controllers/persistent-volume/persistent-volume-controller';
import { Simulation } from '../kit/simulation';

const claim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data' },
  spec: {
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'late',
    resources: { requests: { storage: '1Gi' } },
  },
};
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'db' },
  spec: {
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
    containers: [{ name: 'db', image: 'db:v1' }],
  },
};

function withLateClass(): Simulation {
  const simulation = new Simulation({
    controllers: [persistentVolumeController],
    withNodes: false,
  });
  simulation.user.create('storageclasses.storage.k8s.io', undefined, {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'late' },
    provisioner: 'kubernetes.io/no-provisioner',
    volumeBindingMode: 'WaitForFirstConsumer',
  } as never);
  simulation.run(1000);
  return simulation;
}

const WAITS = 'PersistentVolumeClaim/data Normal';

describe('A claim of a class that binds late', () => {
  it('waits for its first consumer, then for that pod to be scheduled', () => {
    const simulation = withLateClass();
    simulation.user.create('persistentvolumeclaims', 'default', claim as never);
    simulation.user.create('pods', 'default', pod as never);
    simulation.run(16_000);
    expect(simulation.events('PersistentVolumeClaim')).toEqual([
      `${WAITS} WaitForFirstConsumer x1 waiting for first consumer to be created before binding`,
      `${WAITS} WaitForPodScheduled x1 waiting for pod db to be scheduled`,
    ]);
  });

  it('waits for the pod at once if the pod was there first', () => {
    const simulation = withLateClass();
    simulation.user.create('pods', 'default', pod as never);
    simulation.run(100);
    simulation.user.create('persistentvolumeclaims', 'default', claim as never);
    simulation.run(1000);
    expect(simulation.events('PersistentVolumeClaim')).toEqual([
      `${WAITS} WaitForPodScheduled x1 waiting for pod db to be scheduled`,
    ]);
  });
});

describe('A claim that finds no volume', () => {
  it('is looked at again every 15 s, not when a volume comes', () => {
    const simulation = new Simulation({
      controllers: [persistentVolumeController],
      withNodes: false,
    });
    const phase = (): string =>
      simulation.get<PersistentVolumeClaim>('persistentvolumeclaims', 'data').status.phase;
    const storageClassName = 'manual';
    const spec = { ...claim.spec, storageClassName };
    simulation.user.create('persistentvolumeclaims', 'default', { ...claim, spec } as never);
    simulation.run(1000);
    simulation.user.create('persistentvolumes', undefined, {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: 'pv-1' },
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        storageClassName,
        hostPath: { path: '/data' },
      },
    } as never);
    simulation.run(13_000);
    expect(phase()).toBe('Pending');
    simulation.run(2000);
    expect(phase()).toBe('Bound');
  });
});
