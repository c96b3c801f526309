import { NetworkPeer, ThreeTierApp } from '../../lib';
import type { ThreeTierAppProps } from '../../lib';
import { at, chart, one, written } from './synthesis';

const CONTAINER = 'spec.template.spec.containers.0';

function app(props: Partial<ThreeTierAppProps> = {}) {
  const scope = chart();
  const made = new ThreeTierApp(scope, 'shop', {
    apiImage: 'shop/api:1.4.2',
    frontendImage: 'shop/frontend:1.4.2',
    ...props,
  });
  return { scope, made };
}

function tierPods(component: string, name = component) {
  return {
    podSelector: {
      matchLabels: { 'app.kubernetes.io/instance': component, 'app.kubernetes.io/name': name },
    },
  };
}

describe('ThreeTierApp', () => {
  it('writes what it always wrote', () => {
    expect(written(app().scope)).toMatchSnapshot();
  });

  it('has a frontend of 2 on port 80 at a load balancer, and an api of 3 on port 3000', () => {
    const { scope } = app();
    expect(one(scope, 'Deployment', 'frontend').spec).toMatchObject({ replicas: 2 });
    expect(one(scope, 'Service', 'frontend').spec).toMatchObject({
      type: 'LoadBalancer',
      ports: [{ port: 80, targetPort: 80 }],
    });
    expect(one(scope, 'Deployment', 'api').spec).toMatchObject({ replicas: 3 });
    expect(one(scope, 'Service', 'api').spec).toMatchObject({
      type: 'ClusterIP',
      ports: [{ port: 3000, targetPort: 3000 }],
    });
    expect(one(scope, 'StatefulSet', 'postgres').spec).toMatchObject({ replicas: 1 });
  });

  it('gives the frontend less than the api', () => {
    const { scope } = app();
    expect(at(one(scope, 'Deployment', 'frontend'), `${CONTAINER}.resources`)).toMatchObject({
      requests: { cpu: '50m', memory: '64Mi' },
      limits: { cpu: '200m', memory: '256Mi' },
    });
    expect(at(one(scope, 'Deployment', 'api'), `${CONTAINER}.resources`)).toMatchObject({
      requests: { cpu: '100m', memory: '128Mi' },
      limits: { cpu: '500m', memory: '512Mi' },
    });
  });

  it('configures the api from app-config and db-credentials', () => {
    const { scope, made } = app();
    expect(one(scope, 'ConfigMap', 'app-config').data).toEqual({
      env: 'production',
      'log.level': 'info',
    });
    expect(at(one(scope, 'Deployment', 'api'), `${CONTAINER}.env`)).toEqual([
      { name: 'DATABASE_URL', value: 'postgresql://postgres@postgres:5432/app' },
      { name: 'NODE_ENV', valueFrom: { configMapKeyRef: { name: 'app-config', key: 'env' } } },
      {
        name: 'LOG_LEVEL',
        valueFrom: { configMapKeyRef: { name: 'app-config', key: 'log.level' } },
      },
      {
        name: 'DB_PASSWORD',
        valueFrom: { secretKeyRef: { name: 'db-credentials', key: 'password' } },
      },
    ]);
    expect(made.databaseUrl).toBe('postgresql://postgres@postgres:5432/app');
    expect(at(one(scope, 'Deployment', 'frontend'), `${CONTAINER}.env`)).toEqual([
      { name: 'API_URL', value: 'http://api:3000' },
    ]);
  });

  it('rolls the api, and only the api, when app-config changes', () => {
    const [before, after] = [app().scope, app({ logLevel: 'debug' }).scope];
    const template = (scope: typeof before, name: string) =>
      at(one(scope, 'Deployment', name), 'spec.template');
    expect(template(after, 'api')).not.toEqual(template(before, 'api'));
    expect(template(after, 'frontend')).toEqual(template(before, 'frontend'));
  });

  it('lets each tier talk to its neighbour and to DNS only', () => {
    const { scope, made } = app();
    const policy = (name: string) => one(scope, 'NetworkPolicy', name).spec;
    expect(made.networkPolicies).toHaveLength(3);
    expect(at(policy('postgres'), 'ingress')).toEqual([
      { from: [tierPods('api')], ports: [{ port: 5432, protocol: 'TCP' }] },
    ]);
    expect(at(policy('api'), 'ingress')).toEqual([
      { from: [tierPods('frontend')], ports: [{ port: 3000, protocol: 'TCP' }] },
    ]);
    expect(at(policy('api'), 'egress.1.to')).toEqual([tierPods('postgres')]);
    expect(at(policy('frontend'), 'egress.1.to')).toEqual([tierPods('api')]);
    expect(at(policy('frontend'), 'ingress')).toEqual([{ ports: [{ port: 80, protocol: 'TCP' }] }]);
    for (const name of ['postgres', 'api', 'frontend']) {
      expect(at(policy(name), 'egress.0')).toEqual({
        ports: [
          { port: 53, protocol: 'UDP' },
          { port: 53, protocol: 'TCP' },
        ],
      });
    }
  });

  it('lets an api reach a managed service outside when that is said', () => {
    const { scope, made } = app({
      apiOptions: { connectTo: [NetworkPeer.cidr('10.20.0.0/16', '10.20.1.0/24')] },
    });
    expect(made.api.networkPolicies).toHaveLength(1);
    expect(at(one(scope, 'NetworkPolicy', 'api'), 'spec.egress.1.to.0')).toEqual({
      ipBlock: { cidr: '10.20.0.0/16', except: ['10.20.1.0/24'] },
    });
  });

  it('puts a plain-text password into a Secret with the URL only when asked for by name', () => {
    const { scope } = app({ unsafePlainTextPassword: 'hunter2' });
    expect(one(scope, 'Secret', 'db-credentials')).toMatchObject({
      stringData: { password: 'hunter2', url: 'postgresql://postgres@postgres:5432/app' },
    });
    expect(written(app().scope).map(({ kind }) => kind)).not.toContain('Secret');
  });

  it('makes a namespace of its own, first and with a quota', () => {
    const { scope } = app({ ownNamespace: 'shop', namespaceOptions: { cpuRequests: '4' } });
    const objects = written(scope);
    expect(objects[0]).toMatchObject({ kind: 'Namespace', metadata: { name: 'shop' } });
    expect(objects.slice(1).every(({ metadata }) => metadata.namespace === 'shop')).toBe(true);
    expect(one(scope, 'ResourceQuota').spec).toMatchObject({
      hard: { 'requests.cpu': '4', 'limits.memory': '40Gi', persistentvolumeclaims: '10' },
    });
    expect(at(one(scope, 'LimitRange'), 'spec.limits.0')).toMatchObject({
      type: 'Container',
      default: { cpu: '500m', memory: '512Mi' },
    });
  });

  it('lets any field of any tier be overridden by kind and name', () => {
    const { scope, made } = app();
    made.override('Deployment/api', { spec: { paused: true } });
    made.api.overrideAt('Service', '/spec/internalTrafficPolicy', 'Local');
    expect(one(scope, 'Deployment', 'api').spec).toMatchObject({ paused: true });
    expect(one(scope, 'Deployment', 'frontend').spec).not.toHaveProperty('paused');
    expect(one(scope, 'Service', 'api').spec).toMatchObject({ internalTrafficPolicy: 'Local' });
    expect(() => made.override('Deployment', {})).toThrow(
      "[test/shop] override: found 'Deployment', that is 2 objects; " +
        'name one of Deployment/api, Deployment/frontend',
    );
  });

  it('takes everything else about a tier', () => {
    const { scope } = app({
      namePrefix: 'beta-',
      apiMaxReplicas: 6,
      frontendPort: 8080,
      edge: false,
      databaseOptions: { databaseUser: 'shop', databaseName: 'orders' },
      apiOptions: { maxSurge: 2, drain: '9s' },
    });
    expect(one(scope, 'HorizontalPodAutoscaler', 'beta-api').spec).toMatchObject({
      minReplicas: 3,
      maxReplicas: 6,
    });
    expect(at(one(scope, 'Deployment', 'beta-api'), 'spec.strategy.rollingUpdate.maxSurge')).toBe(
      2,
    );
    expect(one(scope, 'Service', 'beta-frontend').spec).toMatchObject({
      type: 'ClusterIP',
      ports: [{ port: 8080, targetPort: 8080 }],
    });
    expect(at(one(scope, 'Deployment', 'beta-api'), `${CONTAINER}.env.0.value`)).toBe(
      'postgresql://shop@beta-postgres:5432/orders',
    );
  });
});
