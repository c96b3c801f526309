import type { Node, Pod } from '../../lib/orchestrator/api/objects';
import type { PluginEntry } from '../../lib/orchestrator/scheduler/framework/plugin-entry';
import { plugins } from '../../lib/orchestrator/scheduler/plugins';
import { Random } from '../../lib/orchestrator/sim';
import { ControlPlane, podObject } from './control-plane';

/** The same plugins, none of whose answers is remembered. */
const forgetful: readonly PluginEntry[] = plugins.map(({ create, ...entry }) => ({
  ...entry,
  create: (context) => {
    const plugin = create(context);
    return Object.defineProperty(plugin, 'local', { value: false });
  },
}));

/** What pods of three templates look like; pods of one share the very spec. */
const templates = [
  { cpu: '500m', memory: '512Mi' },
  { cpu: '1', memory: '256Mi', nodeSelector: { disk: 'ssd' } },
  { cpu: '200m', memory: '2Gi', tolerations: [{ key: 'busy', operator: 'Exists' as const }] },
].map((parts) => podObject('template', parts).spec);

/** Pods come and go, nodes are cordoned, tainted, resized, labelled, taken away and put back. */
function story(seed: number, options: { plugins?: readonly PluginEntry[] }): string[] {
  const cluster = new ControlPlane({ seed, ...options });
  cluster.zones(2, 3);
  const random = Random.ofSeed(seed);
  const nodes = (): Node[] => cluster.user.list<Node>('nodes');
  const change = (node: Node): void => {
    const { spec, metadata, status } = node;
    const next: Node = [
      { ...node, spec: { ...spec, unschedulable: spec.unschedulable !== true } },
      {
        ...node,
        spec: { ...spec, taints: spec.taints ? [] : [{ key: 'busy', effect: 'NoSchedule' }] },
      } as Node,
      { ...node, metadata: { ...metadata, labels: { ...metadata.labels, disk: 'ssd' } } },
      { ...node, status: { ...status, allocatable: { ...status.allocatable, cpu: '2' } } },
    ][random.int(0, 3)]!;
    cluster.user.update<Node>('nodes', next);
  };
  let names = 0;
  for (let step = 0; step < 60; step++) {
    const node = random.pick(nodes());
    const what = random.int(0, 9);
    if (what < 6) {
      const { metadata } = podObject(`pod-${names++}`);
      const spec = random.pick(templates);
      const pod = { ...podObject('x'), metadata, spec, status: { phase: 'Pending' } };
      cluster.create<Pod>('pods', 'default', pod as never);
    } else if (what === 6) {
      const pods = cluster.user.list<Pod>('pods');
      if (pods.length > 0) cluster.delete('pods', 'default', random.pick(pods).metadata.name);
    } else if (what === 7) {
      cluster.delete('nodes', undefined, node.metadata.name);
      cluster.node(node.metadata.name, { zone: 'zone-b', cpu: random.pick(['1', '8']) });
    } else {
      change(node);
    }
    cluster.run(random.int(0, 20_000));
  }
  cluster.run(600_000);
  return cluster.user
    .list<Pod>('pods')
    .map(({ metadata, spec }) => `${metadata.name} ${spec.nodeName ?? cluster.why(metadata.name)}`);
}

describe('What the scheduler remembers of nodes', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('changes no decision (seed %i)', (seed) => {
    const placed = story(seed, {});
    expect(placed.length).toBeGreaterThan(20);
    expect(placed).toEqual(story(seed, { plugins: forgetful }));
  });

  it('is asked for: pods of one template are filtered once a node and version', () => {
    let asked = 0;
    const counting = plugins.map(({ create, ...entry }) => ({
      ...entry,
      create: (context: Parameters<PluginEntry['create']>[0]) => {
        const plugin = create(context);
        const { filter } = plugin;
        if (plugin.name !== 'NodeResourcesFit' || filter === undefined) return plugin;
        return Object.defineProperty(plugin, 'filter', {
          value: (...args: Parameters<typeof filter>) => (asked++, filter.apply(plugin, args)),
        });
      },
    }));
    const cluster = new ControlPlane({ plugins: counting });
    cluster.zones(2, 10);
    const [spec] = templates;
    for (let i = 0; i < 10; i++) {
      const pod = { ...podObject(`pod-${i}`), spec, status: { phase: 'Pending' } };
      cluster.create<Pod>('pods', 'default', pod as never);
    }
    cluster.run();
    expect(cluster.user.list<Pod>('pods').every(({ spec }) => spec.nodeName)).toBe(true);
    // Twenty nodes for the first pod; for each other the one that the pod before it went to, at
    // most twice: when it is chosen, and when it is seen bound, with its zone's label.
    expect(asked).toBeGreaterThanOrEqual(20 + 9);
    expect(asked).toBeLessThanOrEqual(20 + 2 * 9);
  });
});
