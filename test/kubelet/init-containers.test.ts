import { conditionOf } from '../../lib/orchestrator/api/objects';
import type { Container, Pod } from '../../lib/orchestrator/api/objects';
import { TestNode } from './node';

const SEEDS = [1, 2, 3, 4, 5];
const images = {
  'step:1': { exitAfter: '1s' },
  'fails:1': { exitAfter: '1s', exitCode: 2 },
  'app:1': { startupTime: 0, shutdownTime: '2s' },
  'proxy:1': { startupTime: 0, shutdownTime: '1s' },
  'slow-proxy:1': { startupTime: '2s', shutdownTime: '1s' },
  'main:1': { exitAfter: '4s', startupTime: 0 },
} as const;
const step = (name: string): Container => ({ name, image: 'step:1' }) as Container;
const sidecar = (name: string, rest: Partial<Container> = {}): Container =>
  ({ name, image: 'proxy:1', restartPolicy: 'Always', ...rest }) as Container;

const initialized = (pod: Pod): string => {
  const { status, message = '' } = conditionOf(pod, 'Initialized') ?? { status: 'False' };
  return `${status} ${message}`.trim();
};
const distinct = (list: readonly string[]): string[] =>
  list.filter((item, i) => item !== list[i - 1]);

describe('Init containers', () => {
  test.each(SEEDS)('run one after another, each noticed at a relist (seed %i)', (seed) => {
    const node = new TestNode({ seed, images });
    node.pod('order', { image: 'app:1' }, { initContainers: [step('one'), step('two')] });
    node.advance(10_000);
    expect(
      distinct(
        node
          .history('order')
          .slice(1)
          .map(({ pod }) => initialized(pod)),
      ),
    ).toEqual([
      'False containers with incomplete status: [one two]',
      'False containers with incomplete status: [two]',
      'True',
    ]);
    const started = node
      .events('order')
      .filter(({ event }) => event.reason === 'Started')
      .map(({ at, event }) => ({ at, path: event.involvedObject.fieldPath }));
    expect(started.map(({ path }) => path)).toEqual([
      'spec.initContainers{one}',
      'spec.initContainers{two}',
      'spec.containers{app}',
    ]);
    expect(started[1]!.at - started[0]!.at).toBeGreaterThan(1000);
    expect(started[1]!.at - started[0]!.at).toBeLessThan(2150);
  });

  test('show PodInitializing until they are reached, then their end as ready', () => {
    const node = new TestNode({ images });
    node.pod('order', { image: 'app:1' }, { initContainers: [step('one'), step('two')] });
    node.advance(10_000);
    const states = distinct(
      node.history('order').map(({ pod }) =>
        (pod.status.initContainerStatuses ?? [])
          .map(({ state, ready, started }) => {
            const what = state.waiting?.reason ?? state.terminated?.reason ?? 'running';
            return `${what} ready=${ready} started=${started}`;
          })
          .join(' | '),
      ),
    );
    expect(states.slice(1)).toEqual([
      'PodInitializing ready=false started=false | PodInitializing ready=false started=false',
      'running ready=false started=true | PodInitializing ready=false started=false',
      'Completed ready=true started=false | PodInitializing ready=false started=false',
      'Completed ready=true started=false | running ready=false started=true',
      'Completed ready=true started=false | Completed ready=true started=false',
    ]);
    const first = node.history('order')[1]!.pod.status;
    expect(first.containerStatuses![0]!.state.waiting!.reason).toBe('PodInitializing');
    const withIp = node.history('order').find(({ pod }) => pod.status.podIP !== undefined)!;
    expect(withIp.pod.status.phase).toBe('Pending');
  });

  test('that fail end the pod if it is never restarted', () => {
    const node = new TestNode({ images });
    const failing = { ...step('one'), image: 'fails:1' };
    node.pod(
      'never',
      { image: 'app:1' },
      {
        restartPolicy: 'Never',
        initContainers: [failing, step('two')],
      },
    );
    const { status } = node.advance(10_000).get('never')!;
    expect(status.phase).toBe('Failed');
    expect(status.initContainerStatuses![0]).toMatchObject({
      restartCount: 0,
      state: { terminated: { reason: 'Error', exitCode: 2 } },
    });
    expect(status.initContainerStatuses![1]!.state.waiting!.reason).toBe('PodInitializing');
    expect(status.containerStatuses![0]!.state.waiting!.reason).toBe('PodInitializing');
  });

  test.each(['OnFailure', 'Always'] as const)('that fail are tried again under %s', (policy) => {
    const node = new TestNode({ images });
    const failing = { ...step('one'), image: 'fails:1' };
    node.pod('again', { image: 'app:1' }, { restartPolicy: policy, initContainers: [failing] });
    const { status } = node.advance(30_000).get('again')!;
    expect(status.phase).toBe('Pending');
    expect(status.initContainerStatuses![0]!.restartCount).toBe(2);
  });
});

