import type { Pod, PodSpec } from '../../../lib/orchestrator/api/objects';
import type { NodeInfo } from '../../../lib/orchestrator/scheduler/cache/node-info';
import { plugins } from '../../../lib/orchestrator/scheduler/plugins';
import { Random } from '../../../lib/orchestrator/sim';
import type { NodeParts, PodParts } from '../control-plane';
import { PluginRig } from './plugin-rig';

const HOST = 'kubernetes.io/hostname';
const ZONE = 'topology.kubernetes.io/zone';
const APPS = ['web', 'db', 'cache'] as const;

interface World {
  readonly nodes: readonly (readonly [string, NodeParts])[];
  readonly placed: readonly (readonly [string, PodParts])[];
  readonly incoming: readonly PodParts[];
}

/** A cluster of any kind, from a seed. */
function world(seed: number): World {
  const random = Random.ofSeed(seed);
  const maybe = (chance: number): boolean => random.float() < chance;
  const nodes: [string, NodeParts][] = [];
  for (let i = 0; i < 8; i++) {
    const effect = random.pick(['NoSchedule', 'PreferNoSchedule'] as const);
    nodes.push([
      `node-${i}`,
      {
        cpu: random.pick(['1', '2', '4']),
        memory: random.pick(['1Gi', '4Gi']),
        labels: maybe(0.5) ? { disk: 'ssd' } : {},
        ...(maybe(0.8) ? { zone: random.pick(['a', 'b', 'c']) } : {}),
        ...(maybe(0.3) ? { taints: [{ key: 'x', effect }] } : {}),
        ...(maybe(0.4) ? { images: [{ names: ['a:v1'], sizeBytes: 9e8 }] } : {}),
        ...(maybe(0.1) ? { unschedulable: true } : {}),
      },
    ]);
  }
  const placed = Array.from(
    { length: 12 },
    () => [`node-${random.int(0, 7)}`, podParts(random)] as const,
  );
  return { nodes, placed, incoming: Array.from({ length: 4 }, () => podParts(random)) };
}

function podParts(random: Random): PodParts {
  const maybe = (chance: number): boolean => random.float() < chance;
  const labelSelector = { matchLabels: { app: random.pick(APPS) } };
  const topologyKey = random.pick([HOST, ZONE]);
  const term = { topologyKey, labelSelector };
  const required = { requiredDuringSchedulingIgnoredDuringExecution: [term] };
  const preferred = {
    preferredDuringSchedulingIgnoredDuringExecution: [
      { weight: random.int(1, 100), podAffinityTerm: term },
    ],
  };
  const affinity: PodSpec['affinity'] = {
    ...(maybe(0.4) ? { podAntiAffinity: maybe(0.5) ? required : preferred } : {}),
    ...(maybe(0.3) ? { podAffinity: maybe(0.3) ? required : preferred } : {}),
  };
  const whenUnsatisfiable = random.pick(['DoNotSchedule', 'ScheduleAnyway'] as const);
  const port = { containerPort: 80, hostPort: 8080, protocol: 'TCP' };
  return {
    labels: { app: random.pick(APPS) },
    affinity,
    containers: [
      {
        name: 'a',
        image: 'a:v1',
        imagePullPolicy: 'IfNotPresent',
        ...(maybe(0.2) ? { ports: [port] } : {}),
        resources: { requests: maybe(0.7) ? { cpu: '300m', memory: '200Mi' } : {} },
      },
    ],
    ...(maybe(0.3) ? { nodeSelector: { disk: 'ssd' } } : {}),
    ...(maybe(0.3) ? { tolerations: [{ operator: 'Exists' }] } : {}),
    ...(maybe(0.5)
      ? {
          topologySpreadConstraints: [
            { maxSkew: 1, topologyKey, whenUnsatisfiable, labelSelector },
          ],
        }
      : {}),
  };
}

function build(
  { nodes, placed }: World,
  order: (nodes: World['nodes']) => World['nodes'],
): PluginRig {
  const rig = new PluginRig();
  for (const [name, parts] of order(nodes)) rig.node(name, parts);
  for (const [node, parts] of placed) rig.placed(node, parts);
  return rig;
}

const asGiven = (nodes: World['nodes']): World['nodes'] => nodes;
const reversed = (nodes: World['nodes']): World['nodes'] => [...nodes].reverse();

/** All that a plugin could change of a node. */
const stateOf = (nodes: readonly NodeInfo[]): unknown =>
  nodes.map(({ pods, scalars, hostPorts, claims, node: _node, ...numbers }) => ({
    ...numbers,
    pods: [...pods.keys()],
    scalars: [...scalars],
    hostPorts: [...hostPorts].map(([key, addresses]) => [key, [...addresses]]),
    claims: [...claims],
  }));

