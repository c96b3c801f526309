import { deploymentController } from '../../lib/orchestrator/controllers/deployment/deployment-controller';
import { disruptionController } from '../../lib/orchestrator/controllers/disruption/disruption-controller';
import { replicaSetController } from '../../lib/orchestrator/controllers/replica-set/replica-set-controller';
import { statefulSetController } from '../../lib/orchestrator/controllers/stateful-set/stateful-set-controller';
import type {
  Deployment,
  Pod,
  PodDisruptionBudget,
  StatefulSet,
} from '../../lib/orchestrator/api/objects';
import { conformsToControllerRules } from './kit/conformance';
import { deployment, disruptionBudget, statefulSet, template } from './kit/objects';
import type { Simulation } from './kit/simulation';

const images = (simulation: Simulation): string[] =>
  simulation
    .pods()
    .map((pod: Pod) => pod.spec.containers[0]!.image)
    .sort();

/** Counts of a status, without names, times and texts. */
const counts = (status: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(status).filter(([, value]) => typeof value === 'number'));

conformsToControllerRules('the Deployment controller with its ReplicaSets and budget', {
  controllers: [deploymentController, replicaSetController, disruptionController],
  steps: [
    {
      atMs: 0,
      act: ({ user }) => {
        user.create<Deployment>(
          'deployments.apps',
          'default',
          deployment(5, { minReadySeconds: 1 }),
        );
        const budget = disruptionBudget({ maxUnavailable: 1 });
        user.create<PodDisruptionBudget>('poddisruptionbudgets.policy', 'default', budget);
      },
    },
    {
      atMs: 5000,
      act: (simulation) => {
        const web = simulation.get<Deployment>('deployments.apps', 'web');
        const spec = { ...web.spec, template: template('app:v2') };
        simulation.user.update<Deployment>('deployments.apps', { ...web, spec });
      },
    },
    {
      atMs: 7500,
      act: (simulation) => {
        const web = simulation.get<Deployment>('deployments.apps', 'web');
        const spec = { ...web.spec, replicas: 8 };
        simulation.user.update<Deployment>('deployments.apps', { ...web, spec });
      },
    },
  ],
  settledAtMs: 60_000,
  outcome: (simulation) => ({
    images: images(simulation),
    status: counts(simulation.get<Deployment>('deployments.apps', 'web').status),
    conditions: simulation
      .get<Deployment>('deployments.apps', 'web')
      .status.conditions?.map((c) => `${c.type}=${c.status} ${c.reason}`)
      .sort(),
    budget: counts(
      simulation.get<PodDisruptionBudget>('poddisruptionbudgets.policy', 'web').status,
    ),
  }),
});

conformsToControllerRules('the StatefulSet controller', {
  controllers: [statefulSetController],
  steps: [
    {
      atMs: 0,
      act: ({ user }) =>
        void user.create<StatefulSet>('statefulsets.apps', 'default', statefulSet(3)),
    },
    {
      atMs: 12_000,
      act: (simulation) => {
        const db = simulation.get<StatefulSet>('statefulsets.apps', 'db');
        const spec = { ...db.spec, replicas: 2, template: template('app:v2') };
        simulation.user.update<StatefulSet>('statefulsets.apps', { ...db, spec });
      },
    },
  ],
  settledAtMs: 60_000,
  outcome: (simulation) => ({
    images: images(simulation),
    names: simulation.pods().map((pod) => pod.metadata.name),
    status: counts(simulation.get<StatefulSet>('statefulsets.apps', 'db').status),
    revisions: simulation.list('controllerrevisions.apps').length,
  }),
});
