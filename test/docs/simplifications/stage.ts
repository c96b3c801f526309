/** What the runs share: the documents' service as they wrote it, and small ways to look at it. */
import type { Pod } from '../../../lib/orchestrator/api/objects';
import { formatInstant } from '../../../lib/report/instants';
import { countOver, podHistories, type PodState } from '../../../lib/report/pod-history';
import { Cluster, type ClusterOptions, type WorkloadHandle } from '../../../lib/testing';

/** A run: what it does, and the lines that it has to show. */
export type Run = () => readonly string[];

export interface ServiceProps {
  readonly name?: string;
  readonly replicas?: number;
  /** Fields of the Deployment's spec, as YAML flow. */
  readonly spec?: string;
  /** Fields of the pod's spec. */
  readonly podSpec?: string;
  /** Fields of the container. */
  readonly container?: string;
}

export const READINESS = 'readinessProbe: {httpGet: {path: /ready, port: 8080}, periodSeconds: 5}';
export const REQUESTS = 'resources: {requests: {cpu: 100m, memory: 256Mi}}';

const also = (fields: string | undefined): string => (fields ? `, ${fields}` : '');

/** A Deployment with a Service in front of it. */
export const serviceYaml = (props: ServiceProps = {}): string => {
  const { name = 'user-service', replicas = 5, spec, podSpec, container = READINESS } = props;
  return `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      {containers: [{name: app, image: "${name}:v1", ports: [{containerPort: 8080}]${also(container)}}]${also(podSpec)}}
${spec ? `  ${spec}` : ''}
---
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {selector: {app: ${name}}, ports: [{port: 80, targetPort: 8080}]}
`;
};

/** A cluster in which the service stands. */
export function stage(props: ServiceProps = {}, options: ClusterOptions = {}) {
  const cluster = Cluster.create(options);
  cluster.deploy(serviceYaml(props));
  expect(cluster).toSettle({ within: '5m' });
  return { cluster, service: cluster.deployment(props.name ?? 'user-service') };
}

/** Each value that a number of pods took, one after the other. */
export function counted(
  workload: WorkloadHandle,
  since: number,
  states: readonly PodState[],
): number[] {
  const prefix = `${workload.name}-`;
  const histories = podHistories(workload.cluster.core.trace, (pod: Pod) =>
    pod.metadata.name.startsWith(prefix),
  );
  return countOver(histories, since, (state) => states.includes(state)).map(({ count }) => count);
}

export const LIVE: readonly PodState[] = ['pending', 'starting', 'unready', 'ready'];

/** `+50.0s`, counted from an instant. */
export const after = (cluster: Cluster, since: number): string =>
  formatInstant(cluster.now - since);

/** Lets time pass until something is so, and says how long that took. */
export function until(cluster: Cluster, condition: () => boolean, within = '20m'): string {
  const since = cluster.now;
  expect(cluster.runUntil(condition, { within })).toBe(true);
  return after(cluster, since);
}

/** `a-1: 2, b-1: 1`: pods by what is said of them. */
export function tally(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of [...names].sort()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${name}: ${count}`).join(', ');
}

/** Of the service that `serviceYaml` makes: 3 to 10 pods, 70 % of the CPU asked for. */
export const AUTOSCALER = `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: user-service}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: user-service}
  minReplicas: 3
  maxReplicas: 10
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]
`;
