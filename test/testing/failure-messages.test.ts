import { Chart, Testing } from 'cdk8s';
import { MicroserviceStack } from '../../lib';
import { Cluster, slowStarter } from '../../lib/testing';

const web = (props: { probePort?: number; cpu?: string } = {}) => {
  const chart = new Chart(Testing.app(), 'shop');
  const stack = new MicroserviceStack(chart, 'web', {
    image: 'shop/web:1.0.0',
    autoscaling: false,
    ...(props.cpu ? { cpuRequest: props.cpu, cpuLimit: props.cpu } : {}),
  });
  if (props.probePort !== undefined) {
    const readinessProbe = { httpGet: { port: props.probePort } };
    stack.override('Deployment', {
      spec: { template: { spec: { containers: [{ name: 'web', readinessProbe }] } } },
    });
  }
  return chart;
};

const messageOf = (run: () => void): string => {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing failed');
};

describe('The message of a failure', () => {
  test('names a readiness probe on a wrong port, the ports there are, and the construct', () => {
    const cluster = Cluster.create();
    cluster.deploy(web({ probePort: 9999 }));
    const message = messageOf(() =>
      expect(cluster.deployment('web')).toCompleteRollout({ within: '1m' }),
    );
    expect(message).toMatchSnapshot();
    expect(message).toContain('connection refused');
    expect(message).toContain(
      'a readiness probe on a port that the container listens on (8080) instead of 9999',
    );
    expect(message).toMatch(/construct shop\/web\//);
    expect(message.split('\n').length).toBeLessThanOrEqual(40);
  });

  test('names for each node why a pod does not fit', () => {
    const cluster = Cluster.create();
    cluster.deploy(web());
    expect(cluster).toSettle({ within: '1m' });
    cluster.deploy(web({ cpu: '16' }));
    const message = messageOf(() =>
      expect(cluster.deployment('web')).toCompleteRollout({ within: '3m' }),
    );
    expect(message).toMatchSnapshot();
    expect(message).toContain('a-1  Insufficient cpu');
    expect(message).toContain('maxUnavailable=0');
  });

  test('says of lost requests which pod, which proxy, how late, and what saves them', () => {
    const cluster = Cluster.create({ images: { 'shop/web:*': slowStarter } });
    const chart = new Chart(Testing.app(), 'shop');
    new MicroserviceStack(chart, 'web', {
      image: 'shop/web:1.0.0',
      autoscaling: false,
      drain: '0s',
    } as never);
    cluster.deploy(chart);
    expect(cluster).toSettle({ within: '2m' });
    const traffic = cluster.traffic({ to: 'service/web', rps: 200 });
    cluster.advance('5s');
    cluster.deployment('web').setImage('web', 'shop/web:2.0.0');
    expect(cluster.deployment('web')).toCompleteRollout({ within: '3m' });
    const message = messageOf(() => expect(traffic).toHaveNoFailures());
    expect(message).toMatchSnapshot();
    expect(message).toContain('preStop sleep of at least 2s');
  });

  test('of objects that the API server refuses names field, value and construct', () => {
    const cluster = Cluster.create();
    const chart = new Chart(Testing.app(), 'shop');
    new MicroserviceStack(chart, 'web', { image: 'shop/web:1.0.0', autoscaling: false }).override(
      'Deployment',
      { spec: { replicas: -1 } },
    );
    const message = messageOf(() => cluster.deploy(chart));
    expect(message).toMatchSnapshot();
    expect(message).toContain(
      'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    );
  });

  test('of an unknown name lists those there are and the nearest', () => {
    const cluster = Cluster.create();
    cluster.deploy(web());
    expect(messageOf(() => cluster.deployment('wep'))).toMatchSnapshot();
    expect(messageOf(() => cluster.fail.zone('z'))).toMatchSnapshot();
    expect(messageOf(() => cluster.deployment('web').setImage('main', 'x:1'))).toMatchSnapshot();
  });
});
