import { conditionOf } from '../../lib/orchestrator/api/objects';
import { brief, TestNode } from './node';

const SEEDS = [1, 2, 3, 4, 5];
const images = {
  'exits-0:1': { exitAfter: '2s', startupTime: 0 },
  'exits-3:1': { exitAfter: '2s', exitCode: 3, startupTime: 0 },
  'exits-late:1': { exitAfter: '6s', startupTime: 0 },
  'runs:1': { startupTime: 0, shutdownTime: '100ms' },
} as const;

describe('A pod that is never restarted', () => {
  test.each(SEEDS)('gets its terminal phase in two updates (seed %i)', (seed) => {
    const node = new TestNode({ seed, images });
    node.pod('job', { image: 'exits-3:1' }, { restartPolicy: 'Never' });
    node.pod('done', { image: 'exits-0:1' }, { restartPolicy: 'Never' });
    node.advance(8000);
    for (const [pod, phase, reason] of [
      ['job', 'Failed', 'PodFailed'],
      ['done', 'Succeeded', 'PodCompleted'],
    ] as const) {
      const [ended, final] = node.history(pod).slice(-2);
      expect(ended!.pod.status.phase).toBe('Running');
      expect(conditionOf(ended!.pod, 'Ready')).toMatchObject({ status: 'False', reason });
      expect(conditionOf(ended!.pod, 'ContainersReady')).toMatchObject({ status: 'False', reason });
      expect(conditionOf(ended!.pod, 'PodReadyToStartContainers')!.status).toBe('True');
      expect(final!.pod.status.phase).toBe(phase);
      expect(conditionOf(final!.pod, 'PodReadyToStartContainers')!.status).toBe('False');
      expect(final!.at - ended!.at).toBeGreaterThanOrEqual(1000);
      expect(final!.at - ended!.at).toBeLessThanOrEqual(1200);
    }
    expect(conditionOf(node.get('done')!, 'Initialized')!.reason).toBe('PodCompleted');
  });

  test('goes on while one of its containers runs', () => {
    const node = new TestNode({ images });
    node.create('pods', {
      ...node.podObject('mixed', {
        restartPolicy: 'Never',
        containers: [
          { name: 'fails', image: 'exits-3:1' },
          { name: 'ends-later', image: 'exits-late:1' },
        ] as never,
      }),
    });
    node.advance(4500);
    const pod = node.get('mixed')!;
    expect(pod.status.phase).toBe('Running');
    expect(conditionOf(pod, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [fails]',
    });
    expect(node.advance(6000).get('mixed')!.status.phase).toBe('Failed');
  });

  test('succeeds under OnFailure without a restart if it exits with 0', () => {
    const node = new TestNode({ images });
    node.pod('ok', { image: 'exits-0:1' }, { restartPolicy: 'OnFailure' });
    const { status } = node.advance(30_000).get('ok')!;
    expect(status.phase).toBe('Succeeded');
    expect(status.containerStatuses![0]!.restartCount).toBe(0);
  });
});

describe('activeDeadlineSeconds', () => {
  test.each(SEEDS)('ends the pod as DeadlineExceeded (seed %i)', (seed) => {
    const node = new TestNode({ seed, images });
    node.pod('deadline', { image: 'runs:1' }, { activeDeadlineSeconds: 5 });
    node.advance(12_000);
    const history = node.history('deadline');
    const started = history[1]!.at;
    const failing = history.find(({ pod }) => conditionOf(pod, 'Ready')?.reason === 'PodFailed')!;
    expect(failing.at - started).toBeGreaterThanOrEqual(4000);
    expect(failing.at - started).toBeLessThanOrEqual(6000);
    // Unready at once, while the container still runs.
    expect(brief(failing.pod)).toContain('Running  ip=');
    expect(failing.pod.status.containerStatuses![0]!.state.running).toBeDefined();
    const { status } = node.get('deadline')!;
    expect(status).toMatchObject({
      phase: 'Failed',
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    });
    expect(status.containerStatuses![0]!.state.terminated!.exitCode).toBe(0);
    const events = node.events('deadline').map(({ event, text }) => `${event.type} ${text}`);
    expect(events).toContain(
      'Normal DeadlineExceeded Pod was active on the node longer than the specified deadline',
    );
    expect(events).toContain('Normal Killing Stopping container app');
    expect(node.events('deadline').at(-1)!.event.count).toBe(4);
  });
});
