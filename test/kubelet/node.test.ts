import { conditionOf } from '../../lib/orchestrator/api/objects';
import type { Lease, Node, Probe } from '../../lib/orchestrator/api/objects';
import type { Client } from '../../lib/orchestrator/client';
import { parseTime } from '../../lib/orchestrator/api/timestamps';
import type { WriteFact } from '../../lib/orchestrator/apiserver/requests';
import { brief, person, TestNode } from './node';

const images = {
  'app:1': { startupTime: 0, shutdownTime: '1s' },
  'crash:1': { exitAfter: '1s', exitCode: 1, startupTime: 0 },
  'step:1': { exitAfter: '1s' },
};
const leaseOf = (node: TestNode): Lease =>
  node.api.get<Lease>('leases.coordination.k8s.io', 'kube-node-lease', 'node-1');
const nodeOf = (node: TestNode): Node => node.api.get<Node>('nodes', undefined, 'node-1');
const nodeWrites = (node: TestNode): number =>
  node.trace.of<WriteFact>('write').filter(({ fact }) => fact.resource === 'nodes').length;

describe('A kubelet', () => {
  test('reports its node ready, in the words of a kubelet', () => {
    const node = new TestNode();
    node.advance(1000);
    const { conditions } = nodeOf(node).status;
    expect(conditions!.map(({ type, status, reason }) => `${type} ${status} ${reason}`)).toEqual([
      'MemoryPressure False KubeletHasSufficientMemory',
      'DiskPressure False KubeletHasNoDiskPressure',
      'PIDPressure False KubeletHasSufficientPID',
      'Ready True KubeletReady',
    ]);
    expect(conditionOf(nodeOf(node), 'Ready')!.message).toBe('kubelet is posting ready status');
  });

  test('says what its machine is, and that the node is ready', () => {
    const node = new TestNode();
    node.advance(1000);
    expect(nodeOf(node).status.nodeInfo).toMatchObject({
      kubeletVersion: 'v1.36.3',
      operatingSystem: 'linux',
    });
    expect(node.events('node-1').map(({ text }) => text)).toEqual([
      'NodeReady Node node-1 status is now: NodeReady',
    ]);
  });

  test('has a pod ready only when its readiness gates are', () => {
    const node = new TestNode({ images });
    node.pod('gated', {}, { readinessGates: [{ conditionType: 'example.com/lb' }] });
    node.advance(3000);
    expect(conditionOf(node.get('gated')!, 'ContainersReady')!.status).toBe('True');
    expect(conditionOf(node.get('gated')!, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'ReadinessGatesNotReady',
      message: 'corresponding condition of pod readiness gate "example.com/lb" does not exist.',
    });
    const pod = node.get('gated')!;
    const gate = { type: 'example.com/lb', status: 'True' as const };
    const conditions = [...pod.status.conditions!, gate];
    node.api.updateStatus(person, 'pods', { ...pod, status: { ...pod.status, conditions } });
    node.advance(100);
    expect(conditionOf(node.get('gated')!, 'Ready')!.status).toBe('True');
    expect(node.get('gated')!.status.conditions![0]).toEqual(gate);
  });

  test('renews its lease every 10 s, and its status every 5 minutes', () => {
    const node = new TestNode();
    node.advance(1000);
    expect(leaseOf(node).spec).toMatchObject({
      holderIdentity: 'node-1',
      leaseDurationSeconds: 40,
    });
    expect(leaseOf(node).metadata.ownerReferences![0]).toMatchObject({ kind: 'Node' });
    for (let i = 0; i < 20; i++) {
      const before = parseTime(leaseOf(node).spec.renewTime!);
      node.advance(10_400);
      expect(parseTime(leaseOf(node).spec.renewTime!) - before).toBeGreaterThanOrEqual(10_000);
    }
    const writes = nodeWrites(node);
    node.advance(600_000);
    expect(nodeWrites(node) - writes).toBe(2);
  });

  test('takes back its node after others have called it unknown', () => {
    const node = new TestNode();
    node.advance(1000);
    const { status } = nodeOf(node);
    const conditions = status.conditions!.map((c) => ({ ...c, status: 'Unknown' as const }));
    node.api.updateStatus(person, 'nodes', {
      ...nodeOf(node),
      status: { ...status, conditions },
    });
    node.advance(11_000);
    expect(conditionOf(nodeOf(node), 'Ready')!.status).toBe('True');
  });

  test('that is cut off restarts containers, and tells of it when it is back', () => {
    const node = new TestNode({ images });
    node.pod('crash', { image: 'crash:1' });
    node.advance(500);
    node.kubelet.disconnect();
    const before = node.history('crash').length;
    node.advance(60_000);
    expect(node.history('crash')).toHaveLength(before);
    node.kubelet.reconnect();
    node.advance(2000);
    expect(node.get('crash')!.status.containerStatuses![0]!.restartCount).toBeGreaterThan(2);
  });

  test('that was cut off between two heartbeats tells of it with the next', () => {
    const node = new TestNode({ images });
    node.pod('crash', { image: 'crash:1' });
    node.advance(1200);
    const { client } = (node.kubelet as unknown as { context: { client: Client } }).context;
    client.disconnect();
    node.advance(4000);
    client.reconnect();
    node.advance(5900);
    expect(node.get('crash')!.status.containerStatuses![0]!.restartCount).toBe(1);
  });

  test('that is cut off ends a deleted pod when it is back', () => {
    const node = new TestNode({ images });
    node.pod('web', { image: 'app:1' });
    node.advance(5000);
    node.kubelet.disconnect();
    node.delete('web');
    node.advance(60_000);
    expect(node.get('web')).toBeDefined();
    node.kubelet.reconnect();
    expect(node.advance(5000).get('web')).toBeUndefined();
  });

  test('that stops leaves its containers running, and takes them up again', () => {
    const node = new TestNode({ images });
    const readinessProbe = { httpGet: { path: '/', port: 80 }, periodSeconds: 1 } as never as Probe;
    const { uid } = node.pod('web', { image: 'app:1', readinessProbe }).metadata;
    node.advance(5000);
    node.kubelet.stop();
    node.advance(60_000);
    expect(node.runtime.processes.ofPod(uid)).toHaveLength(1);
    node.kubelet.start();
    node.advance(5000);
    expect(conditionOf(node.get('web')!, 'Ready')!.status).toBe('True');
    expect(node.get('web')!.status.containerStatuses![0]!.restartCount).toBe(0);
    node.delete('web');
    expect(node.advance(3000).get('web')).toBeUndefined();
  });
});