/** Lets pods and nodes come, change and go in a rig; gives back the world that is left. */
function live(rig: PluginRig, { nodes, incoming }: World, placed: Pod[], random: Random): World {
  const left = new Map(nodes);
  const pods = new Map(placed.map((pod) => [pod.metadata.uid, pod]));
  for (let step = 0; step < 30; step++) {
    const name = `node-${random.int(0, 7)}`;
    const action = random.int(0, 3);
    if (action === 0 && pods.size > 0) {
      const uid = random.pick([...pods.keys()]);
      pods.delete(uid);
      rig.cache.removePod(uid);
    } else if (action === 1 && left.has(name)) {
      const pod = rig.placed(name, podParts(random));
      pods.set(pod.metadata.uid, pod);
    } else if (action === 2 && left.has(name)) {
      const parts = world(random.int(100, 999)).nodes[0]![1];
      left.set(name, parts);
      rig.changeNode(name, parts);
    } else if (action === 3) {
      if (left.has(name)) {
        left.delete(name);
        rig.cache.removeNode(name);
      } else {
        const parts = world(random.int(100, 999)).nodes[0]![1];
        left.set(name, parts);
        rig.changeNode(name, parts);
      }
    }
  }
  const on = [...pods.values()].filter(({ spec }) => left.has(spec.nodeName!));
  return {
    nodes: [...left],
    placed: on.map(({ metadata, spec }) => [spec.nodeName!, { ...spec, labels: metadata.labels! }]),
    incoming,
  };
}

const SEEDS = Array.from({ length: 12 }, (_zero, i) => i + 1);

describe.each(plugins.map((entry) => [new PluginRig().create(entry).name, entry] as const))(
  'The plugin %s',
  (_name, entry) => {
    const sample = new PluginRig().create(entry);

    it('changes no node and no pod', () => {
      for (const seed of SEEDS) {
        const given = world(seed);
        const rig = build(given, asGiven);
        const before = stateOf(rig.cache.nodeList());
        const podsBefore = rig.cluster.user.list<Pod>('pods');
        for (const pod of given.incoming) {
          if (sample.filter !== undefined) rig.verdicts(entry, pod);
          if (sample.score !== undefined) rig.scores(entry, pod);
        }
        expect(stateOf(rig.cache.nodeList())).toEqual(before);
        expect(rig.cluster.user.list<Pod>('pods')).toEqual(expect.arrayContaining(podsBefore));
      }
    });

    it('answers after any history as it would from the start', () => {
      for (const seed of SEEDS) {
        const given = world(seed);
        const old = new PluginRig();
        for (const [name, parts] of given.nodes) old.node(name, parts);
        const placed = given.placed.map(([node, parts]) => old.placed(node, parts));
        const ask = (rig: PluginRig): unknown =>
          given.incoming.map((pod) => [
            sample.filter === undefined ? undefined : rig.verdicts(entry, pod),
            sample.score === undefined ? undefined : rig.scores(entry, pod),
          ]);
        // Asking makes the counts that the changes have to keep right.
        ask(old);
        const left = live(old, given, placed, Random.ofSeed(seed));
        expect(ask(old)).toEqual(ask(build(left, asGiven)));
      }
    });

    if (sample.score !== undefined) {
      it('scores whole numbers from 0 to 100, the same in any order of nodes', () => {
        for (const seed of SEEDS) {
          const given = world(seed);
          const rigs = [build(given, asGiven), build(given, reversed)] as const;
          for (const pod of given.incoming) {
            const scores = rigs[0].scores(entry, pod);
            expect(rigs[1].scores(entry, pod)).toEqual(scores);
            if (scores === 'skip') continue;
            for (const score of Object.values(scores)) {
              expect(Number.isInteger(score) && score >= 0 && score <= 100).toBe(true);
            }
          }
        }
      });
    }

    if (sample.filter !== undefined) {
      it('says the same of each node in any order of nodes, and why', () => {
        for (const seed of SEEDS) {
          const given = world(seed);
          const rigs = [build(given, asGiven), build(given, reversed)] as const;
          for (const pod of given.incoming) {
            const verdicts = rigs[0].verdicts(entry, pod);
            expect(rigs[1].verdicts(entry, pod)).toEqual(verdicts);
            for (const verdict of Object.values(verdicts)) {
              if (verdict !== 'ok') expect(verdict.length).toBeGreaterThan(0);
            }
          }
        }
      });
    }
  },
);
