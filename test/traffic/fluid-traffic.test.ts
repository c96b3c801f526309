import {
  constantRate,
  lateMs,
  ramp,
  spike,
  type TrafficReport,
} from '../../lib/orchestrator/traffic';
import type { RequestsLostFact } from '../../lib/orchestrator/traffic';
import { ServiceWorld } from '../network/service-world';

const to = { service: 'default/web' };
const sum = ({ byOutcome }: TrafficReport): number =>
  Object.values(byOutcome).reduce((total, count) => total + count, 0);

describe('traffic as flows', () => {
  it('sends rate times time, and loses nothing while nothing changes', () => {
    const world = new ServiceWorld();
    world.three();
    const traffic = world.traffic.start({ to, rate: 1_000_000 });
    world.run(10_000);
    const report = traffic.report();
    expect(report).toMatchObject({ requests: 10_000_000, ok: 10_000_000, failed: 0 });
    expect(report.latencyMs).toEqual({ p50: 5, p90: 5, p99: 5 });
  });

  it('costs no event while nothing changes', () => {
    const world = new ServiceWorld();
    world.three();
    world.traffic.start({ to, rate: 1_000_000 });
    world.run(10);
    const before = world.clock.events;
    world.run(60_000);
    expect(world.clock.events - before).toBe(0);
  });

  it.each([
    ['a constant rate', constantRate(300), 3000],
    ['a ramp', ramp(0, 1000, 10_000), 5000],
    ['a spike', spike(100, 1000, 2000, 3000), 700 + 3000],
  ])('adds up %s exactly', (_, rate, total) => {
    const world = new ServiceWorld();
    world.three();
    const traffic = world.traffic.start({ to, rate });
    world.run(10_000);
    expect(traffic.report().requests).toBe(total);
  });

  it('spreads evenly over endpoints and tells the pods their load', () => {
    const world = new ServiceWorld();
    world.three();
    world.traffic.start({ to, rate: 300 });
    world.run(10);
    expect([...world.processes.loads.values()].map(Math.round)).toEqual([100, 100, 100]);
    world.setReady('web-1', false);
    world.run(2000);
    expect([...world.processes.loads.values()].map(Math.round)).toEqual([0, 150, 150]);
  });

  it('stops after its time', () => {
    const world = new ServiceWorld();
    world.three();
    const traffic = world.traffic.start({ to, rate: 100, forMs: 3000 });
    world.run(10_000);
    expect(traffic.report()).toMatchObject({ requests: 300, from: 2000, to: 5000 });
  });

  it('is refused by a pod that closed its port, until the node of the client knows', () => {
    const world = new ServiceWorld();
    world.three();
    const traffic = world.traffic.start({
      to,
      rate: 3000,
      from: { kind: 'inside', nodes: ['node-b'] },
    });
    world.run(10_000);
    const closedAt = world.clock.now + 10;
    world.terminate('web-1');
    world.run(10);
    world.processes.set('10.244.0.1', { listening: false });
    world.run(5000);
    const report = traffic.report();
    const [loss, ...others] = traffic.losses();
    expect(others).toEqual([]);
    expect(loss).toMatchObject({
      podKey: 'default/web-1',
      node: 'node-b',
      outcome: 'refused',
      cause: 'closed-before-removal',
      from: closedAt,
      closedAt,
    });
    // A third of 3000 requests a second, as long as the proxy was late.
    expect(loss!.requests).toBeCloseTo(lateMs(loss!)!, 6);
    expect(report.byOutcome.refused).toBe(Math.round(lateMs(loss!)!));
    expect(report.requests).toBe(45_030);
    expect(sum(report)).toBe(report.requests);
    const facts = world.trace.of<RequestsLostFact>('requests-lost');
    expect(facts.map(({ fact }) => fact.node)).toEqual(['node-b']);
    expect(traffic.advice()).toMatchObject([
      { cause: 'closed-before-removal', preStopSeconds: 1, pods: ['default/web-1'] },
    ]);
  });

  it('finds by how much each of several proxies was late', () => {
    const world = new ServiceWorld();
    world.three();
    const traffic = world.traffic.start({ to, rate: 3000 });
    world.run(10_000);
    world.terminate('web-1');
    world.processes.set('10.244.0.1', { listening: false });
    world.run(5000);
    const losses = traffic.losses();
    expect(losses.map(({ node }) => node).sort()).toEqual(['node-a', 'node-b', 'node-c']);
    for (const loss of losses) {
      expect(lateMs(loss)).toBeGreaterThanOrEqual(23);
      expect(lateMs(loss)).toBeLessThanOrEqual(36);
      expect(loss.requests).toBeCloseTo(lateMs(loss)! / 3, 6);
    }
    const lost = losses.reduce((total, { requests }) => total + requests, 0);
    expect(traffic.report().exactFailed).toBeCloseTo(lost, 6);
  });

  it('is refused by a pod that is ready before it listens', () => {
    const world = new ServiceWorld();
    world.three();
    const traffic = world.traffic.start({
      to,
      rate: 400,
      from: { kind: 'inside', nodes: ['node-a'] },
    });
    world.run(5000);
    world.serve('web-4', '10.244.0.4', {
      process: { ports: [{ port: 8080, listening: false, since: world.clock.now }] },
    });
    world.run(2000);
    world.processes.set('10.244.0.4', { listening: true });
    world.run(2000);
    const [loss] = traffic.losses();
    expect(loss).toMatchObject({ cause: 'ready-before-listening', podKey: 'default/web-4' });
    expect(loss!.listeningAt! - loss!.from).toBeGreaterThan(1900);
    expect(traffic.advice()[0]!.change).toContain('readinessProbe');
  });

  it('is rejected when no endpoint is left', () => {
    const world = new ServiceWorld();
    world.three();
    const traffic = world.traffic.start({ to, rate: 100 });
    for (const name of ['web-1', 'web-2', 'web-3']) world.setReady(name, false);
    world.run(10_000);
    const { byOutcome } = traffic.report();
    expect(byOutcome.rejected).toBeGreaterThan(990);
    expect(byOutcome.ok + byOutcome.rejected).toBe(1000);
    expect(traffic.advice()[0]!.cause).toBe('no-endpoints');
  });

  it('times out at a node that is gone, and clients there send no more', () => {
    const world = new ServiceWorld();
    world.three({ latencyMs: 0 });
    const traffic = world.traffic.start({ to, rate: 300 });
    world.run(1000);
    world.network.faults.setDown('node-a', true);
    world.run(1000);
    const report = traffic.report();
    // 300 in the first second; then two of three clients, a third of whose requests get lost.
    expect(report.requests).toBe(500);
    expect(report.byOutcome.timeout).toBe(67);
    expect(traffic.losses().every(({ cause }) => cause === 'node-down')).toBe(true);
  });

  it('times out across a partition until it heals', () => {
    const world = new ServiceWorld();
    world.three();
    const traffic = world.traffic.start({
      to,
      rate: 300,
      from: { kind: 'inside', nodes: ['node-a'] },
    });
    world.run(1000);
    const cut = world.network.faults.partition({ zones: ['zone-a'] }, { zones: ['zone-b'] });
    world.run(1000);
    world.network.faults.heal(cut);
    world.run(1000);
    expect(traffic.report()).toMatchObject({ requests: 900, ok: 800 });
    expect(traffic.losses()).toMatchObject([{ cause: 'partition', podKey: 'default/web-2' }]);
  });

  it('takes longer over a slow link', () => {
    const world = new ServiceWorld();
    world.three();
    world.network.faults.delay({ nodes: ['node-a'] }, { nodes: ['node-b'] }, 40);
    const traffic = world.traffic.start({
      to,
      rate: 300,
      from: { kind: 'inside', nodes: ['node-a'] },
    });
    world.run(1000);
    expect(traffic.report().latencyMs).toEqual({ p50: 5, p90: 45, p99: 45 });
  });

  it('is served up to the capacity of the pods, and slower the fuller they are', () => {
    const world = new ServiceWorld();
    world.three({ capacityRps: 100 });
    const half = world.traffic.start({ to, rate: 150 });
    world.run(1000);
    expect(half.report()).toMatchObject({ failed: 0, latencyMs: { p50: 10 } });
    const more = world.traffic.start({ to, rate: 450 });
    world.run(1000);
    expect(half.report().ok + more.report().ok).toBe(150 + 300);
    expect(more.advice()).toMatchObject([{ cause: 'over-capacity' }]);
  });

  it('loses what was in progress when a process ends', () => {
    const world = new ServiceWorld();
    world.three({ latencyMs: 100 });
    const traffic = world.traffic.start({
      to,
      rate: 300,
      from: { kind: 'inside', nodes: ['node-b'] },
    });
    world.run(1000);
    world.processes.end('10.244.0.1');
    world.run(0);
    const report = traffic.report();
    expect(report.byOutcome.reset).toBe(10);
    expect(report.requests).toBe(300);
    expect(sum(report)).toBe(300);
  });

  it('loses nothing that was in progress if the program ends after it', () => {
    const world = new ServiceWorld();
    world.three({ latencyMs: 100 });
    const traffic = world.traffic.start({
      to,
      rate: 300,
      from: { kind: 'inside', nodes: ['node-b'] },
    });
    world.run(1000);
    world.terminate('web-1');
    world.run(2000);
    world.processes.set('10.244.0.1', { listening: false });
    world.run(150);
    world.processes.end('10.244.0.1');
    world.run(1000);
    expect(traffic.report().failed).toBe(0);
  });

  it('is tried again by clients that do so, and then all is well', () => {
    const world = new ServiceWorld();
    world.three();
    const traffic = world.traffic.start({ to, rate: 3000, retry: { attempts: 5, backoffMs: 100 } });
    world.run(1000);
    world.terminate('web-1');
    world.processes.set('10.244.0.1', { listening: false });
    world.run(5000);
    const report = traffic.report();
    expect(report).toMatchObject({ requests: 18_000, ok: 18_000, failed: 0, pending: 0 });
    expect(report.retried).toBeGreaterThan(20);
    expect(traffic.losses().every(({ retried }) => retried)).toBe(true);
  });

  it('gives up after its last attempt', () => {
    const world = new ServiceWorld();
    world.three();
    for (const ip of ['10.244.0.1', '10.244.1.1', '10.244.2.1']) world.processes.end(ip);
    const traffic = world.traffic.start({
      to,
      rate: 100,
      forMs: 2000,
      retry: { attempts: 3, backoffMs: 500 },
    });
    world.run(1500);
    expect(traffic.report()).toMatchObject({ requests: 150, failed: 50, pending: 100 });
    world.run(10_000);
    expect(traffic.report()).toMatchObject({
      requests: 200,
      failed: 200,
      pending: 0,
      retried: 400,
    });
  });

  it('comes from outside through the nodes that the load balancer takes for healthy', () => {
    const world = new ServiceWorld();
    world.three();
    const traffic = world.traffic.start({
      to,
      rate: 300,
      from: { kind: 'outside', healthCheckMs: 5000 },
    });
    world.run(1000);
    world.network.faults.setDown('node-a', true);
    world.setReady('web-1', false);
    world.run(5000);
    const before = traffic.report();
    // A third of the requests enter by the dead node for 5 s.
    expect(before.requests).toBe(1800);
    expect(before.byOutcome.timeout).toBeGreaterThanOrEqual(500);
    world.run(5000);
    expect(traffic.report().failed).toBe(before.failed);
    expect(traffic.report().requests).toBe(3300);
  });

  it('is dropped at nodes without an endpoint if the policy is Local', () => {
    const world = new ServiceWorld();
    world.service('web', { internalTrafficPolicy: 'Local' });
    world.serve('web-1', '10.244.0.1', { node: 'node-a' });
    world.run(1000);
    const traffic = world.traffic.start({ to, rate: 300 });
    world.run(1000);
    expect(traffic.report()).toMatchObject({ ok: 100, byOutcome: { timeout: 200 } });
    expect(traffic.advice()).toMatchObject([{ cause: 'no-local-endpoints' }]);
  });

  it('has a series that adds up and samples that look like it', () => {
    const world = new ServiceWorld();
    world.three();
    const traffic = world.traffic.start({ to, rate: 300 });
    world.run(2000);
    world.processes.set('10.244.0.1', { listening: false });
    world.run(2000);
    const series = traffic.series(1000);
    expect(series.map(({ requests }) => Math.round(requests))).toEqual([300, 300, 300, 300]);
    expect(series.map(({ failed }) => Math.round(failed))).toEqual([0, 0, 100, 100]);
    const sample = traffic.sample(600);
    expect(sample).toHaveLength(600);
    const refused = sample.filter(({ outcome }) => outcome === 'refused');
    expect(refused.length / 600).toBeGreaterThan(0.1);
    expect(refused.length / 600).toBeLessThan(0.24);
    expect(refused.every(({ at, podKey }) => at >= 4000 && podKey === 'default/web-1')).toBe(true);
  });

  it('is the same in every run of a seed', () => {
    const run = (): string => {
      const world = new ServiceWorld(3);
      world.three({ capacityRps: 1000 });
      const traffic = world.traffic.start({ to, rate: ramp(100, 2000, 5000), retry: {} });
      world.run(1000);
      world.terminate('web-1');
      world.processes.set('10.244.0.1', { listening: false });
      world.run(5000);
      return JSON.stringify([traffic.report(), traffic.losses(), traffic.sample(20)]);
    };
    expect(run()).toBe(run());
  });
});
