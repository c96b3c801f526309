import { interPodAffinity } from '../../../lib/orchestrator/scheduler/plugins/inter-pod-affinity';
import { nodeAffinity } from '../../../lib/orchestrator/scheduler/plugins/node-affinity';
import { nodePorts } from '../../../lib/orchestrator/scheduler/plugins/node-ports';
import { nodeResourcesFit } from '../../../lib/orchestrator/scheduler/plugins/node-resources-fit';
import { nodeUnschedulable } from '../../../lib/orchestrator/scheduler/plugins/node-unschedulable';
import { taintToleration } from '../../../lib/orchestrator/scheduler/plugins/taint-toleration';
import type { PodParts } from '../control-plane';
import { PluginRig } from './plugin-rig';

const HOST = 'kubernetes.io/hostname';
const ZONE = 'topology.kubernetes.io/zone';

describe('NodeResourcesFit', () => {
  const container = (requests: object, more: object = {}): object => ({
    name: 'a',
    image: 'a:v1',
    resources: { requests },
    ...more,
  });

  it.each<[string, object, readonly string[] | 'ok']>([
    ['what just fits', { cpu: '1' }, 'ok'],
    ['a millicore more', { cpu: '1001m' }, ['Insufficient cpu']],
    ['all that lacks', { cpu: '2', memory: '2Gi' }, ['Insufficient cpu', 'Insufficient memory']],
    [
      'an extended resource that no one offers',
      { containers: [container({ 'example.com/gpu': '1' })] },
      ['Insufficient example.com/gpu'],
    ],
    [
      'the largest init container',
      { containers: [container({ cpu: '100m' })], initContainers: [container({ cpu: '1500m' })] },
      ['Insufficient cpu'],
    ],
    [
      'sidecars beside the containers',
      {
        containers: [container({ cpu: '600m' })],
        initContainers: [container({ cpu: '500m' }, { restartPolicy: 'Always' })],
      },
      ['Insufficient cpu'],
    ],
    ['overhead', { cpu: '900m', overhead: { cpu: '200m' } }, ['Insufficient cpu']],
    [
      'requests of the pod instead of the sum',
      { containers: [container({ cpu: '3' })], resources: { requests: { cpu: '500m' } } },
      'ok',
    ],
  ])('counts %s', (_what, pod, verdict) => {
    const rig = new PluginRig().node('n', { cpu: '2', memory: '2Gi' });
    rig.placed('n', { cpu: '1', memory: '1Gi' });
    expect(rig.verdicts(nodeResourcesFit, pod as PodParts)).toEqual({ n: verdict });
  });

  it('counts pods', () => {
    const rig = new PluginRig().node('n', { pods: '1' });
    rig.placed('n');
    expect(rig.verdicts(nodeResourcesFit, {})).toEqual({ n: ['Too many pods'] });
  });
});

describe('TaintToleration', () => {
  const tainted = (effect: 'NoSchedule' | 'NoExecute' | 'PreferNoSchedule'): PluginRig =>
    new PluginRig().node('n', { taints: [{ key: 'dedicated', value: 'gpu', effect }] });

  it.each<[string, readonly object[], 'ok' | readonly string[]]>([
    ['nothing', [], ['node(s) had untolerated taint(s)']],
    ['the key and value', [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }], 'ok'],
    ['another value', [{ key: 'dedicated', value: 'x' }], ['node(s) had untolerated taint(s)']],
    ['the key', [{ key: 'dedicated', operator: 'Exists' }], 'ok'],
    ['everything', [{ operator: 'Exists' }], 'ok'],
    [
      'another effect',
      [{ operator: 'Exists', effect: 'NoExecute' }],
      ['node(s) had untolerated taint(s)'],
    ],
  ])('asks for a toleration: %s', (_what, tolerations, verdict) => {
    const pod = { tolerations } as PodParts;
    expect(tainted('NoSchedule').verdicts(taintToleration, pod)).toEqual({ n: verdict });
  });

  it('keeps pods off NoExecute nodes, and not off PreferNoSchedule ones', () => {
    const reasons = ['node(s) had untolerated taint(s)'];
    expect(tainted('NoExecute').verdicts(taintToleration, {})).toEqual({ n: reasons });
    expect(tainted('PreferNoSchedule').verdicts(taintToleration, {})).toEqual({ n: 'ok' });
  });
});

