import type { KubeObject } from '../../../lib/orchestrator/api/object';
import { admission } from '../../../lib/orchestrator/apiserver/admission';
import { attributesProtectionController } from '../../../lib/orchestrator/controllers/persistent-volume/protection-controller';
import { Simulation } from '../kit/simulation';

const CLASSES = 'volumeattributesclasses.storage.k8s.io';
const FINALIZER = 'kubernetes.io/vac-protection';

function withClass(): Simulation {
  const simulation = new Simulation({
    controllers: [attributesProtectionController],
    withNodes: false,
  });
  simulation.user.create(CLASSES, undefined, {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'VolumeAttributesClass',
    metadata: { name: 'gold', finalizers: [FINALIZER] },
    driverName: 'csi.example.com',
    parameters: { iops: '1000' },
  } as never);
  simulation.run(100);
  return simulation;
}

describe('A VolumeAttributesClass', () => {
  it('is protected by a finalizer from the start', () => {
    const step = admission.find(({ name }) => name === 'StorageObjectInUseProtection')!;
    expect(step.resources).toContain(CLASSES);
  });

  it('goes at once if nothing uses it', () => {
    const { user, run } = bound(withClass());
    user.delete(CLASSES, undefined, 'gold');
    run(1000);
    expect(user.tryGet(CLASSES, undefined, 'gold')).toBeUndefined();
  });

  it('stays until the last claim that names it is gone', () => {
    const { user, run } = bound(withClass());
    user.create('persistentvolumeclaims', 'default', {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data' },
      spec: {
        accessModes: ['ReadWriteOnce'],
        volumeAttributesClassName: 'gold',
        resources: { requests: { storage: '1Gi' } },
      },
    } as never);
    run(100);
    user.delete(CLASSES, undefined, 'gold');
    run(1000);
    const kept = user.get<KubeObject>(CLASSES, undefined, 'gold');
    expect(kept.metadata.finalizers).toEqual([FINALIZER]);
    user.patch('persistentvolumeclaims', 'default', 'data', 'merge', {
      metadata: { finalizers: null },
    });
    user.delete('persistentvolumeclaims', 'default', 'data');
    run(1000);
    expect(user.tryGet(CLASSES, undefined, 'gold')).toBeUndefined();
  });
});

const bound = (simulation: Simulation): Pick<Simulation, 'user'> & { run(ms: number): void } => ({
  user: simulation.user,
  run: (ms) => simulation.run(ms),
});
