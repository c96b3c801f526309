import { conditionOf } from '../../lib/orchestrator/api/objects';
import type { Handler, Probe } from '../../lib/orchestrator/api/objects';
import { TestNode } from './node';

const SEEDS = [1, 2, 3, 4, 5];
const images = {
  'closes:1': { startupTime: 0, onSigterm: 'close-listener', shutdownTime: '1s' },
  'serves-on:1': { startupTime: 0, onSigterm: 'serve-on', shutdownTime: '3s' },
  'deaf:1': { startupTime: 0, onSigterm: 'ignore' },
  'go:1': { startupTime: 0, onSigterm: 'die', sigtermExitCode: 2 },
  'slow:1': { startupTime: 0, onSigterm: 'close-listener', shutdownTime: '4s' },
} as const;
const ready = { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 1 } as Probe;
const preStop = (handler: Handler): { lifecycle: { preStop: Handler } } => ({
  lifecycle: { preStop: handler },
});

/** Times after the deletion: end of the last container, its status, and the object's end. */
function endOf(node: TestNode, pod: string, deletedAt: number): { status: number; gone: number } {
  const after = node.history(pod).filter(({ at }) => at > deletedAt);
  const final = after.find(({ pod: p }) => /Succeeded|Failed/.test(p.status.phase))!;
  const gone = after.find(({ verb }) => verb === 'DELETED')!;
  return { status: final.at - deletedAt, gone: gone.at - deletedAt };
}

