/** Whatever happens, every request is counted once, and the ledger has each that was lost. */
import type { TrafficHandle } from '../../lib/orchestrator/traffic';
import { ServiceWorld } from '../network/service-world';

const IPS = ['10.244.0.1', '10.244.1.1', '10.244.2.1', '10.244.0.2', '10.244.1.2'];
const NODES = ['node-a', 'node-b', 'node-c'];

interface Played {
  readonly world: ServiceWorld;
  readonly handles: readonly TrafficHandle[];
  readonly rates: readonly number[];
  readonly ms: number;
}

function play(seed: number, retry: boolean): Played {
  const world = new ServiceWorld(seed);
  const random = world.random.fork('test');
  world.service('web');
  IPS.forEach((ip, i) =>
    world.serve(`web-${i}`, ip, {
      node: NODES[i % 3]!,
      process: { capacityRps: random.int(100, 900), latencyMs: random.int(1, 200) },
    }),
  );
  world.run(2000);
  const to = { service: 'default/web' };
  const rates = [random.int(1, 1000), random.int(1, 5000)];
  const handles = [
    world.traffic.start({ to, rate: rates[0]!, ...(retry ? { retry: {} } : {}) }),
    world.traffic.start({ to, rate: rates[1]!, from: { kind: 'outside' } }),
  ];
  const cuts: number[] = [];
  const acts: readonly (() => void)[] = [
    () => world.processes.set(random.pick(IPS), { listening: random.float() < 0.5 }),
    () => world.processes.end(random.pick(IPS)),
    () => world.processes.set(random.pick(IPS), { alive: true, listening: true }),
    () => world.setReady(`web-${random.int(0, 4)}`, random.float() < 0.7),
    () => {
      const zones = (): string[] => [`zone-${random.pick(['a', 'b', 'c'])}`];
      cuts.push(world.network.faults.partition({ zones: zones() }, { zones: zones() }));
    },
    () => {
      const cut = cuts.pop();
      if (cut !== undefined) world.network.faults.heal(cut);
    },
    () => {
      cuts.push(world.network.faults.delay({ nodes: ['node-a'] }, { nodes: ['node-b'] }, 30));
    },
  ];
  const start = world.clock.now;
  for (let i = 0; i < 60; i++) {
    random.pick(acts)();
    world.run(random.int(0, 400));
    if (random.float() < 0.1) handles[0]!.report();
  }
  return { world, handles, rates, ms: world.clock.now - start };
}

const SEEDS = Array.from({ length: 30 }, (_, index) => index + 1);

describe('in any history', () => {
  it.each(SEEDS)('outcomes add up to rate times time (seed %i)', (seed) => {
    const { handles, rates, ms } = play(seed, false);
    handles.forEach((handle, index) => {
      const report = handle.report();
      expect(report.requests).toBe(Math.round((rates[index]! * ms) / 1000));
      const sum = Object.values(report.byOutcome).reduce((total, count) => total + count, 0);
      expect(sum + report.pending).toBe(report.requests);
      expect(report.ok + report.failed + report.pending).toBe(report.requests);
      expect(report.pending).toBe(0);
    });
  });

  it.each(SEEDS)('the ledger has what was lost, no more and no less (seed %i)', (seed) => {
    const { handles } = play(seed, false);
    for (const handle of handles) {
      const entered = handle.losses().reduce((total, { requests }) => total + requests, 0);
      expect(entered).toBeCloseTo(handle.report().exactFailed, 4);
      for (const { from, to, requests } of handle.losses()) {
        expect(to).toBeGreaterThanOrEqual(from);
        expect(requests).toBeGreaterThan(0);
      }
      const advised = handle.advice().reduce((total, { requests }) => total + requests, 0);
      expect(advised).toBeCloseTo(entered, 4);
    }
  });

  it.each(SEEDS)('with retries every request ends somewhere (seed %i)', (seed) => {
    const { world, handles } = play(seed, true);
    const [retrying] = handles;
    retrying!.stop();
    world.run(10_000);
    const report = retrying!.report();
    expect(report.pending).toBe(0);
    expect(report.ok + report.failed).toBe(report.requests);
  });

  it.each(SEEDS)('the series adds up to the whole (seed %i)', (seed) => {
    const { handles } = play(seed, false);
    for (const handle of handles) {
      const series = handle.series(250);
      const sum = series.reduce((total, { requests }) => total + requests, 0);
      expect(sum).toBeCloseTo(handle.report().requests, -1);
    }
  });

  it('a seed gives the same reports and traces again', () => {
    const all = (): string => {
      const { world, handles } = play(11, true);
      const told = handles.map((handle) => [handle.report(), handle.losses(), handle.sample(50)]);
      return JSON.stringify(told) + [...world.trace.lines()].join('\n');
    };
    expect(all()).toBe(all());
  });
});
