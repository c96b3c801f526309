import { brief, person, TestNode } from './node';
import type { NewObject } from '../../lib/orchestrator/api/object';
import type { Pod } from '../../lib/orchestrator/api/objects';

const SEEDS = [1, 2, 3, 4, 5];
const ABSENT = '127.0.0.1:9/absent:1';
const REFUSED =
  `failed to pull and unpack image "${ABSENT}": failed to resolve image: failed to do request: ` +
  'Head "https://127.0.0.1:9/v2/absent/manifests/1": dial tcp 127.0.0.1:9: connect: connection refused';
const NO_COMMAND =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc ' +
  'create failed: unable to start container process: exec: "/nothing": stat /nothing: no such ' +
  'file or directory';
const images = {
  'app:1': { startupTime: 0, shutdownTime: 10, missingCommands: ['/nothing'] },
};
const configMap: NewObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'absent', namespace: 'default' },
  data: { setting: '1' },
} as NewObject;

const states = (node: TestNode, pod: string): string[] =>
  node
    .history(pod)
    .slice(1)
    .map(({ pod: p }) => brief(p).split(' app:')[1]!.split(' ')[0]!);
const waiting = (pod: Pod): { reason?: string; message?: string } | undefined =>
  pod.status.containerStatuses?.[0]?.state.waiting;

describe('An image that cannot be pulled', () => {
  test.each(SEEDS)('is tried again after 10, 20, 40 s and a retry (seed %i)', (seed) => {
    const node = new TestNode({ seed });
    node.pod('absent', { image: ABSENT });
    node.advance(120_000);
    const pulls = node.eventTimes('absent', 'Pulling');
    const gaps = pulls.slice(1).map((at, i) => (at - pulls[i]!) / 1000);
    [10, 20, 40].forEach((nominal, i) => {
      expect(gaps[i]).toBeGreaterThanOrEqual(nominal);
      expect(gaps[i]).toBeLessThanOrEqual(nominal + 17);
    });
  });

  test('is told of in events and alternating states, one retry late', () => {
    const node = new TestNode();
    node.pod('absent', { image: ABSENT });
    node.advance(60_000);
    expect(states(node, 'absent').slice(0, 5)).toEqual([
      'ContainerCreating',
      'ContainerCreating',
      'ErrImagePull',
      'ImagePullBackOff',
      'ErrImagePull',
    ]);
    const shown = node.history('absent').map(({ pod }) => waiting(pod));
    expect(shown.find((state) => state?.reason === 'ErrImagePull')!.message).toBe(REFUSED);
    expect(shown.find((state) => state?.reason === 'ImagePullBackOff')!.message).toBe(
      `Back-off pulling image "${ABSENT}": ErrImagePull: ${REFUSED}`,
    );
    expect(
      node
        .events('absent')
        .slice(0, 5)
        .map(({ event, text }) => `${event.type} ${text}`),
    ).toEqual([
      `Normal Pulling Pulling image "${ABSENT}"`,
      `Warning Failed Failed to pull image "${ABSENT}": ${REFUSED}`,
      'Warning Failed Error: ErrImagePull',
      `Normal BackOff Back-off pulling image "${ABSENT}"`,
      'Warning Failed Error: ImagePullBackOff',
    ]);
    const second = node.history('absent')[3]!;
    expect(second.at).toBeLessThan(1600);
    expect(second.pod.status.podIP).toBeDefined();
  });

  test('under policy Never is an error at each retry, without back-off', () => {
    const node = new TestNode();
    node.pod('never', { image: ABSENT, imagePullPolicy: 'Never' });
    node.advance(60_000);
    const message = `Container image "${ABSENT}" is not present with pull policy of Never`;
    expect(waiting(node.get('never')!)).toEqual({ reason: 'ErrImageNeverPull', message });
    const retries = node.eventTimes('never', 'ErrImageNeverPull');
    for (let i = 2; i < retries.length; i++) {
      expect(retries[i]! - retries[i - 1]!).toBeGreaterThanOrEqual(10_000);
      expect(retries[i]! - retries[i - 1]!).toBeLessThanOrEqual(16_000);
    }
    expect(node.events('never').map(({ text }) => text)).toContain(
      'Failed Error: ErrImageNeverPull',
    );
  });

  test('may have a name that cannot be parsed', () => {
    const node = new TestNode();
    node.pod('invalid', { image: 'Not//valid' });
    node.advance(3000);
    const message =
      'Failed to apply default image tag "Not//valid": couldn\'t parse image name "Not//valid": ' +
      'invalid reference format';
    expect(waiting(node.get('invalid')!)).toEqual({ reason: 'InvalidImageName', message });
    expect(
      node
        .events('invalid')
        .slice(0, 2)
        .map(({ text }) => text),
    ).toEqual([`InspectFailed ${message}`, 'Failed Error: InvalidImageName']);
  });
});

