import type { ProxySyncFact } from '../../lib/orchestrator/network';
import { ServiceWorld } from './service-world';

const web = { service: 'default/web' };
const from = (node: string) => ({ node, external: false });

const syncsOf = (world: ServiceWorld, node = 'node-a') =>
  world.trace
    .of<ProxySyncFact>('proxy-sync')
    .filter(({ fact }) => fact.node === node)
    .map(({ at, fact }) => ({ start: fact.startedAt, end: at }));

const ready = (world: ServiceWorld, node = 'node-a'): string[] =>
  world.network.route(from(node), web).endpoints.map(({ ip }) => ip);

describe('a proxy', () => {
  it('syncs at once if its last sync ended a second ago or more, in 20 to 32 ms', () => {
    const world = new ServiceWorld();
    world.three();
    ready(world);
    const at = world.clock.now;
    world.setReady('web-1', false);
    world.run(500);
    const [sync] = syncsOf(world);
    // 1 ms to the endpoint slice controller, 2 ms from its write to the node.
    expect(sync!.start).toBe(at + 3);
    expect(sync!.end - sync!.start).toBeGreaterThanOrEqual(20);
    expect(sync!.end - sync!.start).toBeLessThanOrEqual(32);
    expect(ready(world)).toEqual(['10.244.1.1', '10.244.2.1']);
  });

  it('keeps to its old table until the sync has ended', () => {
    const world = new ServiceWorld();
    world.three();
    ready(world);
    world.setReady('web-1', false);
    world.run(20);
    expect(ready(world)).toHaveLength(3);
    world.run(20);
    expect(ready(world)).toHaveLength(2);
  });

  it('starts the next sync 1.0 s after the end of the last', () => {
    const world = new ServiceWorld();
    world.three();
    ready(world);
    world.setReady('web-1', false);
    world.run(10);
    world.setReady('web-2', false);
    world.run(5000);
    const [first, second, ...more] = syncsOf(world);
    expect(second!.start).toBe(first!.end + 1000);
    expect(more).toEqual([]);
  });

  it('takes in with a sync what came before its start only', () => {
    const world = new ServiceWorld();
    world.three();
    ready(world);
    world.setReady('web-1', false);
    world.run(100);
    for (const name of ['web-2', 'web-3']) world.setReady(name, false);
    world.run(500);
    expect(ready(world)).toEqual(['10.244.1.1', '10.244.2.1']);
    world.run(600);
    expect(ready(world)).toEqual([]);
  });

  it('syncs for services other than those that its clients use', () => {
    const world = new ServiceWorld();
    world.three();
    ready(world);
    world.service('other');
    world.run(1500);
    expect(syncsOf(world).length).toBeGreaterThan(0);
  });

  it('does not look at headless services', () => {
    const world = new ServiceWorld();
    world.three();
    ready(world);
    world.service('db', { clusterIP: 'None' });
    world.serve('db-0', '10.244.0.9', { labels: { app: 'db' } });
    world.run(5000);
    expect(syncsOf(world)).toEqual([]);
    const { endpoints } = world.network.route(from('node-a'), { service: 'default/db' });
    expect(endpoints.map(({ ip }) => ip)).toEqual(['10.244.0.9']);
  });

  it('syncs when a real one did, by its own log of a rolling update', () => {
    // Milliseconds since the first change: when slices changed, and when syncs started.
    const changes = [0, 2332, 2347, 3131, 3460, 5342, 5372, 5843, 6466, 8360, 8416, 9501];
    const logged = [1, 2331, 3360, 4388, 5416, 6441, 7462, 8487, 9520];
    const world = new ServiceWorld();
    world.three();
    ready(world);
    const begin = world.clock.now;
    let isReady = true;
    for (const change of changes) {
      world.clock.runUntil(begin + change);
      isReady = !isReady;
      world.setReady('web-1', isReady);
    }
    world.run(5000);
    const starts = syncsOf(world).map(({ start }) => start - begin);
    expect(starts).toHaveLength(logged.length);
    // Each sync's own duration moves the next by some ms.
    starts.forEach((start, index) => expect(Math.abs(start - logged[index]!)).toBeLessThan(60));
  });

  it('runs only on nodes that are asked, and knows there what it would have known', () => {
    const world = new ServiceWorld();
    world.three();
    ready(world, 'node-a');
    world.setReady('web-1', false);
    world.run(3000);
    expect(syncsOf(world, 'node-b')).toEqual([]);
    expect(ready(world, 'node-b')).toHaveLength(2);
  });

  it('keeps its table while it cannot reach the API server', () => {
    const world = new ServiceWorld();
    world.three();
    ready(world);
    world.network.proxies.setConnected('node-a', false);
    world.setReady('web-1', false);
    world.run(10_000);
    expect(ready(world)).toHaveLength(3);
    world.network.proxies.setConnected('node-a', true);
    world.run(100);
    expect(ready(world)).toHaveLength(2);
  });

  it('differs from other nodes in when it syncs, and not from run to run', () => {
    const run = (): number[] => {
      const world = new ServiceWorld(7);
      world.three();
      for (const node of ['node-a', 'node-b', 'node-c']) ready(world, node);
      world.setReady('web-1', false);
      world.run(2000);
      world.setReady('web-1', true);
      world.run(2000);
      return ['node-a', 'node-b', 'node-c'].flatMap((n) => syncsOf(world, n).map((s) => s.end));
    };
    expect(new Set(run()).size).toBeGreaterThan(2);
    expect(run()).toEqual(run());
  });
});
