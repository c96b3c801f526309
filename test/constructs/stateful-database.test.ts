import { NetworkPeer, StatefulDatabase } from '../../lib';
import type { StatefulDatabaseProps } from '../../lib';
import { at, chart, one, written } from './synthesis';

const CONTAINER = 'spec.template.spec.containers.0';

function database(props: StatefulDatabaseProps = {}) {
  const scope = chart();
  return { scope, made: new StatefulDatabase(scope, 'orders-db', props) };
}

describe('StatefulDatabase', () => {
  it('writes what it always wrote', () => {
    expect(written(database().scope)).toMatchSnapshot();
  });

  it('keeps 10Gi for each pod, and keeps them when the pods are gone', () => {
    const { spec } = one(database().scope, 'StatefulSet');
    expect(spec).toMatchObject({
      replicas: 1,
      podManagementPolicy: 'OrderedReady',
      serviceName: 'orders-db',
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: {
            accessModes: ['ReadWriteOnce'],
            resources: { requests: { storage: '10Gi' } },
          },
        },
      ],
    });
    expect(at(spec, 'volumeClaimTemplates.0.spec')).not.toHaveProperty('storageClassName');
  });

  it('takes another size and class', () => {
    const { scope } = database({ storage: '500M', storageClass: 'fast', deleteStorage: true });
    const { spec } = one(scope, 'StatefulSet');
    expect(at(spec, 'volumeClaimTemplates.0.spec')).toMatchObject({
      resources: { requests: { storage: '500M' } },
      storageClassName: 'fast',
    });
    expect(spec).toMatchObject({
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' },
    });
  });

  it('mounts the volume, and runs postgres in a directory below it', () => {
    const container = at(one(database().scope, 'StatefulSet'), CONTAINER) as object;
    expect(at(container, 'image')).toBe('postgres:16');
    expect(at(container, 'volumeMounts')).toEqual([
      { name: 'data', mountPath: '/var/lib/postgresql/data' },
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'var-run-postgresql', mountPath: '/var/run/postgresql' },
    ]);
    expect(at(container, 'env')).toContainEqual({
      name: 'PGDATA',
      value: '/var/lib/postgresql/data/pgdata',
    });
  });

  it('gives every pod a name in DNS through a headless Service', () => {
    expect(one(database().scope, 'Service').spec).toMatchObject({
      clusterIP: 'None',
      ports: [{ name: 'db', port: 5432, targetPort: 5432 }],
      selector: {
        'app.kubernetes.io/instance': 'orders-db',
        'app.kubernetes.io/name': 'orders-db',
      },
    });
  });

  it('asks pg_isready, and asks differently for liveness and for readiness', () => {
    const container = at(one(database().scope, 'StatefulSet'), CONTAINER) as object;
    const liveness = at(container, 'livenessProbe.exec.command') as string[];
    const readiness = at(container, 'readinessProbe.exec.command') as string[];
    expect(liveness.join(' ')).toContain('pg_isready');
    expect(readiness[0]).toBe('pg_isready');
    expect(liveness).not.toEqual(readiness);
  });

  it('takes its password from a Secret that is not part of the app', () => {
    const { scope } = database({ passwordSecret: 'orders', passwordKey: 'pw' });
    expect(at(one(scope, 'StatefulSet'), `${CONTAINER}.env`)).toContainEqual({
      name: 'POSTGRES_PASSWORD',
      valueFrom: { secretKeyRef: { name: 'orders', key: 'pw' } },
    });
    expect(written(scope).map(({ kind }) => kind)).not.toContain('Secret');
  });

  it('makes the Secret from a plain-text password only when asked for by name', () => {
    const { scope, made } = database({ unsafePlainTextPassword: 'hunter2' });
    expect(one(scope, 'Secret')).toMatchObject({
      metadata: { name: 'orders-db-credentials' },
      stringData: { password: 'hunter2' },
    });
    expect(made.credentials?.name).toBe('orders-db-credentials');
  });

  it('has two minutes to write everything down', () => {
    expect(at(one(database().scope, 'StatefulSet'), 'spec.template.spec')).toMatchObject({
      terminationGracePeriodSeconds: 120,
      securityContext: { fsGroup: 10001, seccompProfile: { type: 'RuntimeDefault' } },
    });
  });

  it('connects to nobody but DNS and, with several pods, its own', () => {
    const dns = {
      ports: [
        { port: 53, protocol: 'UDP' },
        { port: 53, protocol: 'TCP' },
      ],
    };
    expect(one(database().scope, 'NetworkPolicy').spec).toMatchObject({ egress: [dns] });
    const { scope } = database({ replicas: 3 });
    expect(at(one(scope, 'NetworkPolicy'), 'spec.egress.1.to.0.podSelector.matchLabels')).toEqual({
      'app.kubernetes.io/instance': 'orders-db',
      'app.kubernetes.io/name': 'orders-db',
    });
  });

  it('keeps accepting its own pods once a client is named', () => {
    const { scope, made } = database({ replicas: 3, acceptFrom: [] });
    expect(made.networkPolicies).toHaveLength(1);
    expect(at(one(scope, 'NetworkPolicy'), 'spec.ingress.0.from')).toHaveLength(1);
    const later = database({ replicas: 3 });
    later.made.acceptFrom(NetworkPeer.pods({ app: 'a' }));
    later.made.acceptFrom(NetworkPeer.pods({ app: 'b' }));
    const peers = at(one(later.scope, 'NetworkPolicy'), 'spec.ingress.0.from') as object[];
    expect(peers.map((peer) => at(peer, 'podSelector.matchLabels'))).toEqual([
      later.made.selectorLabels,
      { app: 'a' },
      { app: 'b' },
    ]);
  });
});
