import { statefulSetController } from '../../../lib/orchestrator/controllers/stateful-set/stateful-set-controller';
import type {
  ControllerRevision,
  PersistentVolumeClaim,
  Pod,
  StatefulSet,
} from '../../../lib/orchestrator/api/objects';
import { isPodReady } from '../../../lib/orchestrator/api/objects';
import { statefulSet, template } from '../kit/objects';
import { Simulation } from '../kit/simulation';

const RESOURCE = 'statefulsets.apps';

function start(replicas: number, spec: Partial<StatefulSet['spec']> = {}): Simulation {
  const simulation = new Simulation({ controllers: [statefulSetController] });
  simulation.user.create<StatefulSet>(RESOURCE, 'default', statefulSet(replicas, spec));
  return simulation;
}

function change(simulation: Simulation, spec: Partial<StatefulSet['spec']>): void {
  const set = simulation.get<StatefulSet>(RESOURCE, 'db');
  simulation.user.update<StatefulSet>(RESOURCE, { ...set, spec: { ...set.spec, ...spec } });
}

/** `db-0 app:v1 created`, `… ready`, `… terminating`, `… gone`: each change once. */
function steps(simulation: Simulation, from = 0): string[] {
  const last = new Map<string, string>();
  const found: string[] = [];
  for (const { at, verb, object } of simulation.writes<Pod>('pods')) {
    const leaving = object.metadata.deletionTimestamp !== undefined;
    const state =
      verb === 'DELETED'
        ? 'gone'
        : leaving
          ? 'terminating'
          : isPodReady(object)
            ? 'ready'
            : 'created';
    const line = `${object.metadata.name} ${object.spec.containers[0]?.image} ${state}`;
    if (last.get(object.metadata.name) === line) continue;
    last.set(object.metadata.name, line);
    if (at >= from) found.push(line);
  }
  return found;
}

const statusLine = ({ status }: StatefulSet): string =>
  [
    status.observedGeneration,
    status.replicas,
    status.readyReplicas ?? 0,
    status.currentReplicas ?? 0,
    status.updatedReplicas ?? 0,
    status.availableReplicas,
    status.currentRevision === status.updateRevision ? '=' : '≠',
  ].join(' ');