describe('A machine that fails', () => {
  test('takes its containers with it and says nothing', () => {
    const node = new TestNode({ images });
    const { uid } = node.pod('web', { image: 'app:1' }).metadata;
    node.advance(5000);
    const before = node.history('web').length;
    const { renewTime } = leaseOf(node).spec;
    node.kubelet.crash();
    node.advance(120_000);
    expect(node.runtime.processes.ofPod(uid)).toHaveLength(0);
    expect(node.history('web')).toHaveLength(before);
    expect(leaseOf(node).spec.renewTime).toBe(renewTime);
  });

  test('starts its pods anew when it is back, init containers first', () => {
    const node = new TestNode({ images });
    const initContainers = [{ name: 'one', image: 'step:1' }] as never;
    node.pod('web', { image: 'app:1' }, { initContainers });
    node.advance(5000);
    const ip = node.get('web')!.status.podIP;
    node.kubelet.crash();
    node.advance(60_000);
    node.kubelet.recover();
    node.advance(10_000);
    const { status } = node.get('web')!;
    expect(brief(node.get('web')!)).toContain(
      'app:running ready=true started=true n=1 last=Unknown',
    );
    expect(status.initContainerStatuses![0]!.restartCount).toBe(1);
    expect(status.containerStatuses![0]!.lastState.terminated!.exitCode).toBe(255);
    expect(node.events('web').map(({ text }) => text)).toContain(
      'SandboxChanged Pod sandbox changed, it will be killed and re-created.',
    );
    expect(status.podIP).toBeDefined();
    expect(status.podIP).not.toBe(ip);
  });

  test('removes pods that were deleted in the meantime when it is back', () => {
    const node = new TestNode({ images });
    node.pod('web', { image: 'app:1' });
    node.advance(5000);
    node.kubelet.crash();
    node.advance(60_000);
    node.delete('web');
    node.advance(60_000);
    expect(node.get('web')).toBeDefined();
    node.kubelet.recover();
    expect(node.advance(5000).get('web')).toBeUndefined();
  });
});
