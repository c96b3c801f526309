import { ConfigMap } from 'cdk8s-plus-27';
import { MicroserviceStack } from '../../lib';
import { at, chart, one, written } from './synthesis';
import { CONTAINER, stack } from './user-service';

describe('configuration of a MicroserviceStack', () => {
  it('reaches the container through envFrom, and rolls the pods when it changes', () => {
    const before = one(stack({ config: { LOG_LEVEL: 'info' } }).scope, 'Deployment');
    const same = one(stack({ config: { LOG_LEVEL: 'info' } }).scope, 'Deployment');
    const after = one(stack({ config: { LOG_LEVEL: 'debug' } }).scope, 'Deployment');
    expect(at(before, `${CONTAINER}.envFrom`)).toEqual([
      { configMapRef: { name: 'user-service-config' } },
    ]);
    expect(at(same, 'spec.template')).toEqual(at(before, 'spec.template'));
    expect(at(after, 'spec.template')).not.toEqual(at(before, 'spec.template'));
  });

  it('rolls the pods when a shared ConfigMap changes after the stack was made', () => {
    const scope = chart();
    const shared = new ConfigMap(scope, 'shared', { data: { a: '1' } });
    new MicroserviceStack(scope, 'web', {
      image: 'web:1',
      configEnv: { A: { configMap: shared, key: 'a' } },
    });
    const before = at(one(scope, 'Deployment'), 'spec.template.metadata.annotations');
    shared.addData('b', '2');
    const after = at(one(scope, 'Deployment'), 'spec.template.metadata.annotations');
    expect(before).toEqual({ 'checksum/config': expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(after).not.toEqual(before);
  });

  it('keeps values that are empty', () => {
    const { scope } = stack({ config: { FEATURE: '' } });
    expect(one(scope, 'ConfigMap').data).toEqual({ FEATURE: '' });
  });

  it('takes secrets by reference', () => {
    const { scope } = stack({
      env: { MODE: 'fast' },
      secretEnv: { DB_PASSWORD: { secretName: 'db-credentials', key: 'password' } },
    });
    expect(at(one(scope, 'Deployment'), `${CONTAINER}.env`)).toEqual([
      { name: 'MODE', value: 'fast' },
      {
        name: 'DB_PASSWORD',
        valueFrom: { secretKeyRef: { name: 'db-credentials', key: 'password' } },
      },
    ]);
    expect(written(scope).map(({ kind }) => kind)).not.toContain('Secret');
  });
});

describe('network of a MicroserviceStack', () => {
  it('accepts its namespace and connects to anybody by default', () => {
    expect(one(stack().scope, 'NetworkPolicy').spec).toMatchObject({
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 8080, protocol: 'TCP' }] }],
      egress: [{}],
    });
  });

  it('connects to its server and to DNS, and the server accepts nobody else', () => {
    const scope = chart();
    const server = new MicroserviceStack(scope, 'server', { image: 'server:1', port: 9000 });
    const client = new MicroserviceStack(scope, 'client', { image: 'client:1' });
    client.connectTo(server);
    const pods = (name: string) => ({
      podSelector: {
        matchLabels: { 'app.kubernetes.io/instance': name, 'app.kubernetes.io/name': name },
      },
    });
    expect(at(one(scope, 'NetworkPolicy', 'client'), 'spec.egress')).toEqual([
      {
        ports: [
          { port: 53, protocol: 'UDP' },
          { port: 53, protocol: 'TCP' },
        ],
      },
      { to: [pods('server')], ports: [{ port: 9000, protocol: 'TCP' }] },
    ]);
    expect(at(one(scope, 'NetworkPolicy', 'server'), 'spec.ingress')).toEqual([
      { from: [pods('client')], ports: [{ port: 9000, protocol: 'TCP' }] },
    ]);
  });

  it('names the namespace of a server elsewhere', () => {
    const scope = chart();
    const server = new MicroserviceStack(scope, 'server', { image: 'server:1', namespace: 'data' });
    const client = new MicroserviceStack(scope, 'client', { image: 'client:1', namespace: 'shop' });
    client.connectTo(server);
    expect(at(one(scope, 'NetworkPolicy', 'client'), 'spec.egress.1.to.0')).toMatchObject({
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'data' } },
    });
    expect(at(one(scope, 'NetworkPolicy', 'server'), 'spec.ingress.0.from.0')).toMatchObject({
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } },
    });
  });

  it('is left alone when isolation is off', () => {
    const { scope, made } = stack({ networkIsolation: false });
    expect(made.networkPolicies).toEqual([]);
    expect(written(scope).map(({ kind }) => kind)).not.toContain('NetworkPolicy');
  });
});
