import { ServiceWorld } from '../network/service-world';

const to = { service: 'default/web' };
const loadsOf = (world: ServiceWorld): number[] =>
  ['web-1', 'web-2', 'web-3', 'web-4'].flatMap((name) => {
    const pod = world.user.tryGet('pods', 'default', name);
    return pod === undefined ? [] : Math.round(world.processes.loads.get(pod.metadata.uid) ?? 0);
  });

describe('clients that keep their connections', () => {
  it('stay with a pod that the proxies have dropped, as long as it lives', () => {
    const world = new ServiceWorld();
    world.three();
    const traffic = world.traffic.start({ to, rate: 300, connections: 'kept' });
    world.run(1000);
    world.terminate('web-1');
    world.processes.set('10.244.0.1', { listening: false });
    world.run(5000);
    expect(loadsOf(world)).toEqual([100, 100, 100]);
    expect(traffic.report()).toMatchObject({ requests: 1800, failed: 0 });
  });

  it('go elsewhere when the process ends, and lose what was in progress only', () => {
    const world = new ServiceWorld();
    world.three({ latencyMs: 100 });
    const traffic = world.traffic.start({ to, rate: 300, connections: 'kept' });
    world.run(1000);
    world.terminate('web-1');
    world.run(2000);
    world.processes.end('10.244.0.1');
    world.run(2000);
    expect(loadsOf(world)).toEqual([0, 150, 150]);
    expect(traffic.report().byOutcome).toMatchObject({ reset: 10, refused: 0, ok: 1490 });
  });

  it('do not go to new pods', () => {
    const world = new ServiceWorld();
    world.three();
    world.traffic.start({ to, rate: 300, connections: 'kept' });
    world.run(1000);
    world.serve('web-4', '10.244.0.4');
    world.run(5000);
    expect(loadsOf(world)).toEqual([100, 100, 100, 0]);
  });

  it('wait for a node that is gone until they time out', () => {
    const world = new ServiceWorld();
    world.three({ latencyMs: 0 });
    const from = { kind: 'inside' as const, nodes: ['node-b'] };
    const traffic = world.traffic.start({ to, rate: 300, connections: 'kept', from });
    world.run(1000);
    world.network.faults.setDown('node-a', true);
    world.run(10_000);
    expect(traffic.report().byOutcome).toMatchObject({ timeout: 100, ok: 3200 });
  });

  it('make new ones where there is a pod again', () => {
    const world = new ServiceWorld();
    world.three({ latencyMs: 0 });
    const traffic = world.traffic.start({ to, rate: 300, connections: 'kept' });
    world.run(1000);
    for (const ip of ['10.244.0.1', '10.244.1.1', '10.244.2.1']) world.processes.end(ip);
    world.run(1000);
    for (const ip of ['10.244.0.1', '10.244.1.1', '10.244.2.1']) {
      world.processes.set(ip, { alive: true, listening: true });
    }
    world.run(1000);
    expect(traffic.report()).toMatchObject({ requests: 900, ok: 600, failed: 300 });
  });
});

describe('clients of a service with session affinity', () => {
  const sticky = (): ServiceWorld => {
    const world = new ServiceWorld();
    world.service('web', { sessionAffinity: 'ClientIP' });
    world.serve('web-1', '10.244.0.1', { node: 'node-a' });
    world.serve('web-2', '10.244.1.1', { node: 'node-b' });
    world.run(2000);
    return world;
  };

  it('stay with their pods when another comes', () => {
    const world = sticky();
    world.traffic.start({ to, rate: 300 });
    world.run(1000);
    world.serve('web-3', '10.244.2.1', { node: 'node-c' });
    world.run(5000);
    expect(loadsOf(world)).toEqual([150, 150, 0]);
  });

  it('pick another when theirs is dropped', () => {
    const world = sticky();
    const traffic = world.traffic.start({ to, rate: 300 });
    world.run(1000);
    world.setReady('web-1', false);
    world.run(5000);
    expect(loadsOf(world)).toEqual([0, 300]);
    expect(traffic.report().failed).toBe(0);
  });

  it('go all to one pod if they are one client', () => {
    const world = sticky();
    const pods = [{ podKey: 'default/client', node: 'node-c' }];
    world.traffic.start({ to, rate: 300, from: { kind: 'pods', pods } });
    world.run(5000);
    expect(loadsOf(world).sort()).toEqual([0, 300]);
  });

  it.each(['each', 'fluid'] as const)('do so request by request as well (%s)', (mode) => {
    const world = sticky();
    const pods = [{ podKey: 'default/client', node: 'node-c' }];
    const traffic = world.traffic.start({ to, rate: 200, mode, from: { kind: 'pods', pods } });
    world.run(2000);
    expect(new Set(traffic.sample(100).map(({ podKey }) => podKey)).size).toBe(1);
  });
});

describe('requests one by one', () => {
  it('take turns under IPVS', () => {
    const world = new ServiceWorld(1, { proxyMode: 'ipvs' });
    world.three();
    const from = { kind: 'inside' as const, nodes: ['node-a'] };
    const traffic = world.traffic.start({ to, rate: 300, mode: 'each', from, forMs: 1000 });
    world.run(2000);
    expect(traffic.report().requests).toBe(300);
    const sample = traffic.sample(3000);
    for (const pod of ['web-1', 'web-2', 'web-3']) {
      const share = sample.filter(({ podKey }) => podKey === `default/${pod}`).length / 300;
      expect(share).toBeGreaterThan(0.2);
    }
  });

  it('are as many as the rate asks for, and tried again as the policy says', () => {
    const world = new ServiceWorld();
    world.three();
    for (const ip of ['10.244.0.1', '10.244.1.1', '10.244.2.1']) world.processes.end(ip);
    const retry = { attempts: 3, backoffMs: 50 };
    const traffic = world.traffic.start({ to, rate: 70, mode: 'each', retry, forMs: 3000 });
    world.run(10_000);
    expect(traffic.report()).toMatchObject({
      requests: 210,
      failed: 210,
      retried: 420,
      pending: 0,
    });
  });

  it('are reset if their process ends before it answers', () => {
    const world = new ServiceWorld();
    world.three({ latencyMs: 500 });
    const traffic = world.traffic.start({ to, rate: 100, mode: 'each' });
    world.run(1000);
    for (const ip of ['10.244.0.1', '10.244.1.1', '10.244.2.1']) world.processes.end(ip);
    expect(traffic.report().byOutcome).toMatchObject({ reset: 50, ok: 51 });
  });
});
