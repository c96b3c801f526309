import { admission } from '../../lib/orchestrator/apiserver/admission';
import { replicaSetController } from '../../lib/orchestrator/controllers/replica-set/replica-set-controller';
import { resourceQuotaController } from '../../lib/orchestrator/controllers/resource-quota';
import { serviceAccountController } from '../../lib/orchestrator/controllers/service-account';
import type {
  PodTemplateSpec,
  ReplicaSet,
  ResourceQuota,
} from '../../lib/orchestrator/api/objects';
import { replicaSet, template } from './kit/objects';
import { Simulation } from './kit/simulation';

const controllers = [serviceAccountController, resourceQuotaController, replicaSetController];

function sized(): PodTemplateSpec {
  const plain = template();
  const [container] = plain.spec.containers;
  const resources = { requests: { cpu: '100m', memory: '128Mi' } };
  return { ...plain, spec: { ...plain.spec, containers: [{ ...container!, resources }] } };
}

function start(hard: Record<string, string>): Simulation {
  const simulation = new Simulation({ controllers, admission });
  simulation.user.create<ResourceQuota>('resourcequotas', 'default', {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'compute' },
    spec: { hard },
  });
  simulation.run(10);
  return simulation;
}

const used = (simulation: Simulation): unknown =>
  simulation.get<ResourceQuota>('resourcequotas', 'compute').status.used;

describe('a ResourceQuota', () => {
  it('starts with what is there', () => {
    const simulation = start({ pods: '10', 'requests.cpu': '250m', serviceaccounts: '1' });
    expect(used(simulation)).toEqual({ pods: '0', 'requests.cpu': '0', serviceaccounts: '0' });
  });

  it('limits a ReplicaSet, and gives back what goes', () => {
    const simulation = start({ pods: '10', 'requests.cpu': '250m', 'count/replicasets.apps': '1' });
    simulation.user.create<ReplicaSet>(
      'replicasets.apps',
      'default',
      replicaSet(3, { template: sized() }),
    );
    simulation.run(5000);
    expect(simulation.pods()).toHaveLength(2);
    const { conditions } = simulation.get<ReplicaSet>('replicasets.apps', 'web').status;
    expect(conditions?.[0]?.message).toMatch(
      /^pods "web-\w{5}" is forbidden: exceeded quota: compute, requested: requests.cpu=100m, used: requests.cpu=200m, limited: requests.cpu=250m$/,
    );
    expect(used(simulation)).toEqual({
      pods: '2',
      'requests.cpu': '200m',
      'count/replicasets.apps': '1',
    });
    const set = simulation.get<ReplicaSet>('replicasets.apps', 'web');
    simulation.user.update<ReplicaSet>('replicasets.apps', {
      ...set,
      spec: { ...set.spec, replicas: 1 },
    });
    simulation.run(5000);
    expect(used(simulation)).toMatchObject({ pods: '1', 'requests.cpu': '100m' });
  });
});
