import { constantRate, ramp, spike } from '../../lib/orchestrator/traffic';
import { ServiceWorld } from '../network/service-world';
import { inside, threePods, to, trafficToThreePods } from './three-pods';

describe('traffic as flows', () => {
  it('sends rate times time, and loses nothing while nothing changes', () => {
    const { world, traffic } = trafficToThreePods({ rate: 1_000_000 });
    world.run(10_000);
    const report = traffic.report();
    expect(report).toMatchObject({ requests: 10_000_000, ok: 10_000_000, failed: 0 });
    expect(report.latencyMs).toEqual({ p50: 5, p90: 5, p99: 5 });
  });

  it('costs no event while nothing changes', () => {
    const { world } = trafficToThreePods({ rate: 1_000_000 });
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
    const { world, traffic } = trafficToThreePods({ rate });
    world.run(10_000);
    expect(traffic.report().requests).toBe(total);
  });

  it('spreads evenly over endpoints and tells the pods their load', () => {
    const { world } = trafficToThreePods({ rate: 300 });
    world.run(10);
    expect([...world.processes.loads.values()].map(Math.round)).toEqual([100, 100, 100]);
    world.setReady('web-1', false);
    world.run(2000);
    expect([...world.processes.loads.values()].map(Math.round)).toEqual([0, 150, 150]);
  });

  it('stops after its time', () => {
    const { world, traffic } = trafficToThreePods({ rate: 100, forMs: 3000 });
    world.run(10_000);
    expect(traffic.report()).toMatchObject({ requests: 300, from: 2000, to: 5000 });
  });

  it('takes longer over a slow link', () => {
    const world = threePods();
    world.network.faults.delay({ nodes: ['node-a'] }, { nodes: ['node-b'] }, 40);
    const traffic = world.traffic.start({
      to,
      rate: 300,
      from: inside('node-a'),
    });
    world.run(1000);
    expect(traffic.report().latencyMs).toEqual({ p50: 5, p90: 45, p99: 45 });
  });

  it('is served up to the capacity of the pods, and slower the fuller they are', () => {
    const { world, traffic: half } = trafficToThreePods({ rate: 150 }, { capacityRps: 100 });
    world.run(1000);
    expect(half.report()).toMatchObject({ failed: 0, latencyMs: { p50: 10 } });
    const more = world.traffic.start({ to, rate: 450 });
    world.run(1000);
    expect(half.report().ok + more.report().ok).toBe(150 + 300);
    expect(more.advice()).toMatchObject([{ cause: 'over-capacity' }]);
  });

  it('has a series that adds up and samples that look like it', () => {
    const { world, traffic } = trafficToThreePods({ rate: 300 });
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
