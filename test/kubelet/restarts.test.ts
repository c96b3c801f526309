import type { Probe } from '../../lib/orchestrator/api/objects';
import { conditionOf } from '../../lib/orchestrator/api/objects';
import { brief, TestNode } from './node';

const SEEDS = [1, 2, 3, 4, 5];
const http = (path: string, rest: Partial<Probe> = {}): Probe =>
  ({ httpGet: { path, port: 8080 }, ...rest }) as Probe;
const images = {
  'crash:1': {
    exitAfter: '1s',
    exitCode: 3,
    terminationMessage: 'no database',
    startupTime: 0,
  },
  'crash-12:1': { exitAfter: '12s', exitCode: 1, startupTime: 0 },
  'complete:1': { exitAfter: '1s', startupTime: 0 },
  'sick:1': { startupTime: 0, liveness: { until: '5s' }, shutdownTime: '1s' },
  'sick-deaf:1': { startupTime: 0, liveness: { until: '5s' }, onSigterm: 'ignore' },
  'never-listens:1': { startupTime: '100s', shutdownTime: 1 },
  'greedy:1': { memoryAfter: { after: '2s', bytes: 200_000_000 }, startupTime: 0 },
} as const;

/** Whole seconds from each end of the container to its next start, as the statuses have them. */
function gaps(node: TestNode, pod: string): number[] {
  const found: number[] = [];
  for (const { pod: seen } of node.history(pod)) {
    const status = seen.status.containerStatuses?.[0];
    const { running } = status?.state ?? {};
    if (running === undefined || status!.restartCount !== found.length + 1) continue;
    const finished = Date.parse(status!.lastState.terminated!.finishedAt!);
    found.push((Date.parse(running.startedAt) - finished) / 1000);
  }
  return found;
}

/** The excess over the nominal delay: (1 to 1.5) times, and up to 2 s for ticks and seconds. */
function expectSeries(actual: readonly number[], nominal: readonly number[]): void {
  expect(actual.length).toBeGreaterThanOrEqual(nominal.length);
  nominal.forEach((delay, i) => {
    expect(actual[i]).toBeGreaterThanOrEqual(Math.max(0, delay - 1));
    expect(actual[i]).toBeLessThanOrEqual(Math.min(delay * 1.5, delay + 60) + 3);
  });
}

