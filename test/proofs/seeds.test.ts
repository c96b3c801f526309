import { createHash } from 'node:crypto';
import type {
  Deployment,
  EndpointSlice,
  Node,
  Pod,
  ReplicaSet,
} from '../../lib/orchestrator/api/objects';
import { isActive, isPodReady, isTerminal } from '../../lib/orchestrator/api/objects';
import { controllerOf } from '../../lib/orchestrator/api/object';
import { milliValue, wholeValue } from '../../lib/orchestrator/api/quantity';
import { Random } from '../../lib/orchestrator/sim';
import { scaledValue } from '../../lib/orchestrator/api/int-or-string';
import { Cluster, seeds } from '../../lib/testing';
import { writesOf } from '../../lib/report/pod-history';

/** A small app, its cluster and what befalls them, all from one seed. */
interface Story {
  readonly cluster: Cluster;
  /** Whether something was broken that Kubernetes' promises do not cover. */
  readonly faulty: boolean;
}

const YAML_OF = (name: string, chance: Random, budget: boolean) => {
  const replicas = chance.int(1, 5);
  const maxSurge = chance.pick([0, 1, 2, '25%', '50%']);
  const maxUnavailable = maxSurge === 0 ? 1 : chance.pick([0, 1, '25%']);
  const cpu = chance.pick(['50m', '100m', '250m']);
  return `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: ${name}}}
  strategy: {rollingUpdate: {maxSurge: ${maxSurge}, maxUnavailable: ${maxUnavailable}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      terminationGracePeriodSeconds: ${chance.int(1, 30)}
      containers:
      - {name: app, image: "${name}:v1", ports: [{containerPort: 8080}], resources: {requests: {cpu: ${cpu}, memory: 64Mi}}${chance.float() < 0.7 ? ', readinessProbe: {httpGet: {path: /ready, port: 8080}, periodSeconds: 2}' : ''}}
---
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {selector: {app: ${name}}, ports: [{port: 80, targetPort: 8080}]}
${budget ? `---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: ${name}}\nspec: {maxUnavailable: 1, selector: {matchLabels: {app: ${name}}}}\n` : ''}`;
};

function play(seed: number): Story {
  const chance = Random.ofSeed(`story-${seed}`);
  const cluster = Cluster.create({ seed, nodesPerZone: 1, node: { cpu: '2', memory: '4Gi' } });
  const names = ['web', 'api', 'job'].slice(0, chance.int(1, 3));
  for (const name of names) cluster.deploy(YAML_OF(name, chance, chance.float() < 0.5));
  cluster.advance(`${chance.int(0, 20)}s`);
  let faulty = false;
  let broken = false;
  for (let step = 0; step < chance.int(1, 4); step++) {
    const name = chance.pick(names);
    const act = chance.int(0, 5);
    if (act <= 1) cluster.deployment(name).setImage('app', `${name}:v${step + 2}`);
    else if (act === 2) cluster.deployment(name).scale(chance.int(0, 6));
    else if (act === 3) {
      const pods = cluster.deployment(name).pods;
      if (pods.length > 0) cluster.fail.pod(chance.pick(pods));
      faulty = true;
    } else if (act === 4) {
      const pods = cluster.deployment(name).pods.filter((pod) => pod.isReady);
      if (pods.length > 0) cluster.fail.containers(chance.pick(pods));
      faulty = true;
    } else if (!broken) {
      const node = chance.pick(['a-1', 'b-1', 'c-1']);
      const outage = cluster.fail.node(node);
      cluster.advance(`${chance.int(10, 400)}s`);
      outage.heal();
      faulty = broken = true;
    }
    cluster.advance(`${chance.int(1, 40)}s`);
  }
  cluster.settle({ within: '15m' });
  return { cluster, faulty };
}

/** Never above the surge, by what the ReplicaSets ask for together. */
function surgeErrors(cluster: Cluster): string[] {
  const errors: string[] = [];
  const sets = new Map<string, ReplicaSet>();
  const deployments = new Map<string, Deployment>();
  let largest = new Map<string, number>();
  for (const { at, fact } of writesOf(cluster.core.trace)) {
    if (fact.resource === 'deployments.apps') {
      const deployment = fact.object as Deployment;
      deployments.set(deployment.metadata.uid, deployment);
      const { replicas, strategy } = deployment.spec;
      const surge = scaledValue(strategy.rollingUpdate?.maxSurge ?? 0, replicas, 'up');
      // A scale-down takes effect when the controller has seen it.
      const allowed = replicas + surge;
      if ((deployment.status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)) {
        largest = new Map(largest).set(deployment.metadata.uid, allowed);
      } else
        largest.set(
          deployment.metadata.uid,
          Math.max(allowed, largest.get(deployment.metadata.uid) ?? 0),
        );
    }
    if (fact.resource !== 'replicasets.apps') continue;
    const set = fact.object as ReplicaSet;
    if (fact.verb === 'DELETED') sets.delete(set.metadata.uid);
    else sets.set(set.metadata.uid, set);
    const owner = controllerOf(set)?.uid ?? '';
    let total = 0;
    for (const other of sets.values())
      if (controllerOf(other)?.uid === owner) total += other.spec.replicas;
    const allowed = largest.get(owner) ?? 0;
    if (total > allowed)
      errors.push(`${set.metadata.name} at +${at}ms: ${total} replicas, ${allowed} allowed`);
  }
  return errors;
}

