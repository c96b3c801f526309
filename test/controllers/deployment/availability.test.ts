import { deploymentController } from '../../../lib/orchestrator/controllers/deployment/deployment-controller';
import { replicaSetController } from '../../../lib/orchestrator/controllers/replica-set/replica-set-controller';
import {
  isActive,
  isPodReady,
  type Deployment,
  type Pod,
} from '../../../lib/orchestrator/api/objects';
import { deployment, template } from '../kit/objects';
import { Simulation } from '../kit/simulation';

const controllers = [deploymentController, replicaSetController];

/** The fewest ready and the most living pods that there ever were from the update on. */
function bounds(simulation: Simulation, from: number): { fewest: number; most: number } {
  const pods = new Map<string, Pod>();
  let [fewest, most] = [Infinity, 0];
  for (const { at, verb, object } of simulation.writes<Pod>('pods')) {
    if (verb === 'DELETED') pods.delete(object.metadata.uid);
    else pods.set(object.metadata.uid, object);
    if (at < from) continue;
    const living = [...pods.values()].filter(isActive);
    most = Math.max(most, living.length);
    fewest = Math.min(fewest, living.filter(isPodReady).length);
  }
  return { fewest, most };
}

describe('a rolling update, however late controllers see what happens,', () => {
  const delays = [1, 3, 8, 12, 40, 250];
  const limits: [number, number, number][] = [
    [5, 2, 1],
    [7, 1, 0],
    [10, 3, 2],
    [6, 0, 2],
  ];
  const cases = delays.flatMap((delay) =>
    limits.map(([replicas, surge, unavailable]) => ({ delay, replicas, surge, unavailable })),
  );
  it.each(cases)('keeps within its limits: %j', ({ delay, replicas, surge, unavailable }) => {
    const simulation = new Simulation({
      controllers,
      watchDelayMs: delay,
      readyApart: true,
      seed: delay * 100 + replicas,
    });
    const rollingUpdate = { maxSurge: surge, maxUnavailable: unavailable };
    const strategy = { type: 'RollingUpdate', rollingUpdate } as const;
    simulation.user.create<Deployment>(
      'deployments.apps',
      'default',
      deployment(replicas, { strategy }),
    );
    simulation.run(10_000);
    const web = simulation.get<Deployment>('deployments.apps', 'web');
    const from = simulation.clock.now;
    const spec = { ...web.spec, template: template('app:v2') };
    simulation.user.update<Deployment>('deployments.apps', { ...web, spec });
    simulation.run(120_000);
    const { fewest, most } = bounds(simulation, from);
    expect(fewest).toBeGreaterThanOrEqual(replicas - unavailable);
    expect(most).toBeLessThanOrEqual(replicas + surge);
    const images = simulation.pods().map((pod) => pod.spec.containers[0]!.image);
    expect(images).toEqual(Array<string>(replicas).fill('app:v2'));
  });
});
