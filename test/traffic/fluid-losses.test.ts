import { lateMs, type RequestsLostFact, type TrafficReport } from '../../lib/orchestrator/traffic';
import { ServiceWorld } from '../network/service-world';
import { inside, threePods, to, trafficToThreePods } from './three-pods';

const sum = ({ byOutcome }: TrafficReport): number =>
  Object.values(byOutcome).reduce((total, count) => total + count, 0);

describe('requests of a flow that are lost', () => {
  it('is refused by a pod that closed its port, until the node of the client knows', () => {
    const { world, traffic } = trafficToThreePods({ rate: 3000, from: inside('node-b') });
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
    const { world, traffic } = trafficToThreePods({ rate: 3000 });
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
    const { world, traffic } = trafficToThreePods({ rate: 400, from: inside('node-a') });
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
    const { world, traffic } = trafficToThreePods({ rate: 100 });
    for (const name of ['web-1', 'web-2', 'web-3']) world.setReady(name, false);
    world.run(10_000);
    const { byOutcome } = traffic.report();
    expect(byOutcome.rejected).toBeGreaterThan(990);
    expect(byOutcome.ok + byOutcome.rejected).toBe(1000);
    expect(traffic.advice()[0]!.cause).toBe('no-endpoints');
  });

  it('times out at a node that is gone, and clients there send no more', () => {
    const { world, traffic } = trafficToThreePods({ rate: 300 }, { latencyMs: 0 });
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
    const { world, traffic } = trafficToThreePods({ rate: 300, from: inside('node-a') });
    world.run(1000);
    const cut = world.network.faults.partition({ zones: ['zone-a'] }, { zones: ['zone-b'] });
    world.run(1000);
    world.network.faults.heal(cut);
    world.run(1000);
    expect(traffic.report()).toMatchObject({ requests: 900, ok: 800 });
    expect(traffic.losses()).toMatchObject([{ cause: 'partition', podKey: 'default/web-2' }]);
  });

  it('loses what was in progress when a process ends', () => {
    const { world, traffic } = trafficToThreePods(
      { rate: 300, from: inside('node-b') },
      { latencyMs: 100 },
    );
    world.run(1000);
    world.processes.end('10.244.0.1');
    world.run(0);
    const report = traffic.report();
    expect(report.byOutcome.reset).toBe(10);
    expect(report.requests).toBe(300);
    expect(sum(report)).toBe(300);
  });

  it('loses nothing that was in progress if the program ends after it', () => {
    const { world, traffic } = trafficToThreePods(
      { rate: 300, from: inside('node-b') },
      { latencyMs: 100 },
    );
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
    const { world, traffic } = trafficToThreePods({
      rate: 3000,
      retry: { attempts: 5, backoffMs: 100 },
    });
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
    const world = threePods();
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
    const { world, traffic } = trafficToThreePods({
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
});
