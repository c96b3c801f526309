/**
 * The demonstration of `npm start`: writes dist/ from apps/, deploys the shop to a simulated cluster
 * of three zones, and shows a rolling update, a bad version, and the loss of a zone, each under
 * traffic.
 */
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { App, YamlOutputType } from 'cdk8s';
import { addApps } from '../apps/apps';
import { Shop } from '../apps/three-tier/shop';
import type { Pod } from '../lib/orchestrator/api/objects';
import { formatInstant, formatSpan } from '../lib/report/instants';
import { formatLanes } from '../lib/report/lanes';
import { countOver, podHistories } from '../lib/report/pod-history';
import type { TrafficReport } from '../lib/orchestrator/traffic';
import { Cluster } from '../lib/testing/cluster';
import type { WorkloadHandle } from '../lib/testing/handles/workload-handle';
import type { TrafficHandle } from '../lib/testing/traffic';

const NEXT = '1.5.0';
const BROKEN = '1.6.0';
const RPS = 200;

export interface DemonstrationOptions {
  /** Where `cdk8s synth` writes. */
  readonly outdir: string;
  readonly write: (text: string) => void;
  /** Without box characters. @default false */
  readonly ascii?: boolean;
}

export function demonstrate(options: DemonstrationOptions): void {
  const say = (line = ''): void => options.write(`${line}\n`);
  const started = performance.now();
  const objects = synthesise(options.outdir);
  say(`synthesised apps/ into dist/: ${objects} objects${took(started)}`);

  const running = performance.now();
  const cluster = Cluster.create({
    // What is inside the shop's images; unless somebody says so, one CPU serves 100 requests a second.
    images: {
      'shop/*': { capacityRps: 1000 },
      [`shop/frontend:${BROKEN}`]: { readiness: 'never' },
    },
  });
  cluster.deploy(new Shop(new App(), 'three-tier', { frontendReplicas: 3 }));
  const before = cluster.now;
  cluster.settle();
  say(`deployed the shop (three-tier) to 3 zones: all available ${since(cluster, before)} later`);
  const traffic = cluster.traffic({ to: 'service/frontend', rps: RPS });
  cluster.advance('30s');

  const scene = {
    cluster,
    traffic,
    web: cluster.deployment('frontend'),
    say,
    ascii: options.ascii,
  };
  rollingUpdate(scene);
  badVersion(scene);
  zoneOutage(scene);
  say(
    `${formatSpan(cluster.now)} of virtual time, ${cluster.core.clock.events} events` +
      `${took(running)}. The same seed gives the same run.`,
  );
  say();
  say('Next  npx cdk8s-drydock simulate        what apps/ does, and what would break it');
  say('      npx cdk8s-drydock serve dist/     the same cluster for your kubectl');
  say('      npm cit                           install and all checks');
}

interface Scene {
  readonly cluster: Cluster;
  readonly traffic: TrafficHandle;
  readonly web: WorkloadHandle;
  readonly say: (line?: string) => void;
  readonly ascii: boolean | undefined;
}

function synthesise(outdir: string): number {
  const app = new App({ outdir, yamlOutputType: YamlOutputType.FILE_PER_CHART });
  addApps(app);
  app.synth();
  return app.charts.reduce((sum, chart) => sum + chart.toJson().length, 0);
}

function rollingUpdate(scene: Scene): void {
  const { cluster, web, say } = scene;
  const from = cluster.now;
  const before = scene.traffic.report();
  say();
  say(`A rolling update: frontend to ${NEXT}, under ${RPS} requests a second`);
  web.setImage('frontend', `shop/frontend:${NEXT}`);
  cluster.settle();
  picture(scene, from);
  say(`  rolled out in ${since(cluster, from)}; ${levels(scene, from)}; ${losses(scene, before)}`);
}

function badVersion(scene: Scene): void {
  const { cluster, web, say } = scene;
  const from = cluster.now;
  const before = scene.traffic.report();
  say();
  say(`A version that never gets ready: frontend to ${BROKEN}`);
  web.setImage('frontend', `shop/frontend:${BROKEN}`);
  const stalled = cluster.runUntil(() => isStalled(web), { within: '20m' });
  const word = stalled ? 'ProgressDeadlineExceeded' : 'still progressing';
  say(`  ${formatInstant(cluster.now - from)}  ${word}; ${levels(scene, from)}`);
  web.rollout.undo();
  cluster.settle();
  say(`  ${formatInstant(cluster.now - from)}  undone; ${losses(scene, before)}`);
}

function zoneOutage(scene: Scene): void {
  const { cluster, say } = scene;
  const from = cluster.now;
  const before = scene.traffic.report();
  say();
  say('Zone b fails for ten minutes');
  const outage = cluster.fail.zone('b');
  cluster.advance('10m');
  outage.heal();
  cluster.settle();
  say(`  ${levels(scene, from)}; ${losses(scene, before)}`);
  for (const { cause, change } of scene.traffic.advice()) {
    say(`  ${cause.replace(/-/g, ' ')}; what would have saved them: ${change}`);
  }
  say();
}

const ofFrontend = (pod: Pod): boolean =>
  pod.metadata.labels?.['app.kubernetes.io/name'] === 'frontend';

function picture({ cluster, say, ascii }: Scene, from: number): void {
  const histories = podHistories(cluster.core.trace, ofFrontend);
  const lanes = formatLanes(histories, { from, to: cluster.now, ...(ascii ? { ascii } : {}) });
  say();
  for (const line of lanes) say(line.trimEnd());
  say();
}

/** `never fewer than 3 of 3 ready`, from the trace. */
function levels({ cluster, web }: Scene, from: number): string {
  const histories = podHistories(cluster.core.trace, ofFrontend);
  const lowest = Math.min(
    ...countOver(histories, from, (state) => state === 'ready').map(({ count }) => count),
  );
  return `never fewer than ${lowest} of ${web.replicas} pods ready`;
}

/** What was lost since a report, and until when. */
function losses({ cluster, traffic }: Scene, before: TrafficReport): string {
  const { requests, failed } = traffic.report();
  const [sent, lost] = [requests - before.requests, failed - before.failed];
  if (lost === 0) return `none of ${sent} requests lost`;
  const last = Math.max(...traffic.losses().map(({ to }) => Math.min(to, cluster.now)));
  return `${lost} of ${sent} requests lost, all in the first ${formatSpan(last - before.to)}`;
}

function isStalled(web: WorkloadHandle): boolean {
  const { status } = web.get() as unknown as {
    status: { conditions?: readonly { type: string; reason?: string }[] };
  };
  return (status.conditions ?? []).some(
    ({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded',
  );
}

const since = (cluster: Cluster, from: number): string => formatSpan(cluster.now - from);
const took = (from: number): string => ` in ${((performance.now() - from) / 1000).toFixed(2)}s`;

if (require.main?.filename === join(__dirname, 'start.js')) {
  const { LC_ALL, LC_CTYPE, LANG } = process.env;
  demonstrate({
    outdir: join(__dirname, '..', 'dist'),
    write: (text) => process.stdout.write(text),
    ascii: !/utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '') && process.platform === 'linux',
  });
}
