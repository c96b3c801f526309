import { NetworkDialer, type Dialled } from '../../lib/orchestrator/network';
import { ServiceWorld } from './service-world';

const inside = { node: 'node-a', external: false };

function dialling(): { world: ServiceWorld; dial: (host: string, port: number) => Dialled } {
  const world = new ServiceWorld();
  world.service('web', {
    type: 'LoadBalancer',
    clusterIP: '10.96.0.10',
    externalIPs: ['203.0.113.5'],
    externalTrafficPolicy: 'Local',
    ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 8080, nodePort: 30080 }],
  });
  world.service('empty', { clusterIP: '10.96.0.20' });
  world.service('alias', {
    type: 'ExternalName',
    externalName: 'web.default.svc.cluster.local',
    clusterIP: undefined,
    ports: undefined,
  });
  world.service('gone', {
    type: 'ExternalName',
    externalName: 'example.com',
    clusterIP: undefined,
  });
  world.service('db', { clusterIP: 'None', selector: { app: 'db' } });
  world.serve('web-1', '10.244.1.1', { node: 'node-b' });
  world.serve('db-0', '10.244.2.1', { node: 'node-c', labels: { app: 'db' } });
  world.run(2000);
  const dialer = new NetworkDialer(world.network, world.client('test'), world.random);
  return { world, dial: (host, port) => dialer.dial(inside, host, port) };
}

describe('one connection', () => {
  it.each([
    ['a short name', 'web', 80, 'ok', 'default/web', 'default/web-1'],
    ['a full name', 'web.default.svc.cluster.local', 80, 'ok', 'default/web', 'default/web-1'],
    ['a cluster IP', '10.96.0.10', 80, 'ok', 'default/web', 'default/web-1'],
    ['a port that the service has not', '10.96.0.10', 81, 'outside', undefined, undefined],
    ['a service without endpoints', 'empty', 80, 'rejected', 'default/empty', undefined],
    ['an unknown name', 'nobody', 80, 'no-such-host', undefined, undefined],
    ['an alias of a service', 'alias', 80, 'ok', 'default/web', 'default/web-1'],
    ['an alias of a name outside', 'gone', 80, 'no-such-host', undefined, undefined],
    ['a headless service', 'db', 8080, 'ok', undefined, 'default/db-0'],
    ['a pod', '10.244.1.1', 8080, 'ok', undefined, 'default/web-1'],
    [
      'a port of a pod where nobody listens',
      '10.244.1.1',
      9,
      'refused',
      undefined,
      'default/web-1',
    ],
    [
      'a node port on a node with an endpoint',
      '192.168.0.2',
      30080,
      'ok',
      'default/web',
      'default/web-1',
    ],
    [
      'a node port on a node without one, by policy Local',
      '192.168.0.1',
      30080,
      'timeout',
      'default/web',
      undefined,
    ],
    [
      'an external IP, at a node without an endpoint',
      '203.0.113.5',
      80,
      'timeout',
      'default/web',
      undefined,
    ],
    ['an address of nobody', '198.51.100.1', 80, 'outside', undefined, undefined],
  ])('to %s', (_, host, port, outcome, service, podKey) => {
    expect(dialling().dial(host, port)).toMatchObject({ outcome, service, podKey });
  });

  it('to a load balancer’s address goes where the balancer sends it', () => {
    const { world, dial } = dialling();
    const service = world.user.get('services', 'default', 'web');
    world.user.updateStatus('services', {
      ...service,
      status: { loadBalancer: { ingress: [{ ip: '198.18.0.1' }] } },
    } as typeof service);
    world.run(100);
    expect(dial('198.18.0.1', 80)).toMatchObject({ service: 'default/web' });
  });
});
