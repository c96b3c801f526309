/**
 * What kube-scheduler 1.36.3 decided in clusters made at random, down to each plugin's score of
 * each node, and what it said of pods that fitted nowhere.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { NewObject, StringMap } from '../../lib/orchestrator/api/object';
import type {
  Node,
  Pod,
  PodDisruptionBudget,
  PodSpec,
  Service,
} from '../../lib/orchestrator/api/objects';
import { ControlPlane, podObject, type PodParts } from './control-plane';

interface RecordedPod {
  readonly name: string;
  readonly ns: string;
  readonly labels: StringMap;
  readonly spec: PodSpec;
  /** Of pods that run already. */
  readonly node?: string;
  readonly start?: string;
}

interface Answer {
  /** The node, or why there was none. */
  readonly node?: string;
  readonly message?: string;
  /** Weighted scores by plugin and node, if more than one node was feasible. */
  readonly scores?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly nominated?: string;
  readonly victims?: readonly string[];
}

interface World {
  readonly nodes: readonly {
    readonly name: string;
    readonly labels: StringMap;
    readonly taints: Node['spec']['taints'];
    readonly unschedulable: boolean;
    readonly allocatable: StringMap;
    readonly images: Node['status']['images'];
  }[];
  readonly services: readonly StringMap[];
  readonly budgets?: readonly { name: string; app: string; allowed: number }[];
  readonly placed: readonly RecordedPod[];
  readonly incoming: readonly RecordedPod[];
  readonly answers: readonly Answer[];
}

function recorded(name: string): World[] {
  const file = join(__dirname, 'data', `kube-scheduler-${name}.ndjson.gz`);
  const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as World);
}

function build(world: World): ControlPlane {
  const cluster = new ControlPlane();
  cluster.namespace('other', { team: 'o' });
  for (const { name, labels, taints, unschedulable, allocatable, images } of world.nodes) {
    cluster.create<Node>('nodes', undefined, {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels },
      spec: { taints: taints!, unschedulable },
      status: { allocatable, images },
    });
  }
  for (const selector of world.services) {
    cluster.create<Service>('services', 'default', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's', namespace: 'default' },
      spec: { type: 'ClusterIP', selector },
    });
  }
  for (const { name, app, allowed } of world.budgets ?? []) {
    cluster.create<PodDisruptionBudget>('poddisruptionbudgets.policy', 'default', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name, namespace: 'default' },
      spec: { minAvailable: 1, selector: { matchLabels: { app } } },
      status: { disruptionsAllowed: allowed },
    });
  }
  for (const pod of world.placed) cluster.create<Pod>('pods', pod.ns, objectOf(pod));
  cluster.run(50);
  return cluster;
}

/** The pod with what the API server would have filled in. */
function objectOf({ name, ns, labels, spec, node, start }: RecordedPod): NewObject<Pod> {
  const parts: PodParts = {
    ...spec,
    labels,
    namespace: ns,
    priority: Number(spec.priorityClassName?.slice(1) ?? 0),
    containers: spec.containers.map((container) => ({
      ...container,
      ...(container.ports === undefined
        ? {}
        : { ports: container.ports.map((port) => ({ ...port, protocol: 'TCP' })) }),
    })),
    ...(node === undefined ? {} : { nodeName: node }),
  };
  const status = start === undefined ? {} : { status: { phase: 'Running', startTime: start } };
  return { ...podObject(name, parts), ...status };
}

function answerOf(cluster: ControlPlane, name: string): Answer {
  const [fact] = cluster.facts(name);
  const { node, message, scored } = fact!;
  const answer: Answer = node === undefined ? { message: message! } : { node };
  if (scored === undefined) return answer;
  const scores: Record<string, Record<string, number>> = {};
  for (const [plugin, row] of Object.entries(scored.plugins)) {
    scores[plugin] = Object.fromEntries(scored.nodes.map((one, i) => [one, row[i]!]));
  }
  return { ...answer, scores: withoutZeros(scores) };
}

/** Plugins that gave every node 0 had nothing to say. */
const withoutZeros = (scores: NonNullable<Answer['scores']>): NonNullable<Answer['scores']> =>
  Object.fromEntries(
    Object.entries(scores).filter(([, row]) => Object.values(row).some((score) => score !== 0)),
  );

function totals(scores: NonNullable<Answer['scores']>): Map<string, number> {
  const sums = new Map<string, number>();
  for (const row of Object.values(scores)) {
    for (const [node, score] of Object.entries(row)) {
      sums.set(node, (sums.get(node) ?? 0) + score);
    }
  }
  return sums;
}

describe('Every decision of a real kube-scheduler', () => {
  it('has the same scores, a node with the same total, or the same message', () => {
    let decisions = 0;
    for (const world of recorded('decisions')) {
      world.incoming.forEach((pod, i) => {
        const real = world.answers[i]!;
        const cluster = build(world);
        cluster.create<Pod>('pods', pod.ns, objectOf(pod));
        cluster.run(50);
        const ours = answerOf(cluster, pod.name);
        decisions++;
        if (real.scores === undefined) {
          expect(ours).toEqual(real);
          return;
        }
        expect(ours.scores).toEqual(withoutZeros(real.scores));
        // Which of the best is taken is chance in a real cluster.
        const sums = totals(ours.scores!);
        expect(sums.get(real.node!)).toBe(Math.max(...sums.values()));
        expect(sums.get(ours.node!)).toBe(sums.get(real.node!));
      });
    }
    expect(decisions).toBe(360);
  });

  it('evicts the same victims from the same node', () => {
    let preemptions = 0;
    for (const world of recorded('preemptions')) {
      const [pod] = world.incoming;
      const [real] = world.answers;
      const cluster = build(world);
      cluster.create<Pod>('pods', pod!.ns, objectOf(pod!));
      cluster.run(50);
      const victims = cluster.user
        .list<Pod>('pods')
        .filter(({ metadata }) => metadata.deletionTimestamp !== undefined)
        .map(({ metadata }) => metadata.name)
        .sort();
      expect(victims).toEqual(real!.victims);
      expect(cluster.get(pod!.name).status.nominatedNodeName).toBe(real!.nominated);
      if (real!.message !== undefined) expect(cluster.why(pod!.name)).toBe(real!.message);
      if (victims.length > 0) preemptions++;
    }
    expect(preemptions).toBeGreaterThan(20);
  });
});
