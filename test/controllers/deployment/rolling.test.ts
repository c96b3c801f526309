import { deploymentController } from '../../../lib/orchestrator/controllers/deployment/deployment-controller';
import { replicaSetController } from '../../../lib/orchestrator/controllers/replica-set/replica-set-controller';
import type { Deployment, Pod, ReplicaSet } from '../../../lib/orchestrator/api/objects';
import type { IntOrString } from '../../../lib/orchestrator/api/int-or-string';
import { deployment, template } from '../kit/objects';
import { Simulation, type SimulationOptions } from '../kit/simulation';

const controllers = [deploymentController, replicaSetController];

function start(spec: Parameters<typeof deployment>, options: Partial<SimulationOptions> = {}) {
  const simulation = new Simulation({ controllers, ...options });
  simulation.user.create<Deployment>('deployments.apps', 'default', deployment(...spec));
  simulation.run(5000);
  return simulation;
}

function setImage(simulation: Simulation, image: string, annotations = {}): void {
  const web = simulation.get<Deployment>('deployments.apps', 'web');
  simulation.user.update<Deployment>('deployments.apps', {
    ...web,
    spec: { ...web.spec, template: template(image, annotations) },
  });
}

/** Sizes `new/old` of ReplicaSets as they were written, from the creation of the new one. */
function sizes(simulation: Simulation): string[] {
  const now = new Map<string, number>();
  const steps: string[] = [];
  let names: string[] = [];
  for (const { object } of simulation.writes<ReplicaSet>('replicasets.apps')) {
    const { name } = object.metadata;
    if (!names.includes(name)) names = [...names, name];
    if (now.get(name) === object.spec.replicas) continue;
    now.set(name, object.spec.replicas);
    if (names.length > 1) steps.push(`${now.get(names[1]!)}/${now.get(names[0]!)}`);
  }
  return steps;
}

