import { deploymentController } from '../../../lib/orchestrator/controllers/deployment/deployment-controller';
import { disruptionController } from '../../../lib/orchestrator/controllers/disruption/disruption-controller';
import { replicaSetController } from '../../../lib/orchestrator/controllers/replica-set/replica-set-controller';
import type { Deployment, Pod, PodDisruptionBudget } from '../../../lib/orchestrator/api/objects';
import { deployment, disruptionBudget, template } from '../kit/objects';
import { Simulation } from '../kit/simulation';

const RESOURCE = 'poddisruptionbudgets.policy';
const controllers = [deploymentController, replicaSetController, disruptionController];

function start(replicas: number, spec: Partial<PodDisruptionBudget['spec']>): Simulation {
  const simulation = new Simulation({ controllers });
  simulation.user.create<PodDisruptionBudget>(RESOURCE, 'default', disruptionBudget(spec));
  simulation.run(10);
  if (replicas > 0) {
    simulation.user.create<Deployment>('deployments.apps', 'default', deployment(replicas));
  }
  simulation.run(5000);
  return simulation;
}

const status = (simulation: Simulation): PodDisruptionBudget['status'] =>
  simulation.get<PodDisruptionBudget>(RESOURCE, 'web').status;

/** `allowed current/desired of expected` */
const line = (s: PodDisruptionBudget['status']): string =>
  `${s.disruptionsAllowed} ${s.currentHealthy}/${s.desiredHealthy} of ${s.expectedPods}`;

describe('a PodDisruptionBudget', () => {
  const budgets: [number, Partial<PodDisruptionBudget['spec']>, string][] = [
    [4, { minAvailable: 3 }, '1 4/3 of 4'],
    [4, { minAvailable: '50%' }, '2 4/2 of 4'],
    [3, { minAvailable: '50%' }, '1 3/2 of 3'],
    [7, { maxUnavailable: '30%' }, '3 7/4 of 7'],
    [4, { maxUnavailable: 1 }, '1 4/3 of 4'],
    [4, { maxUnavailable: 0 }, '0 4/4 of 4'],
    [2, { minAvailable: 5 }, '0 2/5 of 2'],
  ];
  it.each(budgets)('over %d replicas with %j allows %s', (replicas, spec, expected) => {
    expect(line(status(start(replicas, spec)))).toBe(expected);
  });

  it('allows nothing and says so while it sees no pods', () => {
    const simulation = start(0, { minAvailable: 3 });
    expect(status(simulation)).toEqual({
      observedGeneration: 1,
      disruptionsAllowed: 0,
      currentHealthy: 0,
      desiredHealthy: 3,
      expectedPods: 0,
      conditions: [
        {
          type: 'DisruptionAllowed',
          status: 'False',
          observedGeneration: 1,
          lastTransitionTime: '2026-01-01T00:00:00Z',
          reason: 'InsufficientPods',
          message: '',
        },
      ],
    });
    expect(simulation.events('PodDisruptionBudget')[0]).toMatch(
      /^PodDisruptionBudget\/web Normal NoPods x\d No matching pods found$/,
    );
  });

  it('lets one pod be evicted, refuses the next, and allows one again when it is replaced', () => {
    const simulation = start(4, { minAvailable: 3 });
    const [first, second] = simulation.pods();
    const evict = (pod: Pod): void => {
      const { name } = pod.metadata;
      simulation.user.subresource('create', 'pods', 'default', name, 'eviction', {
        metadata: { name, namespace: 'default' },
      });
    };
    evict(first!);
    expect(status(simulation).disruptedPods).toEqual({
      [first!.metadata.name]: '2026-01-01T00:00:05Z',
    });
    expect(() => evict(second!)).toThrow(
      "Cannot evict pod as it would violate the pod's disruption budget.",
    );
    simulation.run(100);
    expect(status(simulation).disruptedPods).toBeUndefined();
    expect(line(status(simulation))).toBe('0 3/3 of 5');
    simulation.run(5000);
    expect(line(status(simulation))).toBe('1 4/3 of 4');
    expect(status(simulation).conditions?.[0]?.reason).toBe('SufficientPods');
  });

  it('counts on the Deployment, not on the pods that happen to be there', () => {
    const simulation = start(4, { maxUnavailable: 1 });
    const web = simulation.get<Deployment>('deployments.apps', 'web');
    const spec = { ...web.spec, template: template('app:v2', { 'drydock/never-ready': 'true' }) };
    simulation.user.update<Deployment>('deployments.apps', { ...web, spec });
    simulation.run(10_000);
    expect(simulation.pods().length).toBeGreaterThan(4);
    expect(line(status(simulation))).toBe('0 3/3 of 4');
  });

  it('warns of pods without a controller, where their number matters', () => {
    const simulation = new Simulation({ controllers });
    simulation.user.create<Pod>('pods', 'default', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'lonely', labels: { app: 'web' } },
      spec: template().spec,
    });
    simulation.user.create<PodDisruptionBudget>(
      RESOURCE,
      'default',
      disruptionBudget({ maxUnavailable: 1 }),
    );
    simulation.run(10);
    expect(simulation.events('PodDisruptionBudget')[0]).toMatch(/Warning UnmanagedPods x\d Pods/);
    expect(line(status(simulation))).toBe('0 0/0 of 0');
  });

  it('fails safe when a controller does not say how many pods it wants', () => {
    const simulation = new Simulation({ controllers });
    simulation.user.create<Pod>('pods', 'default', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'agent',
        labels: { app: 'web' },
        ownerReferences: [
          { apiVersion: 'example.com/v1', kind: 'Fleet', name: 'f', uid: 'f', controller: true },
        ],
      },
      spec: template().spec,
    });
    simulation.user.create<PodDisruptionBudget>(
      RESOURCE,
      'default',
      disruptionBudget({ maxUnavailable: 1 }),
    );
    simulation.run(100);
    expect(status(simulation).conditions?.[0]).toMatchObject({
      status: 'False',
      reason: 'SyncFailed',
      message: 'found no controllers for pod "agent"',
    });
  });

  it('forgets a disruption that did not happen within two minutes', () => {
    const simulation = start(2, { minAvailable: 1 });
    const budget = simulation.get<PodDisruptionBudget>(RESOURCE, 'web');
    const [pod] = simulation.pods();
    const disruptedPods = { [pod!.metadata.name]: '2026-01-01T00:00:05Z' };
    simulation.user.updateStatus<PodDisruptionBudget>(RESOURCE, {
      ...budget,
      status: { ...budget.status, disruptedPods },
    });
    simulation.run(60_000);
    expect(line(status(simulation))).toBe('0 1/1 of 2');
    simulation.run(61_000);
    expect(line(status(simulation))).toBe('1 2/1 of 2');
    expect(simulation.events('Pod')).toEqual([
      expect.stringContaining('Warning NotDeleted x1 Pod was expected by PDB default/web'),
    ]);
  });
});
