/**
 * How many pods a second the scheduler places on 5,000 nodes, with the API server in process and
 * no other component. Timed: decisions, bindings, events and their watches; not the pods' creation.
 */
import { kinds } from '../lib/orchestrator/api/kinds';
import type { NewObject } from '../lib/orchestrator/api/object';
import type { Node, Pod, PodSpec } from '../lib/orchestrator/api/objects';
import { ApiServer } from '../lib/orchestrator/apiserver/api-server';
import { Client } from '../lib/orchestrator/client';
import { Scheduler } from '../lib/orchestrator/scheduler/scheduler';
import { Clock, Random, Trace } from '../lib/orchestrator/sim';
import { atLeast, type BenchRow } from './row';

const NODES = 5000;
const ZONES = 3;
const LABELS = { app: 'bench' };
const SELECTOR = { matchLabels: LABELS };

interface Case {
  readonly name: string;
  readonly pods: number;
  readonly target: number;
  readonly spec: Partial<PodSpec>;
}

const CASES: readonly Case[] = [
  { name: 'plain pods', pods: 5000, target: 2300, spec: {} },
  {
    name: 'pods with a required zone spread',
    pods: 3000,
    target: 770,
    spec: {
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'topology.kubernetes.io/zone',
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: SELECTOR,
        },
      ],
    },
  },
  {
    name: 'pods with a required host anti-affinity',
    pods: 3000,
    target: 550,
    spec: {
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey: 'kubernetes.io/hostname', labelSelector: SELECTOR },
          ],
        },
      },
    },
  },
];

/** Runs all cases, one after the other. */
export function benchScheduler(): BenchRow[] {
  return CASES.map((one) => {
    // The better of two: what else the machine does only ever makes it slower.
    const value = Math.max(podsPerSecond(one), podsPerSecond(one));
    const name = `scheduler: ${one.name} on ${NODES} nodes`;
    return atLeast(name, value, 'pods/s', one.target);
  });
}

function podsPerSecond({ pods, spec }: Case): number {
  const clock = new Clock(1_767_225_600_000);
  const trace = new Trace(clock);
  const random = Random.ofSeed(1);
  const api = new ApiServer({ clock, random, trace, kinds, admission: [] });
  const user = new Client({ api, clock, trace, component: 'bench' });
  const client = new Client({ api, clock, trace, component: 'kube-scheduler' });
  for (let i = 0; i < NODES; i++) user.create<Node>('nodes', undefined, node(i));
  new Scheduler({ client, random }).start();
  const template = podSpec(spec);
  for (let i = 0; i < pods; i++) user.create<Pod>('pods', 'default', pod(i, template));
  const start = process.hrtime.bigint();
  // One pod a millisecond, and a while for the last bindings to be seen.
  clock.runUntil(clock.now + pods * 2 + 1000);
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const bound = user.list<Pod>('pods').filter((one) => one.spec.nodeName !== undefined).length;
  if (bound !== pods) throw new Error(`${bound} of ${pods} pods were bound`);
  return pods / seconds;
}

function node(i: number): NewObject<Node> {
  const name = `node-${String(i).padStart(4, '0')}`;
  const allocatable = { cpu: '4', memory: '32Gi', pods: '110', 'ephemeral-storage': '100Gi' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'topology.kubernetes.io/zone': `zone-${i % ZONES}`,
      },
    },
    spec: {},
    status: { allocatable, capacity: allocatable },
  };
}

function podSpec(spec: Partial<PodSpec>): PodSpec {
  return {
    containers: [
      {
        name: 'app',
        image: 'app:v1',
        imagePullPolicy: 'IfNotPresent',
        resources: { requests: { cpu: '100m', memory: '500Mi' } },
      },
    ],
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    schedulerName: 'default-scheduler',
    ...spec,
  };
}

function pod(i: number, spec: PodSpec): NewObject<Pod> {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `pod-${i}`, namespace: 'default', labels: LABELS },
    spec,
  };
}

if (require.main === module) {
  for (const row of benchScheduler()) console.log(JSON.stringify(row));
}