describe('NodeUnschedulable', () => {
  it('keeps pods off cordoned nodes unless they tolerate it', () => {
    const rig = new PluginRig().node('n', { unschedulable: true });
    expect(rig.verdicts(nodeUnschedulable, {})).toEqual({ n: ['node(s) were unschedulable'] });
    const tolerations = [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists' }];
    expect(rig.verdicts(nodeUnschedulable, { tolerations })).toEqual({ n: 'ok' });
  });
});

describe('NodeAffinity', () => {
  const REJECTED = ["node(s) didn't match Pod's node affinity/selector"];
  const requiring = (...terms: object[]): PodParts =>
    ({
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms },
        },
      },
    }) as PodParts;

  it.each<[string, string[] | undefined, 'ok' | 'no', 'ok' | 'no']>([
    ['In', ['8', '16'], 'ok', 'no'],
    ['NotIn', ['8'], 'no', 'ok'],
    ['Exists', undefined, 'ok', 'no'],
    ['DoesNotExist', undefined, 'no', 'ok'],
    ['Gt', ['7'], 'ok', 'no'],
    ['Lt', ['8'], 'no', 'no'],
  ])('understands %s %j', (operator, values, labelled, bare) => {
    const rig = new PluginRig().node('labelled', { labels: { cores: '8' } }).node('bare');
    const requirement = { key: 'cores', operator, ...(values === undefined ? {} : { values }) };
    const pod = requiring({ matchExpressions: [requirement] });
    const said = (verdict: 'ok' | 'no'): unknown => (verdict === 'ok' ? 'ok' : REJECTED);
    expect(rig.verdicts(nodeAffinity, pod)).toEqual({ labelled: said(labelled), bare: said(bare) });
  });

  it('ORs terms, ANDs nodeSelector, and matches nothing by an empty term', () => {
    const rig = new PluginRig()
      .node('a', { labels: { disk: 'ssd', pool: 'x' } })
      .node('b', { labels: { disk: 'hdd', pool: 'x' } })
      .node('c', { labels: { disk: 'ssd' } });
    const disk = (value: string): object => ({
      matchExpressions: [{ key: 'disk', operator: 'In', values: [value] }],
    });
    const pod = { ...requiring(disk('ssd'), disk('hdd')), nodeSelector: { pool: 'x' } };
    expect(rig.verdicts(nodeAffinity, pod)).toEqual({ a: 'ok', b: 'ok', c: REJECTED });
    const empty = rig.verdicts(nodeAffinity, requiring({}));
    expect(empty).toEqual({ a: REJECTED, b: REJECTED, c: REJECTED });
  });

  it('rejects a pod whose terms name no node in common', () => {
    const named = (...names: string[]): object => ({
      key: 'metadata.name',
      operator: 'In',
      values: names,
    });
    const pod = requiring({ matchFields: [named('a'), named('b')] });
    const rig = new PluginRig().node('a');
    expect(rig.verdicts(nodeAffinity, pod)).toEqual({ '*': ['pod affinity terms conflict'] });
  });
});

describe('NodePorts', () => {
  const on = (hostPort: number, more: object = {}): PodParts =>
    ({
      containers: [
        {
          name: 'a',
          image: 'a:v1',
          ports: [{ containerPort: 80, hostPort, protocol: 'TCP', ...more }],
        },
      ],
    }) as unknown as PodParts;
  const REJECTED = ["node(s) didn't have free ports for the requested pod ports"];

  it.each<[string, PodParts, 'ok' | readonly string[]]>([
    ['the same port', on(8080), REJECTED],
    ['another port', on(8081), 'ok'],
    ['another protocol', on(8080, { protocol: 'UDP' }), 'ok'],
    ['one address of all', on(8080, { hostIP: '10.0.0.1' }), REJECTED],
  ])('compares protocol, port and address: %s', (_what, pod, verdict) => {
    const rig = new PluginRig().node('n');
    rig.placed('n', on(8080));
    expect(rig.verdicts(nodePorts, pod)).toEqual({ n: verdict });
  });

  it('lets two pods share a port on different addresses', () => {
    const rig = new PluginRig().node('n');
    rig.placed('n', on(8080, { hostIP: '10.0.0.1' }));
    expect(rig.verdicts(nodePorts, on(8080, { hostIP: '10.0.0.2' }))).toEqual({ n: 'ok' });
    expect(rig.verdicts(nodePorts, on(8080))).toEqual({ n: REJECTED });
  });
});