describe('a StatefulSet with OrderedReady', () => {
  it('creates its pods one by one, each when the one before is ready', () => {
    const simulation = start(3);
    simulation.run(20_000);
    expect(steps(simulation)).toEqual([
      'db-0 app:v1 created',
      'db-0 app:v1 ready',
      'db-1 app:v1 created',
      'db-1 app:v1 ready',
      'db-2 app:v1 created',
      'db-2 app:v1 ready',
    ]);
  });

  it('names its pods, their revision, host and index', () => {
    const simulation = start(1);
    simulation.run(5000);
    const pod = simulation.get<Pod>('pods', 'db-0');
    const { status } = simulation.get<StatefulSet>(RESOURCE, 'db');
    expect(pod.metadata).toMatchObject({
      generateName: 'db-',
      labels: {
        app: 'web',
        'apps.kubernetes.io/pod-index': '0',
        'controller-revision-hash': status.currentRevision,
        'statefulset.kubernetes.io/pod-name': 'db-0',
      },
    });
    expect(pod.spec).toMatchObject({ hostname: 'db-0', subdomain: 'db' });
  });

  it('makes a revision of its template before its first pod', () => {
    const simulation = start(1);
    simulation.run(1000);
    const [revision] = simulation.writes<ControllerRevision>('controllerrevisions.apps');
    const [pod] = simulation.writes<Pod>('pods');
    expect(pod!.at - revision!.at).toBe(8);
    expect(pod!.object.metadata.labels).toMatchObject({
      'controller-revision-hash': revision!.object.metadata.name,
    });
  });

  it('updates from the top, waits for each, and writes the statuses that upstream writes', () => {
    const simulation = start(3);
    simulation.run(20_000);
    change(simulation, { template: template('app:v2') });
    simulation.run(40_000);
    expect(steps(simulation, 20_000)).toEqual(
      [2, 1, 0].flatMap((ordinal) => [
        `db-${ordinal} app:v1 terminating`,
        `db-${ordinal} app:v1 gone`,
        `db-${ordinal} app:v2 created`,
        `db-${ordinal} app:v2 ready`,
      ]),
    );
    const lines = simulation
      .writes<StatefulSet>(RESOURCE)
      .filter(({ at, object }) => at >= 20_000 && object.status.observedGeneration === 2)
      .map(({ object }) => statusLine(object));
    expect(lines).toEqual([
      '2 3 3 2 0 3 ≠',
      '2 2 2 2 0 2 ≠',
      '2 3 2 2 1 2 ≠',
      '2 3 3 1 1 3 ≠',
      '2 2 2 1 1 2 ≠',
      '2 3 2 1 2 2 ≠',
      '2 3 3 0 2 3 ≠',
      '2 2 2 0 2 2 ≠',
      '2 3 2 0 3 2 ≠',
      '2 3 3 3 3 3 =',
    ]);
  });

  it('leaves pods below the partition at the current revision, also when they are replaced', () => {
    const simulation = start(3);
    simulation.run(20_000);
    const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } as const;
    change(simulation, { template: template('app:v2'), updateStrategy });
    simulation.run(20_000);
    simulation.user.delete('pods', 'default', 'db-0');
    simulation.run(20_000);
    expect(simulation.pods().map((pod) => pod.spec.containers[0]?.image)).toEqual([
      'app:v1',
      'app:v1',
      'app:v2',
    ]);
  });

  it('scales down from the top, one at a time', () => {
    const simulation = start(5);
    simulation.run(30_000);
    change(simulation, { replicas: 2 });
    simulation.run(20_000);
    expect(steps(simulation, 30_000)).toEqual(
      [4, 3, 2].flatMap((n) => [`db-${n} app:v1 terminating`, `db-${n} app:v1 gone`]),
    );
  });

  it('does not scale down as long as a lower pod is unwell', () => {
    const simulation = start(3);
    simulation.run(20_000);
    simulation.agent?.setStatus('default/db-1', {}, 'False');
    simulation.run(10);
    change(simulation, { replicas: 2 });
    simulation.run(10_000);
    expect(simulation.pods()).toHaveLength(3);
    simulation.agent?.setStatus('default/db-1', {}, 'True');
    simulation.run(10_000);
    expect(simulation.pods().map((pod) => pod.metadata.name)).toEqual(['db-0', 'db-1']);
  });

  it('is stuck with a broken revision until somebody deletes the pod', () => {
    const simulation = start(2);
    simulation.run(20_000);
    change(simulation, { template: template('app:v2', { 'drydock/never-ready': 'true' }) });
    simulation.run(20_000);
    change(simulation, { template: template('app:v1') });
    simulation.run(20_000);
    expect(simulation.get<Pod>('pods', 'db-1').spec.containers[0]?.image).toBe('app:v2');
    simulation.user.delete('pods', 'default', 'db-1');
    simulation.run(20_000);
    expect(simulation.get<Pod>('pods', 'db-1').spec.containers[0]?.image).toBe('app:v1');
    expect(simulation.list<ControllerRevision>('controllerrevisions.apps')).toHaveLength(2);
  });

  it('deletes a failed pod and creates it anew', () => {
    const simulation = start(1);
    simulation.run(10_000);
    const { uid } = simulation.get<Pod>('pods', 'db-0').metadata;
    simulation.agent?.setStatus('default/db-0', { phase: 'Failed' }, 'False');
    simulation.run(10_000);
    const pod = simulation.get<Pod>('pods', 'db-0');
    expect(pod.metadata.uid).not.toBe(uid);
    expect(pod.status.phase).toBe('Running');
    expect(simulation.events('StatefulSet')).toEqual([
      'StatefulSet/db Normal SuccessfulDelete x1 Delete Pod db-0 in StatefulSet db successful',
      'StatefulSet/db Normal SuccessfulCreate x2 Create Pod db-0 in StatefulSet db successful',
    ]);
  });

  it('waits minReadySeconds before the next pod', () => {
    const simulation = start(2, { minReadySeconds: 5 });
    simulation.run(7000);
    expect(simulation.pods()).toHaveLength(1);
    simulation.run(3000);
    expect(simulation.pods()).toHaveLength(2);
  });
});

describe('a StatefulSet with Parallel', () => {
  it('creates and deletes all at once, and updates one at a time', () => {
    const simulation = start(4, { podManagementPolicy: 'Parallel' });
    simulation.run(100);
    expect(simulation.pods()).toHaveLength(4);
    simulation.run(5000);
    change(simulation, { template: template('app:v2') });
    simulation.run(100);
    const leaving = simulation.pods().filter((pod) => pod.metadata.deletionTimestamp);
    expect(leaving.map((pod) => pod.metadata.name)).toEqual(['db-3']);
    simulation.run(30_000);
    change(simulation, { replicas: 1 });
    simulation.run(100);
    expect(simulation.pods().filter((pod) => pod.metadata.deletionTimestamp)).toHaveLength(3);
  });
});

