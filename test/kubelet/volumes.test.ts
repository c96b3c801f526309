import type { NewObject } from '../../lib/orchestrator/api/object';
import { person, TestNode } from './node';

const images = { 'app:1': { startupTime: 0, shutdownTime: 100 } };
const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];

function createClaim(node: TestNode, phase: 'Pending' | 'Bound'): void {
  const spec = { accessModes: ['ReadWriteOnce'], volumeMode: 'Filesystem', resources: {} };
  node.api.create(person, 'persistentvolumes', undefined, {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'pv-1' },
    spec: { ...spec, capacity: { storage: '1Gi' }, persistentVolumeReclaimPolicy: 'Delete' },
    status: { phase },
  } as NewObject);
  node.api.create(person, 'persistentvolumeclaims', 'default', {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: 'default' },
    spec: { ...spec, ...(phase === 'Bound' ? { volumeName: 'pv-1' } : {}) },
  } as NewObject);
  setPhase(node, phase);
}

function setPhase(node: TestNode, phase: 'Pending' | 'Bound'): void {
  const claim = node.api.get('persistentvolumeclaims', 'default', 'data');
  const spec = { ...(claim as unknown as { spec: object }).spec, volumeName: 'pv-1' };
  node.api.update(person, 'persistentvolumeclaims', { ...claim, spec } as never);
  const current = node.api.get('persistentvolumeclaims', 'default', 'data');
  node.api.updateStatus(person, 'persistentvolumeclaims', {
    ...current,
    status: { phase },
  } as never);
}

describe('A pod with a claim', () => {
  test('waits until the claim is bound', () => {
    const node = new TestNode({ images });
    createClaim(node, 'Pending');
    node.pod('db', {}, { volumes });
    expect(node.advance(20_000).get('db')!.status.phase).toBe('Pending');
    setPhase(node, 'Bound');
    expect(node.advance(2000).get('db')!.status.phase).toBe('Running');
  });

  test('cannot have a ReadWriteOnce volume that another node holds', () => {
    const node = new TestNode({ images });
    node.addNode('node-2', 1, {});
    createClaim(node, 'Bound');
    node.pod('first', {}, { volumes });
    node.advance(3000);
    node.pod('second', {}, { volumes, nodeName: 'node-2' });
    node.advance(10_000);
    expect(node.get('second')!.status.phase).toBe('Pending');
    const [event] = node.events('second');
    expect(event!.event).toMatchObject({
      type: 'Warning',
      reason: 'FailedAttachVolume',
      source: { component: 'attachdetach-controller' },
      message: 'Multi-Attach error for volume "pv-1" Volume is already used by pod(s) first',
    });
    node.delete('first');
    expect(node.advance(20_000).get('second')!.status.phase).toBe('Running');
  });

  test('gets the volume of a dead node six minutes after its pod is gone', () => {
    const node = new TestNode({ images });
    node.addNode('node-2', 1, {});
    createClaim(node, 'Bound');
    node.pod('first', {}, { volumes });
    node.advance(3000);
    node.kubelet.crash();
    node.delete('first', 0);
    node.pod('second', {}, { volumes, nodeName: 'node-2' });
    node.advance(350_000);
    expect(node.get('second')!.status.phase).toBe('Pending');
    expect(node.events('second')[0]!.text).toContain('already exclusively attached to one node');
    expect(node.advance(150_000).get('second')!.status.phase).toBe('Running');
  });
});
