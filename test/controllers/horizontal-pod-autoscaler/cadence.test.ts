import type { HorizontalPodAutoscaler } from '../../../lib/orchestrator/api/objects';
import { Cluster } from '../../../lib/orchestrator/cluster/cluster';
import type { ClusterOptions } from '../../../lib/orchestrator/cluster/cluster-options';
import { runKubectl } from '../../../lib/kubectl/kubectl';

const app = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  replicas: 2
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec: {containers: [{name: app, image: "api:v1", resources: {requests: {cpu: 100m, memory: 1Gi}}}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: api}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api}
  minReplicas: 2
  maxReplicas: 4
  metrics:
  - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}
  - {type: Resource, resource: {name: memory, target: {type: AverageValue, averageValue: 20Mi}}}
`;

/** Seconds after its creation, cut to tenths, at which the autoscaler had looked twice. */
function secondPass(options: ClusterOptions): number {
  const cluster = new Cluster({ runtime: 'kwok', ...options });
  runKubectl(cluster, 'apply -f -', { stdin: app });
  const before = cluster.now;
  const desired = (): number =>
    cluster.api.get<HorizontalPodAutoscaler>(
      'horizontalpodautoscalers.autoscaling',
      'default',
      'api',
    ).status.desiredReplicas;
  cluster.advance(25_000);
  expect(desired()).toBe(2);
  runKubectl(cluster, 'annotate deployment api drydock/memory=60Mi');
  while (desired() === 2 && cluster.now < before + 60_000) cluster.advance(10);
  return Math.floor((cluster.now - before) / 100) / 10;
}

describe('An autoscaler', () => {
  it('looks again 15 s after the metrics API has answered for each of its metrics', () => {
    expect(secondPass({ latencies: { metricsMs: 0 } })).toBe(30);
    expect(secondPass({ latencies: { metricsMs: 1000 } })).toBe(34);
  });

  it('waits for metrics, with KWOK, as long as the recordings did', () => {
    expect(secondPass({})).toBe(30.5);
  });
});
