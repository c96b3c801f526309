import type { KubeObject } from '../../../lib/orchestrator/api/object';
import { imageLocality } from '../../../lib/orchestrator/scheduler/plugins/image-locality';
import { interPodAffinity } from '../../../lib/orchestrator/scheduler/plugins/inter-pod-affinity';
import { nodeAffinity } from '../../../lib/orchestrator/scheduler/plugins/node-affinity';
import { nodeResourcesBalancedAllocation } from '../../../lib/orchestrator/scheduler/plugins/node-resources-balanced-allocation';
import { nodeResourcesFit } from '../../../lib/orchestrator/scheduler/plugins/node-resources-fit';
import { podTopologySpread } from '../../../lib/orchestrator/scheduler/plugins/pod-topology-spread';
import { taintToleration } from '../../../lib/orchestrator/scheduler/plugins/taint-toleration';
import { PluginRig } from './plugin-rig';

const MIB = 1024 * 1024;
const ZONE = 'topology.kubernetes.io/zone';

describe('NodeResourcesFit scores by what is left (LeastAllocated)', () => {
  it.each([
    ['the worked example', { cpu: '1', memory: '2Gi' }, { cpu: '500m', memory: '1Gi' }, 62],
    ['an empty node', undefined, { cpu: '2', memory: '4Gi' }, 50],
    ['requests that are missing, as 100m and 200Mi', undefined, {}, 97],
    ['a node without cpu to spare', { cpu: '4' }, {}, 47],
  ])('%s', (_what, used, pod, score) => {
    const rig = new PluginRig().node('n', { cpu: '4', memory: '8Gi' });
    if (used !== undefined) rig.placed('n', used);
    expect(rig.scores(nodeResourcesFit, pod)).toEqual({ n: score });
  });
});

describe('NodeResourcesBalancedAllocation scores how the pod changes the balance', () => {
  it.each([
    ['unchanged balance', { cpu: '1', memory: '2Gi' }, { cpu: '500m', memory: '1Gi' }, 75],
    ['less balance', { cpu: '1', memory: '1Gi' }, { cpu: '1', memory: '256Mi' }, 69],
    ['more balance', { cpu: '2' }, { memory: '4Gi' }, 87],
  ])('%s', (_what, used, pod, score) => {
    const rig = new PluginRig().node('n', { cpu: '4', memory: '8Gi' });
    rig.placed('n', used);
    expect(rig.scores(nodeResourcesBalancedAllocation, pod)).toEqual({ n: score });
  });

  it('has nothing to say of pods without requests', () => {
    const rig = new PluginRig().node('n');
    expect(rig.scores(nodeResourcesBalancedAllocation, {})).toBe('skip');
  });
});

describe('TaintToleration scores by soft taints that are not tolerated', () => {
  const soft = (key: string): { key: string; effect: 'PreferNoSchedule' } => ({
    key,
    effect: 'PreferNoSchedule',
  });

  it('in reverse proportion to the most', () => {
    const rig = new PluginRig()
      .node('none')
      .node('one', { taints: [soft('a')] })
      .node('three', { taints: [soft('a'), soft('b'), soft('c')] });
    expect(rig.scores(taintToleration, {})).toEqual({ none: 100, one: 67, three: 0 });
    const tolerations = [{ key: 'a', operator: 'Exists' }];
    expect(rig.scores(taintToleration, { tolerations })).toEqual({ none: 100, one: 100, three: 0 });
  });

  it('as 100 where there are none', () => {
    expect(new PluginRig().node('n').scores(taintToleration, {})).toEqual({ n: 100 });
  });
});

describe('NodeAffinity scores by preferences', () => {
  const preferring = (...weights: readonly [number, string][]): object => ({
    affinity: {
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: weights.map(([weight, value]) => ({
          weight,
          preference: { matchExpressions: [{ key: 'disk', operator: 'In', values: [value] }] },
        })),
      },
    },
  });

  it('in proportion to the highest sum of weights', () => {
    const rig = new PluginRig()
      .node('ssd', { labels: { disk: 'ssd' } })
      .node('hdd', { labels: { disk: 'hdd' } })
      .node('none');
    const scores = rig.scores(nodeAffinity, preferring([30, 'ssd'], [10, 'hdd']));
    expect(scores).toEqual({ ssd: 100, hdd: 33, none: 0 });
    expect(rig.scores(nodeAffinity, preferring([30, 'tape']))).toEqual({ ssd: 0, hdd: 0, none: 0 });
    expect(rig.scores(nodeAffinity, {})).toBe('skip');
  });
});

