import { daemonSetController } from '../../../lib/orchestrator/controllers/daemon-set/daemon-set-controller';
import type { DaemonSet, Node, Pod, Taint } from '../../../lib/orchestrator/api/objects';
import { conformsToControllerRules } from '../kit/conformance';
import { daemonSet, node, template } from '../kit/objects';
import { Simulation } from '../kit/simulation';

const RESOURCE = 'daemonsets.apps';
const GPU: Taint = { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' };

function start(spec: Partial<DaemonSet['spec']> = {}): Simulation {
  const simulation = new Simulation({ controllers: [daemonSetController] });
  createNodes(simulation);
  simulation.user.create<DaemonSet>(RESOURCE, 'default', daemonSet(spec));
  simulation.run(5000);
  return simulation;
}

function createNodes({ user }: Simulation): void {
  user.create<Node>('nodes', undefined, node('node-1'));
  user.create<Node>('nodes', undefined, node('node-2'));
  user.create<Node>('nodes', undefined, node('node-3', { taints: [GPU] }));
}

function setTaints(simulation: Simulation, name: string, taints: readonly Taint[]): void {
  const object = simulation.user.get<Node>('nodes', undefined, name);
  simulation.user.update<Node>('nodes', { ...object, spec: { ...object.spec, taints } });
}

function change(simulation: Simulation, spec: Partial<DaemonSet['spec']>): void {
  const set = simulation.get<DaemonSet>(RESOURCE, 'agent');
  simulation.user.update<DaemonSet>(RESOURCE, { ...set, spec: { ...set.spec, ...spec } });
}

/** `node image`, `-` before the node of one that is terminating. */
const places = (simulation: Simulation): string[] =>
  simulation
    .pods()
    .map(({ metadata, spec }) => {
      const leaving = metadata.deletionTimestamp === undefined ? '' : '-';
      return `${leaving}${spec.nodeName} ${spec.containers[0]!.image}`;
    })
    .sort();

describe('a DaemonSet', () => {
  it('runs on nodes whose taints it tolerates, and follows them', () => {
    const simulation = start();
    expect(places(simulation)).toEqual(['node-1 app:v1', 'node-2 app:v1']);
    setTaints(simulation, 'node-3', []);
    simulation.run(5000);
    expect(places(simulation)).toHaveLength(3);
    setTaints(simulation, 'node-1', [GPU]);
    simulation.run(5000);
    expect(places(simulation)).toHaveLength(3);
    expect(simulation.get<DaemonSet>(RESOURCE, 'agent').status['numberMisscheduled']).toBe(1);
    setTaints(simulation, 'node-1', [{ ...GPU, effect: 'NoExecute' }]);
    simulation.run(5000);
    expect(places(simulation)).toEqual(['node-2 app:v1', 'node-3 app:v1']);
  });

  it('has counted the first of the pods that it makes, as recorded, before the others', () => {
    const simulation = new Simulation({ controllers: [daemonSetController] });
    createNodes(simulation);
    const { api } = simulation;
    const counts: number[] = [];
    api.watch<DaemonSet>(RESOURCE, {}, api.store.revision, ({ object }) =>
      counts.push(object.status['currentNumberScheduled'] ?? 0),
    );
    simulation.user.create<DaemonSet>(RESOURCE, 'default', daemonSet({}));
    simulation.run(500);
    expect(counts.slice(0, 3)).toEqual([0, 1, 2]);
  });

  it('tolerates that nodes are cordoned, not ready or under pressure, and pins its pods', () => {
    const simulation = start();
    const [pod] = simulation.pods();
    expect(pod!.spec.tolerations?.map(({ key, effect }) => `${key} ${effect}`)).toEqual([
      'node.kubernetes.io/not-ready NoExecute',
      'node.kubernetes.io/unreachable NoExecute',
      'node.kubernetes.io/disk-pressure NoSchedule',
      'node.kubernetes.io/memory-pressure NoSchedule',
      'node.kubernetes.io/pid-pressure NoSchedule',
      'node.kubernetes.io/unschedulable NoSchedule',
    ]);
    expect(pod!.metadata.labels).toMatchObject({ 'pod-template-generation': '1' });
    expect(pod!.metadata.labels!['controller-revision-hash']).toMatch(/^[456789bcdf]+$/);
  });

  it('is updated one node at a time', () => {
    const simulation = start();
    change(simulation, { template: template('app:v2') });
    simulation.run(100);
    expect(places(simulation)).toEqual(['-node-1 app:v1', 'node-2 app:v1']);
    simulation.run(4500);
    expect(places(simulation).filter((place) => place.startsWith('-'))).toEqual(['-node-2 app:v1']);
    simulation.run(10_000);
    expect(places(simulation)).toEqual(['node-1 app:v2', 'node-2 app:v2']);
    expect(simulation.get<DaemonSet>(RESOURCE, 'agent').status).toEqual({
      currentNumberScheduled: 2,
      numberMisscheduled: 0,
      desiredNumberScheduled: 2,
      numberReady: 2,
      observedGeneration: 2,
      updatedNumberScheduled: 2,
      numberAvailable: 2,
    });
  });

  it('with maxSurge starts the new pod beside the old one and keeps each node served', () => {
    const rollingUpdate = { maxSurge: 1, maxUnavailable: 0 };
    const simulation = start({ updateStrategy: { type: 'RollingUpdate', rollingUpdate } });
    change(simulation, { template: template('app:v2') });
    simulation.run(100);
    expect(places(simulation)).toEqual(['node-1 app:v1', 'node-1 app:v2', 'node-2 app:v1']);
    simulation.run(20_000);
    expect(places(simulation)).toEqual(['node-1 app:v2', 'node-2 app:v2']);
  });

  it('with OnDelete updates what somebody deletes', () => {
    const simulation = start({ updateStrategy: { type: 'OnDelete' } });
    change(simulation, { template: template('app:v2') });
    simulation.run(5000);
    expect(places(simulation)).toEqual(['node-1 app:v1', 'node-2 app:v1']);
    const victim = simulation.pods().find((pod) => pod.spec.nodeName === 'node-2');
    simulation.user.delete('pods', 'default', victim!.metadata.name);
    simulation.run(5000);
    expect(places(simulation)).toEqual(['node-1 app:v1', 'node-2 app:v2']);
  });

  it('replaces a failed pod, ever slower', () => {
    const simulation = start();
    const fail = (): void => {
      const pod = simulation
        .pods()
        .find((one: Pod) => one.spec.nodeName === 'node-1' && one.status.phase === 'Running');
      if (pod === undefined) return;
      simulation.agent!.setStatus(`default/${pod.metadata.name}`, { phase: 'Failed' }, 'False');
    };
    for (let i = 0; i < 60; i++) {
      fail();
      simulation.run(1000);
    }
    const warnings = simulation.events('DaemonSet').filter((line) => line.includes('Failed'));
    expect(warnings.length).toBeGreaterThanOrEqual(4);
    expect(warnings.length).toBeLessThanOrEqual(7);
    expect(warnings[0]).toMatch(
      /Warning FailedDaemonPod x1 Found failed daemon pod default\/agent-/,
    );
  });
});

conformsToControllerRules('the DaemonSet controller', {
  controllers: [daemonSetController],
  steps: [
    {
      atMs: 0,
      act: (simulation) => {
        createNodes(simulation);
        simulation.user.create<DaemonSet>(RESOURCE, 'default', daemonSet());
      },
    },
    { atMs: 5000, act: (simulation) => setTaints(simulation, 'node-3', []) },
    { atMs: 9000, act: (simulation) => change(simulation, { template: template('app:v2') }) },
  ],
  settledAtMs: 60_000,
  outcome: (simulation) => ({
    places: places(simulation),
    status: simulation.get<DaemonSet>(RESOURCE, 'agent').status,
  }),
});
