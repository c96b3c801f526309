/** The STATUS, READY and RESTARTS columns of pods, as `kubectl get pods` shows them. */
import type { KubeObject } from '../../../lib/orchestrator/api/object';
import type { Pod } from '../../../lib/orchestrator/api/objects';
import { podCells, podStatusText } from '../../../lib/orchestrator/api/kinds/pods/pod-cells';

const NOW = Date.UTC(2024, 4, 1, 12, 10, 0);

interface Given {
  readonly phase?: string;
  readonly reason?: string;
  readonly containers?: object[];
  readonly init?: object[];
  readonly sidecars?: string[];
  readonly conditions?: object[];
  readonly deleting?: boolean;
}

function pod(given: Given): Pod {
  const names = (list: object[] | undefined): { name: string }[] =>
    (list ?? []) as { name: string }[];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'web',
      namespace: 'default',
      creationTimestamp: '2024-05-01T12:00:00Z',
      ...(given.deleting === true ? { deletionTimestamp: '2024-05-01T12:10:00Z' } : {}),
    },
    spec: {
      containers: names(given.containers ?? [{ name: 'app' }]).map(({ name }) => ({ name })),
      initContainers: names(given.init).map(({ name }) => ({
        name,
        ...(given.sidecars?.includes(name) === true ? { restartPolicy: 'Always' } : {}),
      })),
    },
    status: {
      phase: given.phase ?? 'Running',
      reason: given.reason,
      conditions: given.conditions,
      containerStatuses: given.containers,
      initContainerStatuses: given.init,
    },
  } as unknown as Pod;
}

const status = (name: string, state: object, more: object = {}): object => ({
  name,
  state,
  lastState: {},
  ready: false,
  restartCount: 0,
  ...more,
});
const running = (name: string, ready = true): object =>
  status(name, { running: { startedAt: '2024-05-01T12:00:01Z' } }, { ready, started: true });
const waiting = (name: string, reason: string): object => status(name, { waiting: { reason } });
const ended = (name: string, exitCode: number, reason = ''): object =>
  status(name, { terminated: { exitCode, reason } });

it.each<[string, Given]>([
  ['Pending', { phase: 'Pending' }],
  ['Running', { containers: [running('app')] }],
  ['Evicted', { phase: 'Failed', reason: 'Evicted' }],
  ['ContainerCreating', { phase: 'Pending', containers: [waiting('app', 'ContainerCreating')] }],
  ['CrashLoopBackOff', { containers: [waiting('a', 'CrashLoopBackOff'), running('b')] }],
  ['Completed', { phase: 'Succeeded', containers: [ended('app', 0, 'Completed')] }],
  ['ExitCode:3', { phase: 'Failed', containers: [ended('app', 3)] }],
  ['Error', { containers: [ended('a', 0, 'Completed'), ended('b', 1, 'Error')] }],
  ['NotReady', { containers: [ended('a', 0, 'Completed'), running('b')] }],
  ['Init:0/2', { init: [running('i'), waiting('j', 'PodInitializing')] }],
  ['Init:1/2', { init: [ended('i', 0, 'Completed'), waiting('j', 'PodInitializing')] }],
  ['Init:CrashLoopBackOff', { init: [waiting('i', 'CrashLoopBackOff')] }],
  ['Init:ExitCode:1', { init: [ended('i', 1)] }],
  ['Running', { init: [running('s')], sidecars: ['s'], containers: [running('app')] }],
  ['Terminating', { deleting: true, containers: [running('app')] }],
  ['Unknown', { deleting: true, reason: 'NodeLost' }],
  ['Succeeded', { deleting: true, phase: 'Succeeded' }],
  [
    'SchedulingGated',
    { phase: 'Pending', conditions: [{ type: 'PodScheduled', reason: 'SchedulingGated' }] },
  ],
])('a pod is %s', (text, given) => {
  expect(podStatusText(pod(given))).toBe(text);
});

it('counts ready containers and sidecars, and says when the last one restarted', () => {
  const restarted = {
    ...running('app'),
    restartCount: 2,
    lastState: { terminated: { exitCode: 1, finishedAt: '2024-05-01T12:05:00Z' } },
  };
  const given = {
    init: [running('s')],
    sidecars: ['s'],
    containers: [restarted, running('b', false)],
  };
  const cells = podCells(pod(given) as unknown as KubeObject, { nowMs: NOW });
  expect(cells).toEqual([
    'web',
    '2/3',
    'Running',
    '2 (5m ago)',
    '10m',
    '<none>',
    '<none>',
    '<none>',
    '<none>',
  ]);
});