describe('Sidecars', () => {
  test('let the next container start the moment they have started', () => {
    const node = new TestNode({ images });
    const startupProbe = { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 1 } as never;
    node.pod(
      'side',
      { image: 'app:1', name: 'main' },
      {
        initContainers: [step('setup'), sidecar('proxy', { image: 'slow-proxy:1', startupProbe })],
      },
    );
    node.advance(12_000);
    const history = node.history('side');
    const up = history.find(({ pod }) => pod.status.initContainerStatuses?.[1]?.started === true)!;
    const next = node
      .events('side')
      .find(({ event }) => event.involvedObject.fieldPath === 'spec.containers{main}')!;
    expect(next.at - up.at).toBeLessThanOrEqual(10);
    expect(conditionOf(history[1]!.pod, 'Ready')!.message).toBe(
      'containers with unready status: [proxy main]',
    );
  });

  test('are stopped when the regular containers of a Job are done', () => {
    const node = new TestNode({ images });
    node.pod(
      'job',
      { image: 'main:1', name: 'main' },
      {
        restartPolicy: 'Never',
        initContainers: [sidecar('proxy')],
      },
    );
    node.advance(14_000);
    const events = node.events('job').map(({ text }) => text);
    expect(events).toContain('Killing Stopping container proxy');
    const final = node.history('job').at(-1)!;
    expect(final.pod.status.phase).toBe('Succeeded');
    const ended = node
      .history('job')
      .find(({ pod }) => pod.status.initContainerStatuses?.[0]?.state.terminated !== undefined)!;
    expect(ended.pod.status.phase).toBe('Running');
    expect(final.at - ended.at).toBeGreaterThanOrEqual(1000);
    expect(final.at - ended.at).toBeLessThanOrEqual(2200);
  });

  test.each(SEEDS)('of a deleted pod end after what was started later (seed %i)', (seed) => {
    const node = new TestNode({ seed, images });
    node.pod(
      'sidecars',
      { image: 'app:1' },
      {
        terminationGracePeriodSeconds: 10,
        initContainers: [
          sidecar('first', { lifecycle: { preStop: { sleep: { seconds: 1 } } } }),
          sidecar('second'),
        ],
      },
    );
    node.advance(5000).delete('sidecars');
    const deleted = node.clock.now;
    node.advance(8000);
    const killing = node.eventTimes('sidecars', 'Killing');
    expect(killing).toHaveLength(3);
    expect(killing[2]! - deleted).toBeLessThanOrEqual(40);
    // One update with all three ends: app after its 2 s, then second, then first 1 s each.
    const updates = node
      .history('sidecars')
      .filter(({ at, pod }) => at > deleted && pod.status.phase !== 'Running');
    expect(updates.map(({ pod }) => pod.status.phase)).toEqual([
      'Succeeded',
      'Succeeded',
      'Succeeded',
    ]);
    expect(updates[0]!.at - deleted).toBeGreaterThanOrEqual(4050);
    expect(updates[0]!.at - deleted).toBeLessThanOrEqual(4250);
    expect(node.get('sidecars')).toBeUndefined();
  });
});
