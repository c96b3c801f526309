/**
 * How fast whole clusters are: their start, a rollout, seeds a second, large Deployments, the design
 * challenge, and how the time grows with the cluster.
 */
import { performance } from 'node:perf_hooks';
import { App } from 'cdk8s';
import { Shop } from '../apps/three-tier/shop';
import type { ApiServer } from '../lib/orchestrator/apiserver/api-server';
import type { Deployment } from '../lib/orchestrator/api/objects';
import type { Manifest } from '../lib/orchestrator/cluster/apply-objects';
import { Cluster } from '../lib/testing/cluster';
import { atLeast, atMost, type BenchRow } from './row';

/** Yields each figure as soon as it is there. */
export function* benchOrchestrator(): Generator<BenchRow> {
  yield atMost('a cluster of 3 nodes is up', clusterUpMs(), 'ms', 5);
  yield atMost('three-tier: deployed and rolled under traffic', threeTierMs(), 'ms', 50);
  yield atLeast('3 nodes, 10 pods, 5 virtual minutes, a fault', seedsPerSecond(), 'seeds/s', 200);
  for (const runtime of ['kwok', 'simulated'] as const) {
    const name = `1,000 pods on 100 nodes Ready and rolled (${runtime})`;
    yield atMost(
      name,
      quickest(5, () => largeDeployment(runtime)),
      'ms',
      300,
    );
  }
  const small = quickest(3, () => readyMs(100, 1000));
  yield atMost('100 nodes and 1,000 pods to Ready', small, 'ms');
  const large = quickest(2, () => readyMs(1000, 10_000));
  yield atMost('1,000 nodes and 10,000 pods to Ready', large / 1000, 's', 10);
  yield atMost('growth from 100/1,000 to 1,000/10,000', large / small, 'times', 12);
}

function clusterUpMs(): number {
  return median(60, () => timed(() => Cluster.create()));
}

function threeTierMs(): number {
  const manifests = new Shop(new App(), 'three-tier').toJson() as Manifest[];
  return median(40, () =>
    timed(() => {
      const cluster = Cluster.create({ images: { 'shop/*': { capacityRps: 1000 } } });
      cluster.deploy(manifests);
      must(cluster.settle(), 'the shop became available');
      const traffic = cluster.traffic({ to: 'service/frontend', rps: 200 });
      cluster.deployment('frontend').setImage('frontend', 'shop/frontend:2');
      must(cluster.settle(), 'the rollout ended');
      must(traffic.requests > 1000 && traffic.failed === 0, 'no request was lost');
    }),
  );
}

function seedsPerSecond(): number {
  const manifests = [deployment('web', 7), deployment('worker', 3)];
  const run = (seed: number): void => {
    const cluster = Cluster.create({ seed });
    cluster.deploy(manifests);
    cluster.core.chaos.plan({ fault: 'node', target: 'b-1', afterMs: 60_000, forMs: 90_000 });
    cluster.advance('5m');
    must(cluster.list('pods').length === 10, 'there are ten pods');
  };
  for (let seed = 1; seed <= 40; seed++) run(seed);
  const start = performance.now();
  let seeds = 0;
  while (performance.now() - start < 2000) run(++seeds);
  return seeds / ((performance.now() - start) / 1000);
}

function largeDeployment(runtime: 'kwok' | 'simulated'): number {
  return timed(() => {
    const cluster = createLarge(100, runtime);
    cluster.deploy([deployment('web', 1000)]);
    const { api } = cluster.core;
    must(
      cluster.runUntil(() => allRolled(api, 1), { within: '30m' }),
      'all pods were Ready',
    );
    cluster.deployment('web').setImage('web', 'web:2');
    must(
      cluster.runUntil(() => allRolled(api, 2), { within: '2h' }),
      'all pods were rolled',
    );
  });
}

/** The Deployment's own word, in the same form as `kubectl rollout status` reads it. */
function allRolled(api: ApiServer, generation: number): boolean {
  const { spec, status } = api.get<Deployment>('deployments.apps', 'default', 'web');
  return (
    (status.observedGeneration ?? 0) >= generation &&
    status.updatedReplicas === spec.replicas &&
    status.replicas === spec.replicas &&
    status.availableReplicas === spec.replicas
  );
}

function readyMs(nodes: number, pods: number): number {
  return timed(() => {
    const cluster = createLarge(nodes, 'simulated');
    const deployments = Array.from({ length: 10 }, (_, i) => deployment(`web-${i}`, pods / 10));
    cluster.deploy(deployments);
    must(cluster.settle({ within: '30m' }), 'all pods were Ready');
  });
}

function createLarge(nodes: number, runtime: 'kwok' | 'simulated'): Cluster {
  const zones = ['a', 'b', 'c', 'd', 'e'];
  return Cluster.create({
    zones,
    nodesPerZone: nodes / zones.length,
    node: { cpu: '16', memory: '64Gi' },
    runtime,
  });
}

function deployment(name: string, replicas: number): Manifest {
  const labels = { app: name };
  const resources = { requests: { cpu: '100m', memory: '128Mi' } };
  const ports = [{ containerPort: 8080 }];
  const readinessProbe = { httpGet: { path: '/ready', port: 8080 } };
  const container = { name: 'web', image: 'web:1', resources, ports, readinessProbe };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  };
}

function timed(run: () => void): number {
  (globalThis as { gc?: () => void }).gc?.();
  const start = performance.now();
  run();
  return performance.now() - start;
}

/** After a third of the rounds to warm up. */
function median(rounds: number, measure: () => number): number {
  const times = Array.from({ length: rounds }, measure).slice(Math.floor(rounds / 3));
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)]!;
}

const quickest = (rounds: number, measure: () => number): number =>
  Math.min(...Array.from({ length: rounds }, measure));

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`the measurement is void: it is not so that ${what}`);
}