describe('A container that ends by itself', () => {
  test.each(SEEDS)('is restarted after 0, 10, 20, 40, 80 s and more (seed %i)', (seed) => {
    const node = new TestNode({ seed, images });
    node.pod('crash', { image: 'crash:1' });
    node.pod('complete', { image: 'complete:1' });
    node.pod('on-failure', { image: 'crash:1' }, { restartPolicy: 'OnFailure' });
    node.pod('crash-12', { image: 'crash-12:1' });
    node.advance(330_000);
    for (const pod of ['crash', 'complete', 'on-failure']) {
      expectSeries(gaps(node, pod), [0, 10, 20, 40, 80]);
    }
    expectSeries(gaps(node, 'crash-12'), [0, 10, 20, 40]);
  });

  test.each(SEEDS)('waits for 5 minutes at most, then 5 minutes each time (seed %i)', (seed) => {
    const node = new TestNode({ seed, images });
    node.pod('crash', { image: 'crash:1' });
    node.advance(3_600_000);
    const delays = gaps(node, 'crash').slice(6);
    expect(delays.length).toBeGreaterThan(4);
    for (const delay of delays) {
      expect(delay).toBeGreaterThanOrEqual(299);
      expect(delay).toBeLessThanOrEqual(365);
    }
  });

  test('stays terminated until the sync that restarts it, which shows CrashLoopBackOff', () => {
    const node = new TestNode({ images });
    node.pod('crash', { image: 'crash:1' });
    node.advance(30_000);
    const states = node
      .history('crash')
      .slice(3)
      .map(({ at, pod }) => ({ at, is: brief(pod).split('app:')[1]! }));
    expect(states.slice(0, 6).map(({ is }) => is)).toEqual([
      'running ready=true started=true n=0',
      'Error(3) ready=false started=false n=0',
      'running ready=true started=true n=1 last=Error',
      'Error(3) ready=false started=false n=1 last=Error',
      'CrashLoopBackOff ready=false started=false n=1 last=Error',
      'running ready=true started=true n=2 last=Error',
    ]);
    expect(states[4]!.at - states[3]!.at).toBeGreaterThan(8000);
    expect(states[5]!.at - states[4]!.at).toBeLessThan(200);
  });

  test('tells its back-off in status and events, and its message', () => {
    const node = new TestNode({ images });
    const { uid } = node.pod('crash', { image: 'crash:1' }).metadata;
    node.advance(130_000);
    const messages = node
      .history('crash')
      .map(({ pod }) => pod.status.containerStatuses?.[0]?.state.waiting?.message)
      .filter((message) => message !== undefined);
    expect(messages.slice(0, 3)).toEqual(
      ['10s', '20s', '40s'].map(
        (delay) => `back-off ${delay} restarting failed container=app pod=crash_default(${uid})`,
      ),
    );
    const backOff = node.events('crash').filter(({ event }) => event.reason === 'BackOff');
    expect(new Set(backOff.map(({ event }) => event.metadata.name)).size).toBe(1);
    expect(backOff[0]!.event).toMatchObject({
      type: 'Warning',
      message: `Back-off restarting failed container app in pod crash_default(${uid})`,
    });
    const ended = node
      .history('crash')
      .map(({ pod }) => pod.status.containerStatuses?.[0]?.state.terminated)
      .find((terminated) => terminated !== undefined);
    expect(ended).toMatchObject({ exitCode: 3, reason: 'Error', message: 'no database' });
  });
});

describe('A container that fails its liveness probe', () => {
  const livenessProbe = http('/health', { periodSeconds: 2, failureThreshold: 2 });
  const grace = { terminationGracePeriodSeconds: 5 };

  test.each(SEEDS)('is killed with the second failure and restarted (seed %i)', (seed) => {
    const node = new TestNode({ seed, images });
    node.pod('liveness', { image: 'sick:1', livenessProbe }, grace);
    node.advance(12_500);
    const [, second] = node.eventTimes('liveness', 'Unhealthy');
    const [killing] = node.eventTimes('liveness', 'Killing');
    const [, restarted] = node.eventTimes('liveness', 'Started');
    expect(killing! - second!).toBeLessThanOrEqual(5);
    expect(restarted! - killing!).toBeGreaterThanOrEqual(1040);
    expect(restarted! - killing!).toBeLessThanOrEqual(1100);
    expect(node.events('liveness').map(({ text }) => text)).toEqual(
      expect.arrayContaining([
        'Unhealthy Liveness probe failed: HTTP probe failed with statuscode: 500',
        'Killing Container app failed liveness probe, will be restarted',
      ]),
    );
    // Ready until the update that shows the new instance.
    const statuses = node.history('liveness').slice(3);
    expect(statuses.map(({ pod }) => conditionOf(pod, 'Ready')!.status)).toEqual(['True', 'True']);
    expect(brief(statuses[1]!.pod)).toContain('running ready=true started=true n=1 last=Completed');
  });

  test.each(SEEDS)('is killed with exit code 137 if it is deaf (seed %i)', (seed) => {
    const node = new TestNode({ seed, images });
    node.pod('deaf', { image: 'sick-deaf:1', livenessProbe }, grace);
    node.advance(17_500);
    const [killing] = node.eventTimes('deaf', 'Killing');
    const [, restarted] = node.eventTimes('deaf', 'Started');
    expect(restarted! - killing!).toBeGreaterThanOrEqual(5040);
    expect(restarted! - killing!).toBeLessThanOrEqual(5160);
    const last = node.get('deaf')!.status.containerStatuses![0]!.lastState.terminated!;
    expect(last).toMatchObject({ exitCode: 137, reason: 'Error' });
  });

  test.each(SEEDS)('is restarted three times at once, then held back (seed %i)', (seed) => {
    const node = new TestNode({ seed, images });
    node.pod('liveness', { image: 'sick:1', livenessProbe }, grace);
    node.pod('deaf', { image: 'sick-deaf:1', livenessProbe }, grace);
    node.advance(110_000);
    const delays = gaps(node, 'liveness');
    for (const delay of delays.slice(0, 3)) expect(delay).toBeLessThanOrEqual(1);
    expect(delays[3]).toBeGreaterThanOrEqual(19);
    expect(delays[3]).toBeLessThanOrEqual(31);
    const deaf = gaps(node, 'deaf');
    for (const delay of deaf.slice(0, 3)) expect(delay).toBeLessThanOrEqual(1);
    expect(deaf[3]).toBeGreaterThanOrEqual(19);
    expect(deaf[3]).toBeLessThanOrEqual(31);
  });

  test('shows CrashLoopBackOff within 2 s of the kill that is held back', () => {
    const node = new TestNode({ images });
    node.pod('liveness', { image: 'sick:1', livenessProbe }, grace);
    node.advance(60_000);
    const killed = node.eventTimes('liveness', 'Killing')[3]!;
    const shown = node
      .history('liveness')
      .find(
        ({ pod }) =>
          pod.status.containerStatuses?.[0]?.state.waiting?.reason === 'CrashLoopBackOff',
      )!;
    expect(shown.at - killed).toBeLessThanOrEqual(2200);
    expect(shown.pod.status.containerStatuses![0]!.state.waiting!.message).toContain(
      'back-off 20s',
    );
  });
});

