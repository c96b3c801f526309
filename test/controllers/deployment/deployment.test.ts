import { deploymentController } from '../../../lib/orchestrator/controllers/deployment/deployment-controller';
import { replicaSetController } from '../../../lib/orchestrator/controllers/replica-set/replica-set-controller';
import type { Deployment, Pod, ReplicaSet } from '../../../lib/orchestrator/api/objects';
import { deployment, replicaSet, template } from '../kit/objects';
import { Simulation } from '../kit/simulation';

const RESOURCE = 'deployments.apps';
const controllers = [deploymentController, replicaSetController];

function start(replicas: number, spec: Partial<Deployment['spec']> = {}): Simulation {
  const simulation = new Simulation({ controllers });
  simulation.user.create<Deployment>(RESOURCE, 'default', deployment(replicas, spec));
  simulation.run(5000);
  return simulation;
}

const web = (simulation: Simulation): Deployment => simulation.get<Deployment>(RESOURCE, 'web');

function change(simulation: Simulation, spec: Partial<Deployment['spec']>): void {
  const object = web(simulation);
  simulation.user.update<Deployment>(RESOURCE, { ...object, spec: { ...object.spec, ...spec } });
}

/** `revision: spec.replicas` of the ReplicaSets, by revision. */
function sets(simulation: Simulation): Record<string, number> {
  const found: Record<string, number> = {};
  for (const set of simulation.list<ReplicaSet>('replicasets.apps')) {
    found[set.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? '-'] =
      set.spec.replicas;
  }
  return found;
}

const reasons = (simulation: Simulation): string[] =>
  (web(simulation).status.conditions ?? []).map((c) => `${c.type}=${c.status} ${c.reason}`);

