/**
 * Requests lost in a rolling update, as measured on a real kubelet and kube-proxy: 3 pods, surge 1,
 * unavailable 0, 200 requests a second for 40 s, each on a new connection; the program listens 2 s
 * after its start and closes its port on SIGTERM, unless it says otherwise.
 */
import type { Deployment } from '../../lib/orchestrator/api/objects';
import { administrator, applyObjects } from '../../lib/orchestrator/cluster/apply-objects';
import { Cluster } from '../../lib/orchestrator/cluster/cluster';
import { lateMs, type TrafficHandle } from '../../lib/orchestrator/traffic';
import { slowStarter, slowStarterThatServesOn } from '../../lib/orchestrator/workload';

interface Variant {
  readonly readiness?: boolean;
  readonly preStop?: number;
  readonly servesOn?: boolean;
}

const PROBE = { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 1 };

function manifests({ readiness = false, preStop }: Variant): Record<string, unknown>[] {
  const container = {
    name: 'app',
    image: 'example.local/probe-server:1',
    ports: [{ containerPort: 8080 }],
    env: [{ name: 'VERSION', value: '0' }],
    ...(readiness ? { readinessProbe: PROBE } : {}),
    ...(preStop === undefined ? {} : { lifecycle: { preStop: { sleep: { seconds: preStop } } } }),
  };
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'default' },
      spec: {
        clusterIP: '10.96.100.10',
        selector: { app: 'web' },
        ports: [{ port: 80, targetPort: 8080 }],
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'default' },
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { terminationGracePeriodSeconds: 10, containers: [container] },
        },
      },
    },
  ];
}

/** One measured run: settles, sends for 40 s, updates at second 7.5. */
function roll(seed: number, variant: Variant, mode: 'fluid' | 'each'): TrafficHandle {
  const cluster = new Cluster({
    seed,
    zones: ['a'],
    images: {
      'example.local/probe-server*':
        variant.servesOn === true ? slowStarterThatServesOn : slowStarter,
    },
  });
  for (const { error } of applyObjects(cluster.api, manifests(variant))) {
    if (error !== undefined) throw error;
  }
  cluster.advance(20_000);
  const to = { service: 'default/web' };
  const handle = cluster.traffic.start({ to, rate: 200, forMs: 40_000, mode });
  cluster.advance(7500);
  const { api } = cluster;
  const patch = {
    spec: {
      template: { spec: { containers: [{ name: 'app', env: [{ name: 'VERSION', value: '1' }] }] } },
    },
  };
  api.patch<Deployment>(administrator, 'deployments.apps', 'default', 'web', 'strategic', patch);
  cluster.advance(40_000);
  return handle;
}

const SEEDS = [1, 2, 3, 4, 5, 6];

describe('requests lost in a rolling update, as flows', () => {
  it.each(SEEDS)('are 409 to 424 of 8,000 without a readiness probe (seed %i)', (seed) => {
    const { requests, failed, byOutcome } = roll(seed, {}, 'fluid').report();
    expect(requests).toBe(8000);
    expect(failed).toBeGreaterThanOrEqual(409);
    expect(failed).toBeLessThanOrEqual(424);
    expect(byOutcome.refused + byOutcome.reset).toBe(failed);
  });

  it.each(SEEDS)('are 55 to 129 with one (seed %i)', (seed) => {
    const { requests, failed } = roll(seed, { readiness: true }, 'fluid').report();
    expect(requests).toBe(8000);
    expect(failed).toBeGreaterThanOrEqual(55);
    expect(failed).toBeLessThanOrEqual(129);
  });

  it.each(SEEDS)('are none with a preStop sleep of 3 s (seed %i)', (seed) => {
    const traffic = roll(seed, { readiness: true, preStop: 3 }, 'fluid');
    expect(traffic.report()).toMatchObject({ requests: 8000, failed: 0, exactFailed: 0 });
    expect(traffic.losses()).toEqual([]);
  });

  it.each(SEEDS)('are none with a program that serves on for 3 s (seed %i)', (seed) => {
    const traffic = roll(seed, { readiness: true, servesOn: true }, 'fluid');
    expect(traffic.report()).toMatchObject({ requests: 8000, failed: 0, exactFailed: 0 });
  });
});

describe('requests lost in a rolling update, one by one', () => {
  // Each request has its own chance: the mean is what was measured, single runs spread around it.
  it('are as measured in the mean without a readiness probe', () => {
    const lost = SEEDS.map((seed) => roll(seed, {}, 'each').report().failed);
    const mean = lost.reduce((sum, count) => sum + count, 0) / lost.length;
    expect(mean).toBeGreaterThanOrEqual(400);
    expect(mean).toBeLessThanOrEqual(430);
    expect(Math.min(...lost)).toBeGreaterThan(365);
    expect(Math.max(...lost)).toBeLessThan(470);
  });

  it('are as measured in the mean with one', () => {
    const lost = SEEDS.map((seed) => roll(seed, { readiness: true }, 'each').report().failed);
    const mean = lost.reduce((sum, count) => sum + count, 0) / lost.length;
    expect(mean).toBeGreaterThanOrEqual(55);
    expect(Math.min(...lost)).toBeGreaterThan(40);
    expect(Math.max(...lost)).toBeLessThanOrEqual(129);
  });

  it.each([{ preStop: 3 }, { servesOn: true }])('are none with %j', (variant) => {
    const traffic = roll(1, { readiness: true, ...variant }, 'each');
    expect(traffic.report()).toMatchObject({ requests: 8000, failed: 0 });
  });
});

describe('the ledger of a rolling update', () => {
  it('names each old pod and by how much the proxy was late: most for the first', () => {
    const traffic = roll(1, { readiness: true }, 'fluid');
    const losses = traffic.losses();
    expect(losses).toHaveLength(3);
    expect(losses.every(({ cause }) => cause === 'closed-before-removal')).toBe(true);
    expect(new Set(losses.map(({ podKey }) => podKey)).size).toBe(3);
    const [first, second, third] = losses.map((loss) => lateMs(loss)!);
    // The first waits for the proxy's second between syncs, the others go within what is left of it.
    expect(first).toBeGreaterThanOrEqual(990);
    expect(first).toBeLessThanOrEqual(1060);
    expect(second).toBeLessThan(400);
    expect(third).toBeLessThan(1000);
    expect(losses.reduce((sum, { requests }) => sum + requests, 0)).toBeCloseTo(
      traffic.report().exactFailed,
      6,
    );
  });

  it('says what would have saved them', () => {
    expect(roll(1, { readiness: true }, 'fluid').advice()).toMatchObject([
      { cause: 'closed-before-removal', preStopSeconds: 2 },
    ]);
    const causes = roll(1, {}, 'fluid').advice();
    expect(causes.map(({ cause }) => cause).sort()).toEqual([
      'closed-before-removal',
      'ready-before-listening',
    ]);
  });

  it('is right: with the sleep that it asks for nothing is lost, with less there is', () => {
    const [advice] = roll(1, { readiness: true }, 'fluid').advice();
    const enough = advice!.preStopSeconds!;
    const lostWith = (preStop: number): number =>
      roll(1, { readiness: true, preStop }, 'fluid').report().exactFailed;
    expect(lostWith(enough)).toBe(0);
    expect(lostWith(enough - 1)).toBeGreaterThan(0);
  });
});