describe('A container that never passes its startup probe', () => {
  test.each(SEEDS)('is killed, twice restarted at once, then held back (seed %i)', (seed) => {
    const node = new TestNode({ seed, images });
    node.pod('never-starts', {
      image: 'never-listens:1',
      startupProbe: http('/health', { periodSeconds: 1, failureThreshold: 3 }),
      livenessProbe: http('/health', { periodSeconds: 1 }),
    });
    node.advance(60_000);
    expect(node.events('never-starts').map(({ text }) => text)).toContain(
      'Killing Container app failed startup probe, will be restarted',
    );
    const delays = gaps(node, 'never-starts');
    expect(delays[0]).toBeLessThanOrEqual(1);
    expect(delays[1]).toBeLessThanOrEqual(1);
    expectSeries(delays.slice(2), [10, 20]);
  });
});

describe('A container over its memory limit', () => {
  const resources = { limits: { memory: '64Mi', cpu: '500m' } };

  test('is OOMKilled and restarted', () => {
    const node = new TestNode({ images });
    node.pod('oom', { image: 'greedy:1', resources });
    node.advance(60_000);
    const ended = node
      .history('oom')
      .map(({ pod }) => pod.status.containerStatuses?.[0]?.state.terminated)
      .find((terminated) => terminated !== undefined)!;
    expect(ended).toMatchObject({ reason: 'OOMKilled', exitCode: 137 });
    expect(ended.message).toBeUndefined();
    expectSeries(gaps(node, 'oom'), [0, 10]);
    expect(node.events('oom').some(({ text }) => text.includes('OOM'))).toBe(false);
  });

  test('fails its pod if it is never restarted', () => {
    const node = new TestNode({ images });
    node.pod('oom', { image: 'greedy:1', resources }, { restartPolicy: 'Never' });
    const { status } = node.advance(10_000).get('oom')!;
    expect(status.phase).toBe('Failed');
    expect(status.containerStatuses![0]!.state.terminated!.reason).toBe('OOMKilled');
  });
});