describe('PodTopologySpread scores by the pods near a node', () => {
  it('spreads the pods of a Service by default: the worked example', () => {
    const rig = new PluginRig()
      .node('a1', { zone: 'a' })
      .node('a2', { zone: 'a' })
      .node('b1', { zone: 'b' });
    const labels = { app: 'web' };
    rig.cluster.create<KubeObject>('services', 'default', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'default' },
      spec: { selector: labels },
    } as never);
    for (const node of ['a1', 'a1', 'a2']) rig.placed(node, { labels });
    rig.placed('b1', { labels: { app: 'other' } });
    expect(rig.scores(podTopologySpread, { labels })).toEqual({ a1: 46, a2: 53, b1: 100 });
    expect(rig.scores(podTopologySpread, { labels: { app: 'none' } })).toBe('skip');
  });

  it('gives nodes without the key of a soft constraint nothing', () => {
    const rig = new PluginRig().node('a1', { zone: 'a' }).node('bare');
    const topologySpreadConstraints = [
      {
        maxSkew: 1,
        topologyKey: ZONE,
        whenUnsatisfiable: 'ScheduleAnyway' as const,
        labelSelector: { matchLabels: { app: 'web' } },
      },
    ];
    const pod = { labels: { app: 'web' }, topologySpreadConstraints };
    expect(rig.scores(podTopologySpread, pod)).toEqual({ a1: 100, bare: 0 });
  });
});

describe('InterPodAffinity scores by the company that a node keeps', () => {
  const term = (weight: number, app: string): object => ({
    weight,
    podAffinityTerm: { topologyKey: ZONE, labelSelector: { matchLabels: { app } } },
  });
  const preferring = (kind: 'podAffinity' | 'podAntiAffinity', ...terms: object[]): object => ({
    affinity: { [kind]: { preferredDuringSchedulingIgnoredDuringExecution: terms } },
  });
  const rig = (): PluginRig =>
    new PluginRig().node('a1', { zone: 'a' }).node('b1', { zone: 'b' }).node('c1', { zone: 'c' });

  it('counts weights for each pod that a preference selects', () => {
    const cluster = rig();
    cluster.placed('a1', { labels: { app: 'db' } });
    cluster.placed('a1', { labels: { app: 'db' } });
    cluster.placed('b1', { labels: { app: 'db' } });
    const near = preferring('podAffinity', term(10, 'db'));
    expect(cluster.scores(interPodAffinity, near)).toEqual({ a1: 100, b1: 50, c1: 0 });
    const far = preferring('podAntiAffinity', term(10, 'db'));
    expect(cluster.scores(interPodAffinity, far)).toEqual({ a1: 0, b1: 50, c1: 100 });
  });

  it('counts what pods that run there prefer or require themselves', () => {
    const cluster = rig();
    cluster.placed('a1', preferring('podAffinity', term(2, 'web')));
    cluster.placed('b1', {
      affinity: {
        podAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey: ZONE, labelSelector: { matchLabels: { app: 'web' } } },
          ],
        },
      },
    });
    cluster.placed('c1', preferring('podAntiAffinity', term(2, 'web')));
    const scores = cluster.scores(interPodAffinity, { labels: { app: 'web' } });
    expect(scores).toEqual({ a1: 100, b1: 75, c1: 0 });
  });

  it('has nothing to say without any preference', () => {
    expect(rig().scores(interPodAffinity, { labels: { app: 'web' } })).toBe('skip');
  });
});

describe('ImageLocality scores by the images that a node has', () => {
  it('by size and by how many nodes have them', () => {
    const images = [{ names: ['app:v1'], sizeBytes: 600 * MIB }];
    const rig = new PluginRig().node('has', { images }).node('lacks');
    const pod = { containers: [{ name: 'a', image: 'app:v1', imagePullPolicy: 'IfNotPresent' }] };
    // Half of 600 MiB, as half of the nodes have it: (300 - 23) of (1000 - 23) MiB.
    expect(rig.scores(imageLocality, pod as never)).toEqual({ has: 28, lacks: 0 });
  });

  it('takes an image without a tag for its latest', () => {
    const images = [{ names: ['registry:5000/app:latest'], sizeBytes: 2000 * MIB }];
    const rig = new PluginRig().node('has', { images });
    const pod = { containers: [{ name: 'a', image: 'registry:5000/app' }] };
    expect(rig.scores(imageLocality, pod as never)).toEqual({ has: 100 });
  });
});