describe('A pod that is deleted', () => {
  test.each(SEEDS)('ends and is gone at the measured times (seed %i)', (seed) => {
    const node = new TestNode({ seed, images });
    node.pod('web', { image: 'closes:1' }, { terminationGracePeriodSeconds: 10 });
    node.advance(5000).delete('web');
    const at = node.clock.now;
    node.advance(5000);
    expect(node.eventTimes('web', 'Killing')[0]! - at).toBeGreaterThanOrEqual(4);
    expect(node.eventTimes('web', 'Killing')[0]! - at).toBeLessThanOrEqual(20);
    const { status, gone } = endOf(node, 'web', at);
    expect(status).toBeGreaterThanOrEqual(1080);
    expect(status).toBeLessThanOrEqual(1150);
    expect(gone - status).toBeGreaterThan(0);
    expect(gone - status).toBeLessThanOrEqual(1050);
    const verbs = node.history('web').slice(-3);
    expect(verbs.map(({ verb, pod }) => [verb, pod.metadata.deletionGracePeriodSeconds])).toEqual([
      ['MODIFIED', 10],
      ['MODIFIED', 0],
      ['DELETED', 0],
    ]);
    expect(conditionOf(verbs[0]!.pod, 'Ready')!.reason).toBe('PodCompleted');
  });

  test.each([
    ['sleep', { sleep: { seconds: 3 } }],
    ['exec', { exec: { command: ['/bin/sh', '-c', 'sleep 3'] } }],
  ])('is Ready while its %s hook runs', (_kind, handler) => {
    const node = new TestNode({ images });
    const container = { image: 'closes:1', readinessProbe: ready, ...preStop(handler) };
    node.pod('hook', container, { terminationGracePeriodSeconds: 10 });
    node.advance(5000).delete('hook');
    const at = node.clock.now;
    expect(conditionOf(node.advance(2990).get('hook')!, 'Ready')!.status).toBe('True');
    node.advance(5000);
    expect(endOf(node, 'hook', at).status).toBeGreaterThanOrEqual(4080);
    expect(endOf(node, 'hook', at).status).toBeLessThanOrEqual(4160);
    // After SIGTERM the readiness probe finds nobody who listens.
    expect(node.eventTimes('hook', 'Unhealthy').length).toBeGreaterThanOrEqual(1);
  });

  test('is killed when its grace is over if it ignores SIGTERM', () => {
    const node = new TestNode({ images });
    node.pod('deaf', { image: 'deaf:1' }, { terminationGracePeriodSeconds: 4 });
    node.advance(5000).delete('deaf');
    const at = node.clock.now;
    node.advance(8000);
    const final = node.history('deaf').at(-1)!.pod.status;
    expect(final.phase).toBe('Failed');
    const { terminated } = final.containerStatuses![0]!.state;
    expect(terminated).toMatchObject({ exitCode: 137, reason: 'Error' });
    expect(terminated!.signal).toBeUndefined();
    expect(endOf(node, 'deaf', at).status).toBeGreaterThanOrEqual(4080);
    expect(endOf(node, 'deaf', at).status).toBeLessThanOrEqual(4200);
  });

  test('has 2 s more when its hook outlasts the grace, and the hook fails then', () => {
    const node = new TestNode({ images });
    const container = { image: 'deaf:1', ...preStop({ sleep: { seconds: 10 } }) };
    node.pod('slow-hook', container, { terminationGracePeriodSeconds: 3 });
    node.advance(5000).delete('slow-hook');
    const at = node.clock.now;
    node.advance(8000);
    const [failed] = node.eventTimes('slow-hook', 'FailedPreStopHook');
    expect(failed! - at).toBeGreaterThanOrEqual(5000);
    expect(failed! - at).toBeLessThanOrEqual(5080);
    expect(node.history('slow-hook').at(-1)!.pod.status.phase).toBe('Failed');
  });

  test('gets its SIGTERM at once when its hook fails', () => {
    const node = new TestNode({ images });
    const container = { image: 'closes:1', ...preStop({ exec: { command: ['exit', '5'] } }) };
    const broken = { ...container, ...preStop({ exec: { command: ['sh', '-c', 'exit 5'] } }) };
    node.pod('fail-hook', broken);
    node.advance(5000).delete('fail-hook');
    const at = node.clock.now;
    node.advance(4000);
    const failed = node.events('fail-hook').find(({ text }) => text.includes('PreStop'))!;
    expect(failed.text).toBe('FailedPreStopHook PreStopHook failed');
    expect(failed.at - at).toBeLessThanOrEqual(25);
    expect(endOf(node, 'fail-hook', at).status).toBeLessThanOrEqual(1200);
  });

  test('has one status update when the slower of two containers has ended', () => {
    const node = new TestNode({ images });
    node.create('pods', {
      ...node.podObject('two', {
        containers: [
          { name: 'quick', image: 'closes:1' },
          { name: 'slow', image: 'slow:1' },
        ] as never,
      }),
    });
    node.advance(5000).delete('two');
    const at = node.clock.now;
    node.advance(7000);
    const [seen, first] = node.history('two').filter((entry) => entry.at > at);
    expect(seen!.pod.status.observedGeneration).toBe(2);
    expect(seen!.at - at).toBeLessThanOrEqual(40);
    expect(conditionOf(seen!.pod, 'Ready')!.status).toBe('True');
    expect(first!.at - at).toBeGreaterThanOrEqual(4080);
    expect(
      first!.pod.status.containerStatuses!.map(({ state }) => state.terminated!.reason),
    ).toEqual(['Completed', 'Completed']);
  });

  test('fails with the exit code of a program without a handler', () => {
    const node = new TestNode({ images });
    node.pod('go', { image: 'go:1' });
    node.advance(5000).delete('go');
    node.advance(3000);
    const { phase, containerStatuses } = node.history('go').at(-1)!.pod.status;
    expect(phase).toBe('Failed');
    expect(containerStatuses![0]!.state.terminated).toMatchObject({ exitCode: 2, reason: 'Error' });
  });

  test('is gone at once by force, while its container still gets SIGTERM and its time', () => {
    const node = new TestNode({ images });
    const { uid } = node.pod('forced', { image: 'closes:1' }).metadata;
    node.advance(5000).delete('forced', 0);
    expect(node.get('forced')).toBeUndefined();
    node.advance(500);
    expect(node.eventTimes('forced', 'Killing')).toHaveLength(1);
    expect(node.runtime.processes.ofPod(uid)).toHaveLength(1);
    node.advance(1000);
    expect(node.runtime.processes.ofPod(uid)).toHaveLength(0);
  });

  test('keeps the grace of the first deletion when a shorter one follows', () => {
    const node = new TestNode({ images });
    node.pod('shortened', { image: 'deaf:1' });
    node.advance(5000).delete('shortened');
    const at = node.clock.now;
    node.advance(3000).delete('shortened', 2);
    expect(node.get('shortened')!.metadata.deletionGracePeriodSeconds).toBe(1);
    node.advance(40_000);
    expect(endOf(node, 'shortened', at).status).toBeGreaterThanOrEqual(30_080);
    expect(endOf(node, 'shortened', at).status).toBeLessThanOrEqual(30_200);
  });

  test('serves on for as long as its program does', () => {
    const node = new TestNode({ images });
    const { uid } = node.pod('serves', { image: 'serves-on:1', ports: PORTS }).metadata;
    node.advance(5000).delete('serves');
    node.advance(2900);
    const [process] = node.runtime.processes.ofPod(uid);
    expect(process!.listensUntil).toBeGreaterThan(node.clock.now);
    expect(node.advance(2000).get('serves')).toBeUndefined();
  });

  test('that never started its containers fails and is gone', () => {
    const node = new TestNode({ images });
    node.pod(
      'pending',
      { image: 'closes:1' },
      { volumes: [{ name: 'c', configMap: { name: 'absent' } }] },
    );
    node.advance(3000).delete('pending');
    expect(node.advance(2000).get('pending')).toBeUndefined();
    expect(node.history('pending').at(-1)!.pod.status.phase).toBe('Failed');
  });

  test('gives its address and its resources back', () => {
    const node = new TestNode({ images, cpu: '1' });
    const resources = { requests: { cpu: '800m' } };
    node.pod('first', { image: 'closes:1', resources });
    node.advance(5000).delete('first');
    node.advance(5000);
    node.pod('second', { image: 'closes:1', resources });
    expect(node.advance(3000).get('second')!.status.phase).toBe('Running');
  });
});

const PORTS = [{ containerPort: 8080, protocol: 'TCP' }];
