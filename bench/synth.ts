/**
 * How long synthesis takes: what our constructs add to the same objects written in plain cdk8s, and
 * what `cdk8s synth` of apps/ takes beside the app that `cdk8s init` makes. Every ratio is of two
 * programs run in turns, each at its quickest: all that is above that is another process's doing.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { ApiObject, App, Chart, Duration, JsonPatch, Size } from 'cdk8s';
import * as plus from 'cdk8s-plus-27';
import { MicroserviceStack } from '../lib';
import { atMost, type BenchRow } from './row';

const ROOT = join(__dirname, '..');
const STACKS = 60;

/** Measures synthesis in this process and through the CLI. */
export function benchSynth(): BenchRow[] {
  return [...overheadRows(), ...cliRows()];
}

function overheadRows(): BenchRow[] {
  const objects = ours().charts[0]?.toJson() as { apiVersion: string; kind: string }[];
  const [constructs, apiObjects, byHand] = quickestInTurns(80, [
    () => ours().synthYaml(),
    () => plain(objects).synthYaml(),
    () => handWritten().synthYaml(),
  ]);
  return [
    atMost('synthesis of 60 microservices', constructs ?? 0, 'ms'),
    atMost('constructs over plain ApiObjects', overhead(constructs, apiObjects), '%', 10),
    atMost('constructs over cdk8s-plus by hand', overhead(constructs, byHand), '%', 10),
  ];
}

function cliRows(): BenchRow[] {
  const template = initTemplate();
  try {
    const [apps, init, start] = quickestInTurns(3, [
      () => run('npx', ['cdk8s', 'synth', '--output', join(template, 'ours')], ROOT),
      () => run('npx', ['cdk8s', 'synth'], template),
      () => run('npx', ['cdk8s', '--version'], template),
    ]);
    const own = (total = 0) => total - (start ?? 0);
    return [
      atMost('cdk8s synth of apps/', apps ?? 0, 'ms'),
      atMost("cdk8s synth of the init template's app", init ?? 0, 'ms'),
      atMost('npx and the CLI before either app runs', start ?? 0, 'ms'),
      atMost('cdk8s synth: apps/ to the template', (apps ?? 0) / (init ?? 1), 'ratio', 1 / 3),
      atMost('the same without npx and the CLI', own(apps) / own(init), 'ratio', 1 / 3),
    ];
  } finally {
    rmSync(template, { recursive: true });
  }
}

function ours(): App {
  const app = new App();
  const chart = new Chart(app, 'bench');
  for (let at = 0; at < STACKS; at++) {
    new MicroserviceStack(chart, `service-${at}`, { image: 'service:1', config: { A: '1' } });
  }
  return app;
}

/** The same objects without any construct at all. */
function plain(objects: { apiVersion: string; kind: string }[]): App {
  const app = new App();
  const chart = new Chart(app, 'bench');
  objects.forEach((object, at) => new ApiObject(chart, `object-${at}`, object));
  return app;
}

/** The same objects as one writes them with cdk8s-plus; patches add what it cannot express. */
function handWritten(): App {
  const app = new App();
  const chart = new Chart(app, 'bench');
  for (let at = 0; at < STACKS; at++) handWrittenStack(chart, `service-${at}`);
  return app;
}

function handWrittenStack(chart: Chart, name: string): void {
  const labels = {
    'app.kubernetes.io/name': name,
    'app.kubernetes.io/instance': name,
    'app.kubernetes.io/managed-by': 'cdk8s',
  };
  const metadata = { name, labels };
  const serviceAccount = new plus.ServiceAccount(chart, `${name}-account`, { metadata });
  const config = new plus.ConfigMap(chart, `${name}-config`, { metadata, data: { A: '1' } });
  const deployment = new plus.Deployment(chart, name, {
    metadata,
    serviceAccount,
    podMetadata: { labels, annotations: { 'checksum/config': '0'.repeat(64) } },
    select: false,
    strategy: plus.DeploymentStrategy.rollingUpdate({
      maxSurge: plus.PercentOrAbsolute.absolute(1),
      maxUnavailable: plus.PercentOrAbsolute.absolute(0),
    }),
    containers: [handWrittenContainer(chart, name, config)],
  });
  deployment.select(plus.LabelSelector.of({ labels: selectorOf(labels) }));
  patchDeployment(deployment);
  new plus.Service(chart, `${name}-service`, {
    metadata,
    selector: deployment,
    ports: [{ port: 80, targetPort: 8080 }],
  });
  new plus.HorizontalPodAutoscaler(chart, `${name}-autoscaler`, {
    metadata,
    target: deployment,
    minReplicas: 3,
    maxReplicas: 10,
    metrics: [
      plus.Metric.resourceCpu(plus.MetricTarget.averageUtilization(70)),
      plus.Metric.resourceMemory(plus.MetricTarget.averageUtilization(80)),
    ],
  });
  new plus.k8s.KubePodDisruptionBudget(chart, `${name}-budget`, {
    metadata,
    spec: {
      maxUnavailable: plus.k8s.IntOrString.fromNumber(1),
      selector: { matchLabels: deployment.matchLabels },
    },
  });
  new plus.NetworkPolicy(chart, `${name}-policy`, {
    metadata,
    selector: deployment,
    ingress: { rules: [{ peer: deployment, ports: [plus.NetworkPolicyPort.tcp(8080)] }] },
    egress: { default: plus.NetworkPolicyTrafficDefault.ALLOW },
  });
}