describe('a Deployment with RollingUpdate', () => {
  const worked: [number, IntOrString, IntOrString, string][] = [
    [10, '25%', '25%', '3/10 3/8 5/8 5/3 10/3 10/0'],
    [4, '25%', '25%', '1/4 1/3 2/3 2/1 4/1 4/0'],
    [3, '25%', '25%', '1/3 1/2 2/2 2/1 3/1 3/0'],
    [2, '25%', '25%', '1/2 1/1 2/1 2/0'],
    [1, '25%', '25%', '1/1 1/0'],
    [5, 0, 1, '0/5 0/4 1/4 1/3 2/3 2/2 3/2 3/1 4/1 4/0 5/0'],
    [5, 1, 0, '1/5 1/4 2/4 2/3 3/3 3/2 4/2 4/1 5/1 5/0'],
    [6, '50%', 0, '3/6 3/3 6/3 6/0'],
    [3, '100%', 0, '3/3 3/0'],
    [4, 0, '50%', '0/4 0/2 2/2 2/0 4/0'],
  ];
  it.each(worked)('of %d replicas, surge %s and unavailable %s, goes %s', (...row) => {
    const [replicas, maxSurge, maxUnavailable, expected] = row;
    const strategy = {
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge, maxUnavailable },
    } as const;
    const simulation = start([replicas, { strategy }]);
    setImage(simulation, 'app:v2');
    simulation.run(60_000);
    expect(sizes(simulation).join(' ')).toBe(expected);
    expect(simulation.pods().map((pod) => pod.spec.containers[0]?.image)).toEqual(
      Array<string>(replicas).fill('app:v2'),
    );
  });

  it('stops at the surge when new pods never get ready, and says so after the deadline', () => {
    const simulation = start([10, { progressDeadlineSeconds: 30 }]);
    setImage(simulation, 'app:v2', { 'drydock/never-ready': 'true' });
    simulation.run(29_000);
    expect(sizes(simulation).at(-1)).toBe('5/8');
    const before = simulation.get<Deployment>('deployments.apps', 'web').status;
    expect(before.conditions?.map((c) => `${c.type}=${c.status} ${c.reason}`)).toEqual([
      'Available=True MinimumReplicasAvailable',
      'Progressing=True ReplicaSetUpdated',
    ]);
    simulation.run(4000);
    const after = simulation.get<Deployment>('deployments.apps', 'web').status;
    expect(after.conditions?.at(-1)).toMatchObject({
      type: 'Progressing',
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
    });
    expect(after.availableReplicas).toBe(8);
    expect(after.unavailableReplicas).toBe(5);
  });

  it('goes back to the ReplicaSet of the earlier template and remembers its revisions', () => {
    const simulation = start([4]);
    setImage(simulation, 'app:v2', { 'drydock/never-ready': 'true' });
    simulation.run(5000);
    setImage(simulation, 'app:v1');
    simulation.run(20_000);
    const sets = simulation
      .list<ReplicaSet>('replicasets.apps')
      .map((set) => ({ ...set.metadata.annotations, replicas: set.spec.replicas }));
    expect(sets).toContainEqual(
      expect.objectContaining({
        'deployment.kubernetes.io/revision': '3',
        'deployment.kubernetes.io/revision-history': '1',
        replicas: 4,
      }),
    );
    const web = simulation.get<Deployment>('deployments.apps', 'web');
    expect(web.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3');
    expect(web.status.readyReplicas).toBe(4);
  });

  it('writes the statuses that kube-controller-manager writes', () => {
    const simulation = start([4, { minReadySeconds: 2 }]);
    simulation.run(1000);
    const statuses = simulation
      .writes<Deployment>('deployments.apps')
      .map(({ object }) => object.status)
      .map((s) => [
        s.observedGeneration ?? '-',
        s.replicas ?? 0,
        s.updatedReplicas ?? 0,
        s.readyReplicas ?? 0,
        s.availableReplicas ?? 0,
        s.unavailableReplicas ?? 0,
        s.terminatingReplicas ?? '-',
        (s.conditions ?? []).map((c) => c.reason).join(','),
      ])
      .map((row) => row.join(' '));
    expect(statuses.slice(0, 4)).toEqual([
      '- 0 0 0 0 0 - ',
      '- 0 0 0 0 0 - NewReplicaSetCreated',
      '1 0 0 0 0 4 0 NewReplicaSetCreated,MinimumReplicasUnavailable',
      '1 4 4 0 0 4 0 MinimumReplicasUnavailable,ReplicaSetUpdated',
    ]);
    expect(statuses.at(-1)).toBe('1 4 4 4 4 0 0 MinimumReplicasAvailable,NewReplicaSetAvailable');
    expect(simulation.refusals()).toEqual([]);
  });

  it('has the first new pods made before the first old pods are taken', () => {
    const simulation = start([4], { watchDelayMs: 14 });
    setImage(simulation, 'app:v2');
    const from = simulation.clock.now;
    simulation.run(500);
    const when = (is: (pod: Pod, verb: string) => boolean): number =>
      simulation.writes<Pod>('pods').find(({ at, verb, object }) => at >= from && is(object, verb))!
        .at;
    const made = when((_pod, verb) => verb === 'ADDED');
    const taken = when(({ metadata }) => metadata.deletionTimestamp !== undefined);
    expect(taken - made).toBeGreaterThanOrEqual(10);
    expect(taken - made).toBeLessThan(50);
  });

  it('tells of every scaling', () => {
    const simulation = start([1]);
    setImage(simulation, 'app:v2');
    simulation.run(20_000);
    const [first, second] = simulation
      .list<ReplicaSet>('replicasets.apps')
      .sort(
        (a, b) =>
          Number(a.metadata.annotations?.['deployment.kubernetes.io/revision']) -
          Number(b.metadata.annotations?.['deployment.kubernetes.io/revision']),
      )
      .map((set) => set.metadata.name);
    expect(simulation.events('Deployment')).toEqual([
      `Deployment/web Normal ScalingReplicaSet x1 Scaled up replica set ${first} from 0 to 1`,
      `Deployment/web Normal ScalingReplicaSet x1 Scaled up replica set ${second} from 0 to 1`,
      `Deployment/web Normal ScalingReplicaSet x1 Scaled down replica set ${first} from 1 to 0`,
    ]);
  });
});
