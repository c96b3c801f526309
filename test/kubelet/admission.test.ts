import { conditionOf } from '../../lib/orchestrator/api/objects';
import type { Pod, PodSpec, Probe } from '../../lib/orchestrator/api/objects';
import { brief, person, TestNode } from './node';

const ports = [{ containerPort: 80, hostPort: 80, protocol: 'TCP' }];

describe('A pod that is bound past the scheduler', () => {
  test.each([
    [
      'OutOfcpu',
      { resources: { requests: { cpu: '10' } } },
      {},
      "Node didn't have enough resource: cpu, requested: 10000, used: 0, capacity: 2000",
    ],
    [
      'OutOfmemory',
      { resources: { requests: { memory: '100Gi' } } },
      {},
      "Node didn't have enough resource: memory, requested: 107374182400, used: 0, capacity: 8589934592",
    ],
    [
      'NodeAffinity',
      {},
      { nodeSelector: { disk: 'ssd' } },
      "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    ],
    [
      'NodePorts',
      { ports },
      {},
      "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
    ],
  ])('is refused as %s within 20 ms', (reason, container, spec, message) => {
    const node = new TestNode();
    if (reason === 'NodePorts') node.pod('other', { ports });
    node.pod('refused', container, spec as Partial<PodSpec>);
    const { status } = node.advance(20).get('refused')!;
    expect(status).toMatchObject({
      phase: 'Failed',
      reason,
      message: `Pod was rejected: ${message}`,
    });
    expect(status.startTime).toBeDefined();
    expect(status.conditions).toBeUndefined();
    const [event] = node.events('refused');
    expect(event!.event).toMatchObject({ type: 'Warning', reason, message });
  });

  test('is refused as OutOfpods when the node is full', () => {
    const node = new TestNode();
    for (let i = 0; i < 111; i++) node.pod(`p-${i}`, {});
    node.advance(3000);
    expect(node.get('p-109')!.status.phase).toBe('Running');
    expect(node.get('p-110')!.status).toMatchObject({ phase: 'Failed', reason: 'OutOfpods' });
  });
});

describe('An image that is changed in the pod', () => {
  const images = { 'app:*': { startupTime: 0, shutdownTime: 10 } };
  const readinessProbe = { httpGet: { path: '/', port: 80 }, periodSeconds: 1 } as unknown as Probe;
  const change = (node: TestNode, image: string): void => {
    const pod = node.get('app')!;
    const [container] = pod.spec.containers;
    const changed = { ...pod, spec: { ...pod.spec, containers: [{ ...container!, image }] } };
    node.api.update<Pod>(person, 'pods', changed);
  };

  test('restarts the container in place', () => {
    const node = new TestNode({ images });
    node.pod('app', { image: 'app:1', readinessProbe });
    node.advance(5000);
    const at = node.clock.now;
    change(node, 'app:2');
    node.advance(5000);
    const killing = node.events('app').find(({ event }) => event.reason === 'Killing')!;
    expect(killing.text).toBe('Killing Container app definition changed, will be restarted');
    expect(killing.at - at).toBeLessThanOrEqual(80);
    const updates = node.history('app').filter((entry) => entry.at > at);
    expect(updates.map(({ pod }) => pod.status.observedGeneration)).toEqual([2, 2, 2]);
    expect(updates.map(({ pod }) => brief(pod).split('app:')[1])).toEqual([
      'running ready=true started=true n=0',
      'running ready=false started=true n=1 last=Completed',
      'running ready=true started=true n=1 last=Completed',
    ]);
    expect(conditionOf(updates[1]!.pod, 'Ready')!.status).toBe('False');
    expect(node.get('app')!.status.containerStatuses![0]!.image).toBe('app:2');
  });

  test('to an absent one ends in ErrImagePull, and the kill counts as an exit', () => {
    const node = new TestNode({ images });
    node.pod('app', { image: 'app:1' });
    node.advance(5000);
    change(node, '127.0.0.1:9/absent:1');
    node.advance(8000);
    const { state, restartCount } = node.get('app')!.status.containerStatuses![0]!;
    expect(restartCount).toBe(0);
    expect(state.waiting!.reason).toMatch(/ErrImagePull|CrashLoopBackOff/);
  });
});