function selectorOf(labels: { [key: string]: string }): { [key: string]: string } {
  const entries = Object.entries(labels).filter(([key]) => !key.endsWith('managed-by'));
  return Object.fromEntries(entries);
}

/** What cdk8s-plus cannot express; fields it does not know at all get lost. */
function patchDeployment(deployment: plus.Deployment): void {
  const { matchLabels } = deployment;
  const labelSelector = { matchLabels };
  const spread = {
    maxSkew: 1,
    topologyKey: 'topology.kubernetes.io/zone',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector,
    matchLabelKeys: ['pod-template-hash'],
  };
  const term = { labelSelector, topologyKey: 'kubernetes.io/hostname' };
  const preferred = [{ weight: 100, podAffinityTerm: term }];
  const pod = '/spec/template/spec';
  ApiObject.of(deployment).addJsonPatch(
    JsonPatch.add('/spec/revisionHistoryLimit', 10),
    JsonPatch.add(`${pod}/topologySpreadConstraints`, [spread]),
    JsonPatch.add(`${pod}/affinity`, {
      podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred },
    }),
    JsonPatch.add(`${pod}/securityContext/seccompProfile`, { type: 'RuntimeDefault' }),
    JsonPatch.add(`${pod}/containers/0/securityContext/capabilities`, { drop: ['ALL'] }),
  );
}

function handWrittenContainer(
  chart: Chart,
  name: string,
  config: plus.ConfigMap,
): plus.ContainerProps {
  const timing = { initialDelaySeconds: Duration.seconds(5), periodSeconds: Duration.seconds(5) };
  return {
    name,
    image: 'service:1',
    ports: [{ number: 8080, name: 'http' }],
    envFrom: [plus.Env.fromConfigMap(config)],
    resources: {
      cpu: { request: plus.Cpu.millis(100), limit: plus.Cpu.millis(500) },
      memory: { request: Size.mebibytes(128), limit: Size.mebibytes(512) },
      ephemeralStorage: { request: Size.gibibytes(1), limit: Size.gibibytes(1) },
    },
    liveness: plus.Probe.fromHttpGet('/health', { port: 8080, ...timing }),
    readiness: plus.Probe.fromHttpGet('/ready', { port: 8080, ...timing }),
    securityContext: { user: 10001, group: 10001 },
    volumeMounts: [{ path: '/tmp', volume: plus.Volume.fromEmptyDir(chart, `${name}-tmp`, 'tmp') }],
  };
}

/** The app that `cdk8s init typescript-app` makes, with our dependencies. */
function initTemplate(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cdk8s-init-'));
  const source = join(ROOT, 'node_modules/cdk8s-cli/templates/typescript-app');
  for (const file of ['cdk8s.yaml', 'tsconfig.json'])
    cpSync(join(source, file), join(folder, file));
  const main = readFileSync(join(source, 'main.ts'), 'utf8').replace(/\{\{.*?\}\}/, 'hello');
  writeFileSync(join(folder, 'main.ts'), main);
  writeFileSync(join(folder, 'package.json'), '{ "name": "hello", "private": true }');
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

function run(command: string, args: string[], cwd: string): void {
  const env = { ...process.env, CDK8S_CHECK_UPGRADE: 'false' };
  execFileSync(command, args, { cwd, env, stdio: 'ignore' });
}

/** The fewest milliseconds of each program, run in turns after one round to warm up. */
function quickestInTurns(rounds: number, programs: (() => void)[]): number[] {
  const times = programs.map((): number[] => []);
  for (let round = 0; round <= rounds; round++) {
    programs.forEach((program, at) => {
      const start = performance.now();
      program();
      if (round > 0) times[at]?.push(performance.now() - start);
    });
  }
  return times.map((list) => Math.min(...list));
}

function overhead(constructs = 0, other = 1): number {
  return (constructs / other - 1) * 100;
}
