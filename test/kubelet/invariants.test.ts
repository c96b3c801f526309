import type { Container, Pod, PodSpec, Probe } from '../../lib/orchestrator/api/objects';
import { conditionOf } from '../../lib/orchestrator/api/objects';
import { Random } from '../../lib/orchestrator/sim';
import { person, TestNode } from './node';

const images = {
  'fine:1': { startupTime: '1s', shutdownTime: '500ms' },
  'crash:1': { exitAfter: '3s', exitCode: 1 },
  'job:1': { exitAfter: '4s' },
  'deaf:1': { onSigterm: 'ignore' },
  'sick:1': { liveness: { until: '8s' }, readiness: { after: '2s' } },
  'greedy:1': { memoryAfter: { after: '5s', bytes: 500_000_000 } },
} as const;
const NAMES = [...Object.keys(images), '127.0.0.1:9/absent:1', 'Bad//name'];

function randomContainer(random: Random, name: string): Container {
  const probe: Partial<Probe> = { periodSeconds: random.int(1, 3), failureThreshold: 2 };
  const http = { httpGet: { path: '/', port: 80 }, ...probe } as Probe;
  return {
    name,
    image: random.pick(NAMES),
    ports: [{ containerPort: 80, protocol: 'TCP' }],
    ...(random.float() < 0.5 ? { readinessProbe: http } : {}),
    ...(random.float() < 0.3 ? { livenessProbe: http } : {}),
    ...(random.float() < 0.2 ? { startupProbe: http } : {}),
    ...(random.float() < 0.2 ? { lifecycle: { preStop: { sleep: { seconds: 2 } } } } : {}),
    ...(random.float() < 0.3 ? { resources: { limits: { memory: '128Mi' } } } : {}),
  } as unknown as Container;
}

function randomSpec(random: Random): Partial<PodSpec> {
  const init: Container[] = [];
  if (random.float() < 0.3) init.push({ ...randomContainer(random, 'init'), image: 'job:1' });
  if (random.float() < 0.3) {
    init.push({ ...randomContainer(random, 'side'), restartPolicy: 'Always' });
  }
  const containers = [randomContainer(random, 'app')];
  if (random.float() < 0.3) containers.push(randomContainer(random, 'other'));
  return {
    containers,
    ...(init.length > 0 ? { initContainers: init } : {}),
    restartPolicy: random.pick(['Always', 'OnFailure', 'Never'] as const),
    terminationGracePeriodSeconds: random.int(0, 5),
    ...(random.float() < 0.1 ? { activeDeadlineSeconds: 7 } : {}),
  };
}

/** Does something at random to the node or its pods. */
function disturb(node: TestNode, random: Random, names: readonly string[]): void {
  const name = random.pick(names);
  const pod = node.get(name);
  const chance = random.float();
  if (chance < 0.4 && pod !== undefined) {
    node.delete(name, random.float() < 0.2 ? 0 : undefined);
  } else if (chance < 0.6 && pod !== undefined) {
    node.runtime.crash(pod.metadata.uid);
  } else if (chance < 0.7) {
    node.kubelet.disconnect();
    node.advance(random.int(100, 20_000));
    node.kubelet.reconnect();
  } else if (chance < 0.8) {
    node.kubelet.stop();
    node.advance(random.int(100, 20_000));
    node.kubelet.start();
  } else if (chance < 0.9) {
    node.kubelet.crash();
    node.advance(random.int(100, 20_000));
    node.kubelet.recover();
  } else if (pod !== undefined) {
    node.runtime.processes.setLoad(pod.metadata.uid, random.int(0, 100));
  }
}

function checkStatus(pod: Pod): void {
  const { phase, conditions, containerStatuses } = pod.status;
  const ready = conditionOf(pod, 'Ready')?.status === 'True';
  if (phase === 'Succeeded' || phase === 'Failed') {
    expect(ready).toBe(false);
    for (const { state } of containerStatuses ?? []) expect(state.running).toBeUndefined();
  }
  if (ready) {
    expect(phase).toBe('Running');
    expect(pod.status.podIP).toBeDefined();
    for (const status of containerStatuses!) expect(status.ready).toBe(true);
  }
  if (conditions !== undefined) {
    expect(new Set(conditions.map(({ type }) => type)).size).toBe(conditions.length);
  }
  for (const { state, ready: isReady } of containerStatuses ?? []) {
    expect(Object.keys(state)).toHaveLength(1);
    if (isReady) expect(state.running).toBeDefined();
  }
}

describe('Whatever happens to a node', () => {
  test.each(Array.from({ length: 40 }, (_, seed) => seed))(
    'statuses are sound, and deleted pods go (seed %i)',
    (seed) => {
      const node = new TestNode({ seed, images, cpu: '64', memory: '256Gi' });
      const random = Random.ofSeed(`invariants ${seed}`);
      const names: string[] = [];
      for (let i = 0; i < 12; i++) {
        names.push(`pod-${i}`);
        node.create('pods', node.podObject(`pod-${i}`, randomSpec(random)));
        node.advance(random.int(0, 3000));
        if (random.float() < 0.5) disturb(node, random, names);
      }
      for (let i = 0; i < 10; i++) {
        node.advance(random.int(0, 15_000));
        disturb(node, random, names);
      }
      node.advance(20_000);
      for (const name of names) {
        for (const { pod } of node.history(name)) checkStatus(pod);
        const pod = node.get(name);
        if (pod === undefined) continue;
        expect(pod.metadata.deletionTimestamp).toBeUndefined();
        const running = (pod.status.containerStatuses ?? []).filter(({ state }) => state.running);
        expect(node.runtime.processes.ofPod(pod.metadata.uid).length).toBeGreaterThanOrEqual(
          pod.status.phase === 'Running' ? Math.min(1, running.length) : 0,
        );
        node.api.delete(person, 'pods', 'default', name, {});
      }
      node.advance(60_000);
      expect(node.api.list('pods').items.map(({ metadata }) => metadata.name)).toEqual([]);
      expect(node.runtime.processes.count).toBe(0);
    },
  );
});
