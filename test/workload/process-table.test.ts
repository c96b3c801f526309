import type { Container, Probe } from '../../lib/orchestrator/api/objects';
import { conditionOf } from '../../lib/orchestrator/api/objects';
import { slowStarter, slowStarterThatServesOn } from '../../lib/orchestrator/workload';
import { TestNode } from '../kubelet/node';

const ports = [{ containerPort: 8080, protocol: 'TCP' }];
const images = {
  'slow:1': slowStarter,
  'serves-on:1': slowStarterThatServesOn,
  'quick:1': { startupTime: 0, shutdownTime: 100, capacityRps: 100, memoryPerRps: 65_536 },
  'plain:1': { startupTime: 0 },
};

function running(container: Partial<Container>): { node: TestNode; uid: string } {
  const node = new TestNode({ images });
  const { uid } = node.pod('web', { ports, ...container }).metadata;
  node.advance(3000);
  return { node, uid };
}

describe('The table of programs', () => {
  test('knows from when on a program listens, to the millisecond', () => {
    const { node, uid } = running({ image: 'slow:1' });
    const [process] = node.runtime.processes.ofPod(uid);
    const [started] = node.eventTimes('web', 'Started');
    expect(process).toMatchObject({
      podKey: 'default/web',
      podIP: '10.244.0.2',
      nodeName: 'node-1',
      ports: [8080],
      listensFrom: started! + 2000,
      listensUntil: Infinity,
    });
    expect(node.runtime.processes.listening('10.244.0.2', 8080)).toBe(process);
    expect(node.runtime.processes.listening('10.244.0.2', 80)).toBeUndefined();
    expect(node.runtime.processes.at('10.244.0.2')).toEqual([process]);
  });

  test.each([
    ['slow:1', 0],
    ['serves-on:1', 3000],
  ])('knows when the listener of %s closes on SIGTERM', (image, after) => {
    const { node, uid } = running({ image });
    node.delete('web');
    node.advance(100);
    const [killed] = node.eventTimes('web', 'Killing');
    expect(node.runtime.processes.ofPod(uid)[0]!.listensUntil).toBe(killed! + after);
    node.advance(3500);
    expect(node.runtime.processes.ofPod(uid)).toEqual([]);
  });

  test('tells of each start, SIGTERM and end', () => {
    const node = new TestNode({ images });
    const told: string[] = [];
    node.runtime.processes.onChange((_uid, ip) => void told.push(ip));
    node.pod('web', { image: 'quick:1', ports });
    node.advance(2000);
    expect(told).toEqual(['10.244.0.2']);
    node.delete('web');
    node.advance(2000);
    expect(told).toHaveLength(3);
  });

  test('uses more CPU and memory under load, up to the CPU limit', () => {
    const resources = { limits: { cpu: '500m', memory: '256Mi' } };
    const { node, uid } = running({ image: 'quick:1', resources });
    const { processes } = node.runtime;
    const idle = processes.usage(uid)!;
    expect(idle.cpuMilli).toBe(5);
    processes.setLoad(uid, 20);
    expect(processes.usage(uid)).toEqual({
      cpuMilli: 205,
      memoryBytes: idle.memoryBytes + 20 * 65_536,
    });
    processes.setLoad(uid, 200);
    expect(processes.usage(uid)!.cpuMilli).toBe(500);
    expect(processes.containerUsage(uid).map(({ container }) => container)).toEqual(['app']);
    expect(processes.ofPod(uid)[0]!.capacityRps).toBeCloseTo(49.5);
  });

  test('takes a program of which nothing is said to serve whatever comes', () => {
    const resources = { limits: { cpu: '100m', memory: '16Mi' } };
    const { node, uid } = running({ image: 'plain:1', resources });
    node.runtime.processes.setLoad(uid, 50_000);
    node.advance(5000);
    const [process] = node.runtime.processes.ofPod(uid);
    expect(process!.capacityRps).toBe(Infinity);
    expect(node.get('web')!.status.containerStatuses![0]!.restartCount).toBe(0);
    expect(node.runtime.processes.usage(uid)).toEqual({ cpuMilli: 100, memoryBytes: 8_388_608 });
  });

  test('has a program end at once that is made to crash', () => {
    const { node, uid } = running({ image: 'plain:1' });
    node.runtime.crash(uid);
    expect(node.runtime.processes.listening('10.244.0.2', 8080)).toBeUndefined();
    node.advance(3000);
    expect(node.get('web')!.status.containerStatuses![0]!.lastState.terminated!.exitCode).toBe(137);
    expect(node.runtime.processes.listening('10.244.0.2', 8080)).toBeDefined();
  });

  test('has a program killed whose load takes more memory than its limit', () => {
    const resources = { limits: { memory: '48Mi' } };
    const { node, uid } = running({ image: 'quick:1', resources });
    node.runtime.processes.setLoad(uid, 500);
    node.advance(3000);
    const { lastState, restartCount } = node.get('web')!.status.containerStatuses![0]!;
    expect(lastState.terminated).toMatchObject({ reason: 'OOMKilled', exitCode: 137 });
    expect(restartCount).toBe(1);
  });

  test('has a program fail its probes while it gets more than it can serve', () => {
    const readinessProbe = {
      httpGet: { path: '/', port: 8080 },
      periodSeconds: 1,
      failureThreshold: 2,
    } as never as Probe;
    const resources = { limits: { cpu: '100m' } };
    const { node, uid } = running({ image: 'quick:1', resources, readinessProbe });
    expect(conditionOf(node.get('web')!, 'Ready')!.status).toBe('True');
    node.runtime.processes.setLoad(uid, 50);
    node.advance(5000);
    expect(conditionOf(node.get('web')!, 'Ready')!.status).toBe('False');
    node.runtime.processes.setLoad(uid, 1);
    node.advance(3000);
    expect(conditionOf(node.get('web')!, 'Ready')!.status).toBe('True');
  });
});