describe('InterPodAffinity', () => {
  const requiring = (
    kind: 'podAffinity' | 'podAntiAffinity',
    app: string,
    topologyKey: string,
    more: object = {},
  ): PodParts =>
    ({
      affinity: {
        [kind]: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey, labelSelector: { matchLabels: { app } }, ...more },
          ],
        },
      },
    }) as PodParts;
  const zones = (): PluginRig =>
    new PluginRig().node('a1', { zone: 'a' }).node('a2', { zone: 'a' }).node('b1', { zone: 'b' });
  const NOT_NEAR = ["node(s) didn't match pod affinity rules"];
  const TOO_NEAR = ["node(s) didn't match pod anti-affinity rules"];
  const UNWANTED = ["node(s) didn't satisfy existing pods anti-affinity rules"];

  it('lets a pod only near the pods that it requires', () => {
    const rig = zones();
    rig.placed('a1', { labels: { app: 'db' } });
    const pod = requiring('podAffinity', 'db', ZONE);
    expect(rig.verdicts(interPodAffinity, pod)).toEqual({ a1: 'ok', a2: 'ok', b1: NOT_NEAR });
  });

  it('lets the first pod of a group that wants to be together go anywhere', () => {
    const pod = requiring('podAffinity', 'web', ZONE);
    const lonely = { a1: NOT_NEAR, a2: NOT_NEAR, b1: NOT_NEAR };
    expect(zones().verdicts(interPodAffinity, pod)).toEqual(lonely);
    const first = { ...pod, labels: { app: 'web' } };
    expect(zones().verdicts(interPodAffinity, first)).toEqual({ a1: 'ok', a2: 'ok', b1: 'ok' });
  });

  it('keeps a pod away from those that it shuns', () => {
    const rig = zones();
    rig.placed('a1', { labels: { app: 'web' } });
    const byHost = requiring('podAntiAffinity', 'web', HOST);
    expect(rig.verdicts(interPodAffinity, byHost)).toEqual({ a1: TOO_NEAR, a2: 'ok', b1: 'ok' });
    const byZone = requiring('podAntiAffinity', 'web', ZONE);
    const away = { a1: TOO_NEAR, a2: TOO_NEAR, b1: 'ok' };
    expect(rig.verdicts(interPodAffinity, byZone)).toEqual(away);
  });

  it('keeps a pod away from those that shun it', () => {
    const rig = zones();
    rig.placed('a1', requiring('podAntiAffinity', 'web', ZONE));
    const labels = { app: 'web' };
    const away = { a1: UNWANTED, a2: UNWANTED, b1: 'ok' };
    expect(rig.verdicts(interPodAffinity, { labels })).toEqual(away);
  });

  it('looks at its own namespace, at named ones, or at those that a selector selects', () => {
    const rig = zones();
    rig.cluster.namespace('prod', { team: 'a' });
    rig.placed('a1', { labels: { app: 'web' }, namespace: 'prod' });
    const verdict = (more: object): unknown =>
      rig.verdicts(interPodAffinity, requiring('podAntiAffinity', 'web', HOST, more))['a1'];
    expect(verdict({})).toBe('ok');
    expect(verdict({ namespaces: ['prod'] })).toEqual(TOO_NEAR);
    expect(verdict({ namespaceSelector: { matchLabels: { team: 'a' } } })).toEqual(TOO_NEAR);
    expect(verdict({ namespaceSelector: { matchLabels: { team: 'b' } } })).toBe('ok');
    expect(verdict({ namespaceSelector: {} })).toEqual(TOO_NEAR);
  });

  it('compares its own labels by matchLabelKeys and mismatchLabelKeys', () => {
    const rig = zones();
    rig.placed('a1', { labels: { app: 'web', hash: 'old' } });
    const pod = (more: object): PodParts => ({
      ...requiring('podAntiAffinity', 'web', HOST, more),
      labels: { app: 'web', hash: 'new' },
    });
    const verdict = (more: object): unknown => rig.verdicts(interPodAffinity, pod(more))['a1'];
    expect(verdict({ matchLabelKeys: ['hash'] })).toBe('ok');
    expect(verdict({ mismatchLabelKeys: ['hash'] })).toEqual(TOO_NEAR);
  });

  it('forgets pods that are gone', () => {
    const rig = zones();
    const web = rig.placed('a1', { labels: { app: 'web' } });
    const pod = requiring('podAntiAffinity', 'web', HOST);
    expect(rig.verdicts(interPodAffinity, pod)['a1']).toEqual(TOO_NEAR);
    rig.cache.removePod(web.metadata.uid);
    expect(rig.verdicts(interPodAffinity, pod)['a1']).toBe('ok');
  });
});
