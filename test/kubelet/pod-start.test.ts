import { conditionOf } from '../../lib/orchestrator/api/objects';
import type { Probe } from '../../lib/orchestrator/api/objects';
import { brief, TestNode } from './node';

const SEEDS = [1, 2, 3, 4, 5];
const http = (path: string, rest: Partial<Probe> = {}): Probe =>
  ({ httpGet: { path, port: 8080 }, ...rest }) as Probe;
const images = {
  'probe:1': { startupTime: 0 },
  'ready-after-3:1': { startupTime: 5, readiness: { after: '3s' } },
  'fail-ready:1': { startupTime: 0, readiness: { until: '4s' } },
  'listens-after-4:1': { startupTime: '4s' },
} as const;

/** Milliseconds from the first Running to the first (or `nth`) change of Ready to a status. */
function untilReady(node: TestNode, pod: string, status = 'True'): number {
  const history = node.history(pod);
  const running = history.find(({ pod: p }) => p.status.phase === 'Running')!;
  const ready = history.find(
    ({ at, pod: p }) => at >= running.at && conditionOf(p, 'Ready')?.status === status,
  );
  return ready === undefined ? Infinity : ready.at - running.at;
}

describe('A pod that starts', () => {
  test.each(SEEDS)('has its statuses written in the measured order and time (seed %i)', (seed) => {
    const node = new TestNode({ seed, images });
    node.pod('no-probe', { image: 'probe:1' });
    const history = node.advance(5000).history('no-probe');
    expect(history.map(({ pod }) => brief(pod))).toEqual([
      'Pending  ip=- P-I-R- ',
      'Pending  ip=- PFITRF app:ContainerCreating ready=false started=false n=0',
      'Pending  ip=- PTITRF app:ContainerCreating ready=false started=false n=0',
      'Running  ip=10.244.0.2 PTITRT app:running ready=true started=true n=0',
    ]);
    const [, first, sandbox, running] = history.map(({ at }) => at);
    expect(first).toBeGreaterThanOrEqual(5);
    expect(first).toBeLessThanOrEqual(38);
    expect(sandbox).toBeGreaterThanOrEqual(370);
    expect(sandbox).toBeLessThanOrEqual(540);
    expect(running! - sandbox!).toBeGreaterThanOrEqual(45);
    expect(running! - sandbox!).toBeLessThanOrEqual(115);
  });

  test('has the conditions of a kubelet in its order, with generation and probe time', () => {
    const node = new TestNode({ images });
    node.pod('web', { image: 'probe:1' });
    const { status } = node.advance(2000).get('web')!;
    expect(status.conditions!.map(({ type }) => type)).toEqual([
      'PodReadyToStartContainers',
      'Initialized',
      'Ready',
      'ContainersReady',
      'PodScheduled',
    ]);
    for (const condition of status.conditions!) {
      expect(condition).toMatchObject({ observedGeneration: 1, lastProbeTime: null });
    }
    expect(status).toMatchObject({
      observedGeneration: 1,
      hostIP: '172.18.0.2',
      hostIPs: [{ ip: '172.18.0.2' }],
      podIP: '10.244.0.2',
      podIPs: [{ ip: '10.244.0.2' }],
      qosClass: 'BestEffort',
    });
    expect(status.containerStatuses![0]).toMatchObject({
      image: 'probe:1',
      lastState: {},
      restartCount: 0,
    });
    expect(status.containerStatuses![0]!.containerID).toMatch(/^containerd:\/\/[0-9a-f]{64}$/);
    expect(status.containerStatuses![0]!.imageID).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test('has the events Pulled, Created and Started about its container', () => {
    const node = new TestNode({ images });
    node.pod('web', { image: 'probe:1' });
    const events = node.advance(2000).events('web');
    expect(events.map(({ text }) => text)).toEqual([
      'Pulled Container image "probe:1" already present on machine and can be accessed by the pod',
      'Created Container created',
      'Started Container started',
    ]);
    for (const { event } of events) {
      expect(event.involvedObject.fieldPath).toBe('spec.containers{app}');
      expect(event.source).toEqual({ component: 'kubelet', host: 'node-1' });
    }
  });

  test.each(SEEDS)('is Ready 2-12 ms after Running if it listens already (seed %i)', (seed) => {
    const node = new TestNode({ seed, images });
    node.pod('ready-now', { image: 'probe:1', readinessProbe: http('/ready') });
    node.advance(5000);
    expect(untilReady(node, 'ready-now')).toBeGreaterThanOrEqual(2);
    expect(untilReady(node, 'ready-now')).toBeLessThanOrEqual(12);
    expect(node.eventTimes('ready-now', 'Unhealthy')).toEqual([]);
  });

  test.each(SEEDS)('is probed by status changes, which restart the period (seed %i)', (seed) => {
    const node = new TestNode({ seed, images });
    const readinessProbe = http('/ready', { periodSeconds: 2 });
    node.pod('late', { image: 'ready-after-3:1', readinessProbe });
    node.advance(8000);
    const probes = node.eventTimes('late', 'Unhealthy');
    // At once, at the next relist, then each period from there; Ready at the first one past 3 s.
    expect(probes[1]! - probes[0]!).toBeLessThanOrEqual(1010);
    expect(probes[2]! - probes[1]!).toBe(2000);
    expect(untilReady(node, 'late')).toBeGreaterThanOrEqual(3000);
    expect(untilReady(node, 'late')).toBeLessThanOrEqual(5010);
  });

  test.each(SEEDS)('is not probed before initialDelaySeconds (seed %i)', (seed) => {
    const node = new TestNode({ seed, images });
    const readinessProbe = http('/ready', { periodSeconds: 2, initialDelaySeconds: 5 });
    node.pod('delay-5', { image: 'probe:1', readinessProbe });
    node.advance(12_000);
    // Counted from startedAt in whole seconds, so up to 1 s short, then up to the next tick.
    expect(untilReady(node, 'delay-5')).toBeGreaterThanOrEqual(4000);
    expect(untilReady(node, 'delay-5')).toBeLessThanOrEqual(7010);
    expect(node.eventTimes('delay-5', 'Unhealthy')).toEqual([]);
  });

  test.each(SEEDS)('is unready with the third failure, probed once more (seed %i)', (seed) => {
    const node = new TestNode({ seed, images });
    const readinessProbe = http('/ready', { periodSeconds: 2, failureThreshold: 3 });
    node.pod('fails', { image: 'fail-ready:1', readinessProbe });
    node.advance(14_000);
    const failures = node.eventTimes('fails', 'Unhealthy');
    const unready = node
      .history('fails')
      .filter(({ pod }) => conditionOf(pod, 'Ready')?.status === 'False')
      .at(-1)!;
    expect(unready.at - failures[0]!).toBe(4000);
    expect(failures[3]! - failures[2]!).toBeLessThanOrEqual(5);
    expect(failures[4]! - failures[3]!).toBe(2000);
    expect(node.events('fails').at(-1)!.text).toBe(
      'Unhealthy Readiness probe failed: HTTP probe failed with statuscode: 503',
    );
  });

  test.each(SEEDS)('is started only by its startup probe (seed %i)', (seed) => {
    const node = new TestNode({ seed, images });
    node.pod('slow-start', {
      image: 'listens-after-4:1',
      startupProbe: http('/health', { periodSeconds: 1, failureThreshold: 10 }),
      livenessProbe: http('/health', { periodSeconds: 1 }),
      readinessProbe: http('/ready', { periodSeconds: 5 }),
    });
    const lines = node.advance(10_000).history('slow-start');
    expect(lines.slice(-3).map(({ pod }) => brief(pod).split('app:')[1])).toEqual([
      'running ready=false started=false n=0',
      'running ready=false started=true n=0',
      'running ready=true started=true n=0',
    ]);
    const [started, ready] = lines.slice(-2).map(({ at }) => at);
    expect(ready! - started!).toBeLessThanOrEqual(1010);
    for (const { text } of node.events('slow-start')) {
      if (text.startsWith('Unhealthy')) expect(text).toContain('Startup probe failed');
    }
  });

  test('needs as many successes in a row as successThreshold says', () => {
    const node = new TestNode({ images });
    const readinessProbe = http('/ready', { periodSeconds: 3, successThreshold: 3 });
    node.pod('thrice', { image: 'probe:1', readinessProbe });
    node.advance(12_000);
    // The probe at Running, one by the relist, one a period later.
    expect(untilReady(node, 'thrice')).toBeGreaterThan(3000);
    expect(untilReady(node, 'thrice')).toBeLessThan(4100);
  });
});

describe('A node that is settled', () => {
  test('does nothing for a healthy pod with probes but its heartbeats', () => {
    const node = new TestNode({ images });
    node.pod('web', {
      image: 'probe:1',
      readinessProbe: http('/ready', { periodSeconds: 1 }),
      livenessProbe: http('/health', { periodSeconds: 1 }),
    });
    node.advance(10_000);
    const before = node.clock.events;
    node.advance(600_000);
    expect(node.clock.events - before).toBeLessThan(80);
  });
});