/** No node ever runs more than it can hold, by requests of its pods that have not ended. */
function capacityErrors(cluster: Cluster): string[] {
  const nodes = new Map(cluster.list<Node>('nodes').map((node) => [node.metadata.name, node]));
  const used = new Map<string, { cpu: number; memory: number }>();
  const errors: string[] = [];
  const add = (pod: Pod | undefined, sign: 1 | -1) => {
    const name = pod?.spec.nodeName;
    if (pod === undefined || !name || isTerminal(pod)) return;
    const sum = used.get(name) ?? { cpu: 0, memory: 0 };
    for (const { resources } of pod.spec.containers) {
      sum.cpu += sign * milliValue(resources?.requests?.['cpu'] ?? '0');
      sum.memory += sign * wholeValue(resources?.requests?.['memory'] ?? '0');
    }
    used.set(name, sum);
    const { cpu = '0', memory = '0' } = nodes.get(name)!.status.allocatable ?? {};
    if (sum.cpu > milliValue(cpu) || sum.memory > wholeValue(memory)) {
      errors.push(`${name} at +${cluster.now}ms holds ${sum.cpu}m and ${sum.memory} bytes`);
    }
  };
  for (const { fact } of writesOf(cluster.core.trace)) {
    if (fact.resource !== 'pods') continue;
    add(fact.previous as Pod | undefined, -1);
    if (fact.verb !== 'DELETED') add(fact.object as Pod, 1);
  }
  return errors;
}

function orphanErrors(cluster: Cluster): string[] {
  const sets = new Set(cluster.list<ReplicaSet>('replicasets.apps').map((set) => set.metadata.uid));
  return cluster
    .list<Pod>('pods')
    .filter((pod) => !sets.has(controllerOf(pod)?.uid ?? ''))
    .map((pod) => `${pod.metadata.name} is owned by nobody`);
}

/** In the end the endpoints are exactly the ready pods. */
function endpointErrors(cluster: Cluster): string[] {
  const pods = cluster.list<Pod>('pods').filter((pod) => isActive(pod) && isPodReady(pod));
  const expected = pods.map((pod) => pod.metadata.name).sort();
  const found = cluster
    .list<EndpointSlice>('endpointslices.discovery.k8s.io')
    .flatMap((slice) =>
      (slice.endpoints ?? []).filter((e) => e.conditions.ready).map((e) => e.targetRef!.name),
    )
    .sort();
  return JSON.stringify(expected) === JSON.stringify(found)
    ? []
    : [`endpoints ${found.join(' ')} for ready pods ${expected.join(' ')}`];
}

/** Without a fault a complete rollout never takes availability below its floor. */
function floorErrors({ cluster, faulty }: Story): string[] {
  if (faulty) return [];
  const errors: string[] = [];
  const complete = new Map<string, number>();
  for (const { at, fact } of writesOf(cluster.core.trace)) {
    if (fact.resource !== 'deployments.apps') continue;
    const { metadata, spec, status } = fact.object as Deployment;
    const available = status.availableReplicas ?? 0;
    const floor =
      spec.replicas -
      scaledValue(spec.strategy.rollingUpdate?.maxUnavailable ?? 0, spec.replicas, 'down');
    const stood = complete.get(metadata.name);
    if (stood !== undefined && stood >= spec.replicas && available < floor) {
      errors.push(`${metadata.name} at +${at}ms: ${available} available, floor ${floor}`);
    }
    if (available >= spec.replicas) complete.set(metadata.name, spec.replicas);
    else if ((stood ?? 0) !== spec.replicas) complete.delete(metadata.name);
  }
  return errors;
}

const hashOf = (cluster: Cluster): string => {
  const hash = createHash('sha256');
  for (const line of cluster.core.trace.lines()) hash.update(line);
  return hash.digest('hex');
};

describe('Any small app under any faults', () => {
  test('keeps the invariants, for 200 seeds', () => {
    const errors: string[] = [];
    for (const seed of seeds(200)) {
      const story = play(seed);
      const { cluster } = story;
      const found = [
        ...surgeErrors(cluster),
        ...capacityErrors(cluster),
        ...orphanErrors(cluster),
        ...endpointErrors(cluster),
        ...floorErrors(story),
      ];
      errors.push(...found.slice(0, 2).map((error) => `seed ${seed}: ${error}`));
    }
    expect(errors).toEqual([]);
  }, 300_000);

  test('gives the same bytes for the same seed, and others for another', () => {
    for (const seed of [1, 7, 42]) {
      expect(hashOf(play(seed).cluster)).toBe(hashOf(play(seed).cluster));
    }
    expect(hashOf(play(1).cluster)).not.toBe(hashOf(play(2).cluster));
  });
});