describe('a Deployment', () => {
  it('gives its ReplicaSet name, labels, selector, owner and annotations', () => {
    const simulation = start(2);
    const [set] = simulation.list<ReplicaSet>('replicasets.apps');
    const hash = set!.metadata.labels!['pod-template-hash']!;
    expect(hash).toMatch(/^[456789bcdf]{1,10}$/);
    expect(set!.metadata).toMatchObject({
      name: `web-${hash}`,
      labels: { app: 'web', 'pod-template-hash': hash },
      annotations: {
        'deployment.kubernetes.io/desired-replicas': '2',
        'deployment.kubernetes.io/max-replicas': '3',
        'deployment.kubernetes.io/revision': '1',
      },
      ownerReferences: [{ kind: 'Deployment', name: 'web', controller: true }],
    });
    expect(set!.spec.selector.matchLabels).toEqual({ app: 'web', 'pod-template-hash': hash });
    expect(simulation.pods()[0]!.metadata.labels).toEqual({
      app: 'web',
      'pod-template-hash': hash,
    });
  });

  it('scales without a new revision', () => {
    const simulation = start(2);
    change(simulation, { replicas: 5 });
    simulation.run(5000);
    expect(sets(simulation)).toEqual({ 1: 5 });
    change(simulation, { replicas: 1 });
    simulation.run(5000);
    expect(simulation.pods()).toHaveLength(1);
    expect(simulation.events('Deployment').map((line) => line.replace(/web-\w+/, 'rs'))).toEqual([
      'Deployment/web Normal ScalingReplicaSet x1 Scaled up replica set rs from 0 to 2',
      'Deployment/web Normal ScalingReplicaSet x1 Scaled up replica set rs from 2 to 5',
      'Deployment/web Normal ScalingReplicaSet x1 Scaled down replica set rs from 5 to 1',
    ]);
  });

  const proportional: [number, number, number, number][] = [
    [15, 3, 11, 7],
    [20, 5, 15, 10],
    [5, 3, 5, 3],
    [5, 2, 4, 3],
  ];
  it.each(proportional)(
    'scaled mid-rollout to %d with surge %d shares it out as %d and %d',
    (...row) => {
      const [replicas, surge, old, fresh] = row;
      const strategy = (maxSurge: number): Deployment['spec']['strategy'] => ({
        type: 'RollingUpdate',
        rollingUpdate: { maxSurge, maxUnavailable: 2 },
      });
      const simulation = start(10, { strategy: strategy(3) });
      change(simulation, { template: template('app:v2', { 'drydock/never-ready': 'true' }) });
      simulation.run(5000);
      expect(sets(simulation)).toEqual({ 1: 8, 2: 5 });
      const before = simulation.clock.now;
      change(simulation, { replicas, strategy: strategy(surge) });
      simulation.run(5);
      const sizes = simulation
        .writes<ReplicaSet>('replicasets.apps')
        .filter(({ at }) => at >= before)
        .map(
          ({ object }) =>
            object.metadata.annotations?.['deployment.kubernetes.io/desired-replicas'],
        );
      expect(sizes[0]).toBe(String(replicas));
      const first = new Map<string, number>();
      for (const { at, object } of simulation.writes<ReplicaSet>('replicasets.apps')) {
        const revision = object.metadata.annotations!['deployment.kubernetes.io/revision']!;
        if (at >= before && !first.has(revision)) first.set(revision, object.spec.replicas);
      }
      expect([first.get('1'), first.get('2')]).toEqual([old, fresh]);
    },
  );

  it('that is paused creates no ReplicaSet, scales, and goes on when it is resumed', () => {
    const simulation = start(2);
    change(simulation, { paused: true, template: template('app:v2') });
    simulation.run(5000);
    expect(sets(simulation)).toEqual({ 1: 2 });
    expect(reasons(simulation)).toContain('Progressing=Unknown DeploymentPaused');
    change(simulation, { replicas: 3 });
    simulation.run(5000);
    expect(sets(simulation)).toEqual({ 1: 3 });
    change(simulation, { paused: false });
    simulation.run(30_000);
    expect(sets(simulation)).toEqual({ 1: 0, 2: 3 });
    expect(reasons(simulation)).toContain('Progressing=True NewReplicaSetAvailable');
  });

  it('with Recreate waits until the last old pod is gone', () => {
    const simulation = start(3, { strategy: { type: 'Recreate' } });
    change(simulation, { template: template('app:v2') });
    simulation.run(500);
    expect(simulation.pods().every((pod) => pod.metadata.deletionTimestamp)).toBe(true);
    expect(sets(simulation)).toEqual({ 1: 0 });
    simulation.run(10_000);
    expect(sets(simulation)).toEqual({ 1: 0, 2: 3 });
    const images = (pods: Pod[]): Set<string> =>
      new Set(pods.map((pod) => pod.spec.containers[0]!.image));
    expect([...images(simulation.pods())]).toEqual(['app:v2']);
    const gone = simulation.writes<Pod>('pods').filter(({ verb }) => verb === 'DELETED');
    const firstNew = simulation
      .writes<Pod>('pods')
      .find(({ object }) => object.spec.containers[0]!.image === 'app:v2');
    expect(firstNew!.at).toBeGreaterThanOrEqual(gone.at(-1)!.at);
  });

  it('keeps as many old ReplicaSets as revisionHistoryLimit says', () => {
    const simulation = start(1, { revisionHistoryLimit: 2 });
    for (let version = 2; version <= 6; version++) {
      change(simulation, { template: template(`app:v${version}`) });
      simulation.run(20_000);
    }
    expect(sets(simulation)).toEqual({ 4: 0, 5: 0, 6: 1 });
  });

  it('takes the next hash when the name belongs to another template', () => {
    const simulation = start(1);
    const [first] = simulation.list<ReplicaSet>('replicasets.apps');
    const other = new Simulation({ controllers });
    other.user.create<ReplicaSet>(
      'replicasets.apps',
      'default',
      replicaSet(
        0,
        { selector: { matchLabels: { app: 'x' } }, template: template('x', {}, { app: 'x' }) },
        first!.metadata.name,
      ),
    );
    other.user.create<Deployment>(RESOURCE, 'default', deployment(1));
    other.run(10_000);
    expect(web(other).status.collisionCount).toBe(1);
    expect(web(other).status.availableReplicas).toBe(1);
    expect(other.list('replicasets.apps')).toHaveLength(2);
  });

  it('adopts the ReplicaSet that an orphaning deletion left', () => {
    const simulation = start(2);
    const [set] = simulation.list<ReplicaSet>('replicasets.apps');
    const { ownerReferences: _owners, ...metadata } = set!.metadata;
    simulation.user.delete(RESOURCE, 'default', 'web');
    simulation.user.update<ReplicaSet>('replicasets.apps', { ...set!, metadata });
    simulation.run(1000);
    simulation.user.create<Deployment>(RESOURCE, 'default', deployment(2));
    simulation.run(5000);
    const [adopted] = simulation.list<ReplicaSet>('replicasets.apps');
    expect(adopted!.metadata.uid).toBe(set!.metadata.uid);
    expect(adopted!.metadata.ownerReferences?.[0]?.uid).toBe(web(simulation).metadata.uid);
    expect(reasons(simulation)).toContain('Progressing=True NewReplicaSetAvailable');
  });

  it('rolls back on the annotation of old', () => {
    const simulation = start(1);
    change(simulation, { template: template('app:v2') });
    simulation.run(20_000);
    const object = web(simulation);
    const annotations = {
      ...object.metadata.annotations,
      'deprecated.deployment.rollback.to': '1',
    };
    simulation.user.update<Deployment>(RESOURCE, {
      ...object,
      metadata: { ...object.metadata, annotations },
    });
    simulation.run(20_000);
    expect(web(simulation).spec.template.spec.containers[0]!.image).toBe('app:v1');
    expect(simulation.events('Deployment').map((line) => line.split(' ')[2])).toContain(
      'DeploymentRollback',
    );
    expect(sets(simulation)).toEqual({ 2: 0, 3: 1 });
  });

  it('copies its annotations to the new ReplicaSet, the applied configuration left out', () => {
    const simulation = new Simulation({ controllers });
    simulation.user.create<Deployment>(RESOURCE, 'default', {
      ...deployment(1),
      metadata: {
        name: 'web',
        annotations: {
          'kubernetes.io/change-cause': 'first',
          'kubectl.kubernetes.io/last-applied-configuration': '{}',
        },
      },
    });
    simulation.run(5000);
    const [set] = simulation.list<ReplicaSet>('replicasets.apps');
    expect(set!.metadata.annotations).toMatchObject({ 'kubernetes.io/change-cause': 'first' });
    expect(Object.keys(set!.metadata.annotations!)).toHaveLength(4);
  });
});