describe('An image that is not yet on the node', () => {
  const registry = { preloaded: false, bandwidth: 100_000_000, overheadMs: 500 };
  const sized = { 'big:1': { imageSize: 200_000_000 } };

  test('is pulled once, for as long as its size takes', () => {
    const node = new TestNode({ registry, images: sized });
    node.pod('first', { image: 'big:1' });
    node.advance(6000);
    const [pulling] = node.eventTimes('first', 'Pulling');
    const [pulled] = node.eventTimes('first', 'Pulled');
    expect(pulled! - pulling!).toBe(2500);
    expect(node.events('first').map(({ text }) => text)).toContain(
      'Pulled Successfully pulled image "big:1" in 2.5s (2.5s including waiting). ' +
        'Image size: 200000000 bytes.',
    );
    node.pod('second', { image: 'big:1' });
    node.advance(2000);
    expect(node.events('second')[0]!.text).toBe(
      'Pulled Container image "big:1" already present on machine and can be accessed by the pod',
    );
  });

  test('waits for the pulls of other images before it', () => {
    const node = new TestNode({ registry, images: sized });
    node.pod('first', { image: 'big:1' });
    node.pod('second', { image: 'small:1' });
    node.advance(8000);
    const done = node.eventTimes('first', 'Pulled').concat(node.eventTimes('second', 'Pulled'));
    expect(Math.abs(done[1]! - done[0]!)).toBeGreaterThan(1000);
    const all = [...node.events('first'), ...node.events('second')].map(({ text }) => text);
    expect(all.some((text) => /in (\S+) \((?!\1)\S+ including waiting\)/.test(text))).toBe(true);
  });
});

describe('A ConfigMap that is missing', () => {
  test('in the environment is a config error until it comes', () => {
    const node = new TestNode({ images });
    const env = [{ name: 'S', valueFrom: { configMapKeyRef: { name: 'absent', key: 'setting' } } }];
    node.pod('env', { env });
    node.advance(25_000);
    expect(waiting(node.get('env')!)).toEqual({
      reason: 'CreateContainerConfigError',
      message: 'configmap "absent" not found',
    });
    expect(node.events('env').map(({ text }) => text)).toContain(
      'Failed Error: configmap "absent" not found',
    );
    expect(node.eventTimes('env', 'Pulled').length).toBeGreaterThanOrEqual(3);
    node.api.create(person, 'configmaps', 'default', configMap);
    expect(node.advance(17_000).get('env')!.status.phase).toBe('Running');
  });

  test('in a volume is tried again after 0.5 s, doubling, until it comes', () => {
    const node = new TestNode({ images });
    node.pod('volume', {}, { volumes: [{ name: 'c', configMap: { name: 'absent' } }] });
    node.advance(20_000);
    const times = node
      .eventTimes('volume', 'FailedMount')
      .map((at) => at - node.eventTimes('volume', 'FailedMount')[0]!);
    expect(times).toEqual([0, 500, 1500, 3500, 7500, 15_500]);
    expect(node.events('volume')[0]!.text).toBe(
      'FailedMount MountVolume.SetUp failed for volume "c" : configmap "absent" not found',
    );
    expect(states(node, 'volume')).toEqual(['ContainerCreating']);
    node.api.create(person, 'configmaps', 'default', configMap);
    expect(node.advance(17_000).get('volume')!.status.phase).toBe('Running');
  });
});

describe('A container that cannot run', () => {
  test('has no such command: RunContainerError, StartError, and the phase is Running', () => {
    const node = new TestNode({ images });
    node.pod('no-command', { command: ['/nothing'] });
    node.advance(3500);
    expect(
      node
        .events('no-command')
        .slice(0, 3)
        .map(({ text }) => text),
    ).toEqual([
      'Pulled Container image "app:1" already present on machine and can be accessed by the pod',
      'Created Container created',
      `Failed Error: ${NO_COMMAND}`,
    ]);
    const { phase, containerStatuses } = node.get('no-command')!.status;
    expect(phase).toBe('Running');
    expect(containerStatuses![0]).toMatchObject({
      state: { waiting: { reason: 'RunContainerError', message: NO_COMMAND } },
      lastState: { terminated: { reason: 'StartError', exitCode: 128, message: NO_COMMAND } },
      restartCount: 1,
    });
    node.advance(16_000);
    expect(states(node, 'no-command')).toContain('CrashLoopBackOff');
  });

  test('has a postStart hook that fails: PostStartHookError', () => {
    const node = new TestNode({ images });
    const command = ['/probe-server', 'exit', '4'];
    const { uid } = node.pod('bad-hook', {
      lifecycle: { postStart: { exec: { command } } },
    }).metadata;
    node.advance(3500);
    const texts = node.events('bad-hook').map(({ event, text }) => `${event.type} ${text}`);
    expect(texts).toContain('Warning FailedPostStartHook PostStartHook failed');
    expect(texts).toContain('Normal Killing FailedPostStartHook');
    expect(waiting(node.get('bad-hook')!)).toEqual({
      reason: 'PostStartHookError',
      message:
        'Exec lifecycle hook ([/probe-server exit 4]) for Container "app" in Pod ' +
        `"bad-hook_default(${uid})" failed - error: command '/probe-server exit 4' exited with 4: , ` +
        'message: ""',
    });
    expect(node.get('bad-hook')!.status.phase).toBe('Running');
  });
});
