import { replicaSetController } from '../../../lib/orchestrator/controllers/replica-set/replica-set-controller';
import type { AdmissionStep } from '../../../lib/orchestrator/apiserver/admission/admission';
import type { Pod, ReplicaSet } from '../../../lib/orchestrator/api/objects';
import { forbiddenError } from '../../../lib/orchestrator/api/status-error';
import { replicaSet, template } from '../kit/objects';
import { Simulation } from '../kit/simulation';

const RESOURCE = 'replicasets.apps';

function start(replicas: number, admission: AdmissionStep[] = []): Simulation {
  const simulation = new Simulation({ controllers: [replicaSetController], admission });
  simulation.user.create<ReplicaSet>(RESOURCE, 'default', replicaSet(replicas));
  return simulation;
}

function scale(simulation: Simulation, replicas: number): void {
  const set = simulation.get<ReplicaSet>(RESOURCE, 'web');
  simulation.user.update<ReplicaSet>(RESOURCE, { ...set, spec: { ...set.spec, replicas } });
}

/** Refuses pods beyond a number, as a quota does. */
const quota = (limit: number): AdmissionStep => ({
  name: 'Quota',
  resources: ['pods'],
  verbs: ['create'],
  validate: (request, server) => {
    const pods = [...server.store.objects('pods')].length;
    if (pods < limit) return;
    throw forbiddenError({ group: '', resource: 'pods' }, request.name, 'exceeded quota: compute');
  },
});

