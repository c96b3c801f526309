import type { Deployment } from '../../../lib/orchestrator/api/objects';
import { deploymentController } from '../../../lib/orchestrator/controllers/deployment/deployment-controller';
import { garbageCollectorController } from '../../../lib/orchestrator/controllers/garbage-collector/garbage-collector';
import { replicaSetController } from '../../../lib/orchestrator/controllers/replica-set/replica-set-controller';
import { deployment } from '../kit/objects';
import { Simulation } from '../kit/simulation';

const RESOURCE = 'deployments.apps';
const controllers = [deploymentController, replicaSetController, garbageCollectorController];

/** The Deployment as it was when it went, after two of its pods were ready. */
function lastOf(propagationPolicy: 'Orphan' | 'Foreground'): Deployment {
  const simulation = new Simulation({ controllers, watchDelayMs: 14 });
  simulation.user.create<Deployment>(RESOURCE, 'default', deployment(2));
  simulation.run(10_000);
  expect(simulation.get<Deployment>(RESOURCE, 'web').status.availableReplicas).toBe(2);
  simulation.user.delete(RESOURCE, 'default', 'web', { propagationPolicy });
  simulation.run(60_000);
  const last = simulation.writes<Deployment>(RESOURCE).at(-1)!;
  expect(last.verb).toBe('DELETED');
  return last.object;
}

describe('The garbage collector', () => {
  it('lets an owner go after its controller has counted it without what it left behind', () => {
    const { status } = lastOf('Orphan');
    expect(status.replicas).toBeUndefined();
    expect(status.conditions).toContainEqual(
      expect.objectContaining({ type: 'Available', status: 'False' }),
    );
  });

  it('lets an owner that waited go after its controller has seen the last dependent leave', () => {
    const { status } = lastOf('Foreground');
    expect(status.terminatingReplicas).toBe(0);
    expect(status.unavailableReplicas).toBeUndefined();
  });
});
