import {
  Cluster,
  seeds,
  slowStarter,
  slowStarterThatServesOn,
  type ImageBehaviour,
} from '../../lib/testing';

/**
 * What a real kubelet and kube-proxy lost in a rolling update: 3 pods behind a ClusterIP, 200
 * requests a second on new connections for 40 s, the update at second 7.5. Six real runs each.
 */
const READINESS = 'readinessProbe: {httpGet: {path: /ready, port: 8080}, periodSeconds: 1}';
const PRE_STOP = 'lifecycle: {preStop: {sleep: {seconds: 3}}}';

function lost(seed: number, mode: 'each' | 'fluid', extra: string, program: ImageBehaviour) {
  const cluster = Cluster.create({ seed, zones: ['a'], images: { 'measured:*': program } });
  cluster.deploy(`
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: app, image: "measured:v1", ports: [{containerPort: 8080}]${extra ? `, ${extra}` : ''}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
`);
  expect(cluster).toSettle({ within: '2m' });
  cluster.advance('10s');
  const traffic = cluster.traffic({ to: 'service/web', rps: 200, mode, for: '40s' });
  cluster.advance('7500ms');
  cluster.deployment('web').setEnv('app', 'CHANGED', '1');
  cluster.advance('33s');
  return traffic;
}

const meanOf = (values: readonly number[]) => values.reduce((sum, n) => sum + n, 0) / values.length;
const range = (values: readonly number[]) => [Math.min(...values), Math.max(...values)] as const;

describe('A rolling update of the measured program, 8000 requests', () => {
  test('without a readiness probe loses 409 to 424, as counted flows and request by request', () => {
    const fluid = seeds(6).map((seed) => lost(seed, 'fluid', '', slowStarter).failed);
    const [least, most] = range(fluid);
    expect(least).toBeGreaterThanOrEqual(409);
    expect(most).toBeLessThanOrEqual(424);
    // Drawn by chance, a run strays a little further than the six real ones happened to.
    const each = seeds(6).map((seed) => lost(seed, 'each', '', slowStarter).failed);
    const mean = meanOf(each);
    expect(mean).toBeGreaterThanOrEqual(409);
    expect(mean).toBeLessThanOrEqual(424);
  });

  test('with a readiness probe loses 55 to 129: the proxy waits a second between two syncs', () => {
    const fluid = seeds(6).map((seed) => lost(seed, 'fluid', READINESS, slowStarter).failed);
    const [least, most] = range(fluid);
    expect(least).toBeGreaterThanOrEqual(55);
    expect(most).toBeLessThanOrEqual(129);
    const mean = meanOf(seeds(6).map((seed) => lost(seed, 'each', READINESS, slowStarter).failed));
    expect(mean).toBeGreaterThanOrEqual(55);
    expect(mean).toBeLessThanOrEqual(129);
  });

  test('with a preStop sleep loses none', () => {
    for (const seed of seeds(3)) {
      expect(lost(seed, 'fluid', `${READINESS}, ${PRE_STOP}`, slowStarter)).toHaveNoFailures();
      expect(lost(seed, 'each', `${READINESS}, ${PRE_STOP}`, slowStarter)).toHaveNoFailures();
    }
  });

  test('of a program that serves on after SIGTERM loses none', () => {
    for (const seed of seeds(3)) {
      expect(lost(seed, 'fluid', READINESS, slowStarterThatServesOn)).toHaveNoFailures();
    }
  });

  test('says of each lost request which pod and proxy, how late, and what would have saved it', () => {
    const traffic = lost(1, 'fluid', READINESS, slowStarter);
    const losses = traffic.losses();
    const attributed = losses.reduce((sum, loss) => sum + loss.requests, 0);
    expect(attributed).toBeCloseTo(traffic.report().exactFailed, 6);
    for (const loss of losses) {
      expect(loss).toMatchObject({
        node: 'a-1',
        cause: 'closed-before-removal',
        outcome: 'refused',
      });
      expect(loss.podKey).toMatch(/^default\/web-/);
      // The proxy takes a pod out at its next sync, at most a second and one sync later.
      expect(loss.to - loss.closedAt!).toBeLessThanOrEqual(1100);
    }
    const [advice] = traffic.advice();
    expect(advice).toMatchObject({ preStopSeconds: 2 });
    expect(advice!.change).toContain('preStop sleep of at least 2s');
    expect(
      lost(1, 'fluid', `${READINESS}, lifecycle: {preStop: {sleep: {seconds: 2}}}`, slowStarter),
    ).toHaveNoFailures();
  });
});