describe('a ReplicaSet', () => {
  it('creates its pods at once, all of one shared template, and counts them', () => {
    const simulation = start(700);
    simulation.run(100);
    const pods = simulation.pods();
    expect(pods).toHaveLength(700);
    expect(new Set(pods.map((pod) => pod.spec.containers)).size).toBe(1);
    simulation.run(10_000);
    expect(simulation.get<ReplicaSet>(RESOURCE, 'web').status).toEqual({
      replicas: 700,
      fullyLabeledReplicas: 700,
      readyReplicas: 700,
      availableReplicas: 700,
      terminatingReplicas: 0,
      observedGeneration: 1,
    });
  });

  it('replaces a pod as soon as it is being deleted, and counts it as terminating', () => {
    const simulation = start(2);
    simulation.run(5000);
    const [victim] = simulation.pods();
    simulation.user.delete('pods', 'default', victim!.metadata.name);
    simulation.run(100);
    expect(simulation.pods()).toHaveLength(3);
    const { status } = simulation.get<ReplicaSet>(RESOURCE, 'web');
    expect(status).toMatchObject({ replicas: 2, terminatingReplicas: 1 });
  });

  it('replaces a failed pod and leaves its object', () => {
    const simulation = start(2);
    simulation.run(5000);
    const [victim] = simulation.pods();
    simulation.agent!.setStatus(`default/${victim!.metadata.name}`, { phase: 'Failed' }, 'False');
    simulation.run(5000);
    expect(simulation.pods()).toHaveLength(3);
    expect(simulation.get<ReplicaSet>(RESOURCE, 'web').status.replicas).toBe(2);
  });

  it('scales down by deleting the pods that serve least', () => {
    const simulation = start(4);
    simulation.run(5000);
    const unready = simulation.pods()[2]!.metadata.name;
    simulation.agent!.setStatus(`default/${unready}`, {}, 'False');
    simulation.run(100);
    scale(simulation, 3);
    simulation.run(100);
    const leaving = simulation.pods().filter((pod) => pod.metadata.deletionTimestamp);
    expect(leaving.map((pod) => pod.metadata.name)).toEqual([unready]);
    expect(simulation.events().at(-1)).toBe(
      `ReplicaSet/web Normal SuccessfulDelete x1 Deleted pod: ${unready}`,
    );
  });

  it('releases a pod whose labels no longer match and creates another', () => {
    const simulation = start(1);
    simulation.run(5000);
    const [pod] = simulation.pods();
    const metadata = { ...pod!.metadata, labels: { app: 'debug' } };
    simulation.user.update<Pod>('pods', { ...pod!, metadata });
    simulation.run(100);
    const owners = simulation.pods().map((one) => one.metadata.ownerReferences?.length ?? 0);
    expect(owners.sort()).toEqual([0, 1]);
  });

  it('adopts orphans that match instead of creating pods', () => {
    const simulation = new Simulation({ controllers: [replicaSetController] });
    for (const name of ['a', 'b']) {
      simulation.user.create<Pod>('pods', 'default', {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, labels: { app: 'web' } },
        spec: template().spec,
      });
    }
    simulation.run(5000);
    simulation.user.create<ReplicaSet>(RESOURCE, 'default', replicaSet(2));
    simulation.run(5000);
    const pods = simulation.pods();
    expect(pods.map((pod) => pod.metadata.name)).toEqual(['a', 'b']);
    expect(pods.map((pod) => pod.metadata.ownerReferences?.[0]?.name)).toEqual(['web', 'web']);
  });

  it('deletes an adopted pod that is one too many as it was when it was adopted', () => {
    const simulation = start(2);
    simulation.run(5000);
    simulation.user.create<Pod>('pods', 'default', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'stray', labels: { app: 'web' } },
      spec: template().spec,
    });
    simulation.run(5000);
    const [adopted, leaving] = simulation
      .writes<Pod>('pods')
      .filter(({ object }) => object.metadata.name === 'stray')
      .filter(({ object }) => object.metadata.ownerReferences !== undefined);
    expect(adopted!.object.metadata.deletionTimestamp).toBeUndefined();
    expect(leaving!.object.metadata.deletionTimestamp).toBeDefined();
    expect(leaving!.at).toBe(adopted!.at);
    expect(simulation.pods().map((pod) => pod.metadata.name)).not.toContain('stray');
  });

  it('says why pods cannot be created, keeps trying ever slower, and goes on when it can', () => {
    const simulation = start(3, [quota(2)]);
    simulation.run(3000);
    const { status } = simulation.get<ReplicaSet>(RESOURCE, 'web');
    expect(status.replicas).toBe(2);
    expect(status.conditions).toEqual([
      expect.objectContaining({ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' }),
    ]);
    expect(status.conditions?.[0]?.message).toMatch(/is forbidden: exceeded quota: compute$/);
    const refusals = simulation.refusals().length;
    expect(refusals).toBeGreaterThan(7);
    expect(refusals).toBeLessThan(14);
    const warnings = simulation.events().filter((line) => line.includes('FailedCreate'));
    expect(warnings[0]).toMatch(/x1 Error creating: pods "web-\w{5}" is forbidden/);
    scale(simulation, 2);
    simulation.run(5000);
    expect(simulation.get<ReplicaSet>(RESOURCE, 'web').status.conditions).toBeUndefined();
  });

  it('stops at the first batch that fails: it tries 1, then 2, and no more', () => {
    const simulation = start(100, [quota(1)]);
    simulation.run(4);
    expect(simulation.refusals()).toHaveLength(2);
  });

  it('makes pods available minReadySeconds after they are ready, to the second', () => {
    const simulation = new Simulation({ controllers: [replicaSetController] });
    simulation.user.create<ReplicaSet>(RESOURCE, 'default', replicaSet(2, { minReadySeconds: 5 }));
    simulation.run(60_000);
    const statuses = simulation.writes<ReplicaSet>(RESOURCE).filter(({ object }) => object.status);
    const ready = statuses.find(({ object }) => object.status.readyReplicas === 2);
    const available = statuses.find(({ object }) => object.status.availableReplicas === 2);
    expect(available!.at - ready!.at).toBeGreaterThanOrEqual(4990);
    expect(available!.at - ready!.at).toBeLessThanOrEqual(5000);
  });
});