describe('the claims of a StatefulSet', () => {
  const volumeClaimTemplates = [
    {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    },
  ] as unknown as PersistentVolumeClaim[];

  it('are created before the pod, mounted by it, and stay when it goes', () => {
    const simulation = start(2, { volumeClaimTemplates });
    simulation.run(10_000);
    expect(simulation.get<Pod>('pods', 'db-0').spec.volumes?.[0]).toEqual({
      name: 'data',
      persistentVolumeClaim: { claimName: 'data-db-0' },
    });
    expect(simulation.events('StatefulSet').slice(0, 2)).toEqual([
      'StatefulSet/db Normal SuccessfulCreate x1 Create Claim data-db-0 Pod db-0 in StatefulSet db success',
      'StatefulSet/db Normal SuccessfulCreate x1 Create Pod db-0 in StatefulSet db successful',
    ]);
    change(simulation, { replicas: 0 });
    simulation.run(10_000);
    const claims = simulation.list<PersistentVolumeClaim>('persistentvolumeclaims');
    expect(claims.map(({ metadata }) => [metadata.name, metadata.ownerReferences])).toEqual([
      ['data-db-0', undefined],
      ['data-db-1', undefined],
    ]);
  });

  it('belong to the set, and to the pod once it is scaled away, if the policy says so', () => {
    const simulation = start(2, {
      volumeClaimTemplates,
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Delete' },
    });
    simulation.run(10_000);
    change(simulation, { replicas: 1 });
    simulation.run(100);
    const owners = simulation
      .list<PersistentVolumeClaim>('persistentvolumeclaims')
      .map(({ metadata }) => metadata.ownerReferences?.map((one) => `${one.kind} ${one.name}`));
    expect(owners).toEqual([['StatefulSet db'], ['Pod db-1']]);
  });

  it('get their owner before anybody sees the pod', () => {
    const simulation = start(1, { volumeClaimTemplates, ...retention('Delete', 'Retain') });
    simulation.run(200);
    expect(ownersOfClaims(simulation)).toEqual([['StatefulSet db']]);
    expect(simulation.events('StatefulSet').join()).not.toContain('Update');
  });

  it('come before their pod, which is later than one whose claim is there, if all come at once', () => {
    const simulation = start(3, { volumeClaimTemplates, podManagementPolicy: 'Parallel' });
    simulation.run(10_000);
    change(simulation, { replicas: 1 });
    simulation.run(10_000);
    simulation.user.delete('persistentvolumeclaims', 'default', 'data-db-1');
    const from = simulation.clock.now;
    change(simulation, { replicas: 3 });
    simulation.run(1000);
    expect(steps(simulation, from).slice(0, 2)).toEqual([
      'db-2 app:v1 created',
      'db-1 app:v1 created',
    ]);
  });

  it('change owners with the policy, and the pod that is written for it is told of', () => {
    const simulation = start(1, { volumeClaimTemplates, ...retention('Delete', 'Retain') });
    simulation.run(10_000);
    change(simulation, retention('Retain', 'Delete'));
    simulation.run(1000);
    expect(ownersOfClaims(simulation)).toEqual([undefined]);
    expect(simulation.events('StatefulSet')).toContain(
      'StatefulSet/db Normal SuccessfulUpdate x1 Update Pod db-0 in StatefulSet db successful',
    );
  });

  it('of another controller are left to it, with a warning', () => {
    const simulation = start(1, { volumeClaimTemplates });
    simulation.run(10_000);
    const claim = simulation.get<PersistentVolumeClaim>('persistentvolumeclaims', 'data-db-0');
    const other = { apiVersion: 'x/v1', kind: 'Keeper', name: 'k', uid: 'k', controller: true };
    simulation.user.update<PersistentVolumeClaim>('persistentvolumeclaims', {
      ...claim,
      metadata: { ...claim.metadata, ownerReferences: [other] },
    });
    change(simulation, retention('Delete', 'Delete'));
    simulation.run(1000);
    expect(ownersOfClaims(simulation)).toEqual([['Keeper k']]);
    simulation.user.delete('pods', 'default', 'db-0');
    simulation.run(10_000);
    expect(ownersOfClaims(simulation)).toEqual([['Keeper k']]);
    expect(simulation.events('StatefulSet').join('\n')).toMatch(
      /Warning ConflictingController x\d+ PersistentVolumeClaim data-db-0 has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim/,
    );
  });
});

type Retention = 'Delete' | 'Retain';

const retention = (
  whenDeleted: Retention,
  whenScaled: Retention,
): Pick<StatefulSet['spec'], 'persistentVolumeClaimRetentionPolicy'> => ({
  persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled },
});

const ownersOfClaims = (simulation: Simulation): (string[] | undefined)[] =>
  simulation
    .list<PersistentVolumeClaim>('persistentvolumeclaims')
    .map(({ metadata }) => metadata.ownerReferences?.map((one) => `${one.kind} ${one.name}`));
