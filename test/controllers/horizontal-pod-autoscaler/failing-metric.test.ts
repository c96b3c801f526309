import type { Event, HorizontalPodAutoscaler } from '../../../lib/orchestrator/api/objects';
import { Cluster } from '../../../lib/orchestrator/cluster/cluster';
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
    spec: {containers: [{name: app, image: "api:v1", resources: {requests: {cpu: 100m, memory: 128Mi}}}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: api}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api}
  minReplicas: 2
  maxReplicas: 4
  metrics:
  - {type: Pods, pods: {metric: {name: requests}, target: {type: AverageValue, averageValue: "10"}}}
  - {type: Resource, resource: {name: memory, target: {type: AverageValue, averageValue: 20Mi}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: astray}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: nowhere}, maxReplicas: 4}
`;

function autoscaled(): { cluster: Cluster; statusOf(name: string): unknown; warnings: string[] } {
  const cluster = new Cluster({ runtime: 'kwok' });
  runKubectl(cluster, 'apply -f -', { stdin: app });
  cluster.advance(40_000);
  const warnings = cluster.api
    .list<Event>('events')
    .items.filter(
      (e) => e.type === 'Warning' && e.involvedObject.kind === 'HorizontalPodAutoscaler',
    )
    .map((e) => `${e.involvedObject.name} ${e.reason}`);
  const statusOf = (name: string): HorizontalPodAutoscaler['status'] =>
    cluster.api.get<HorizontalPodAutoscaler>(
      'horizontalpodautoscalers.autoscaling',
      'default',
      name,
    ).status;
  return { cluster, statusOf, warnings };
}

describe('An autoscaler', () => {
  it('warns of a metric that it cannot get, though another decides', () => {
    const { statusOf, warnings } = autoscaled();
    expect(warnings).toContain('api FailedGetPodsMetric');
    expect(warnings).not.toContain('api FailedComputeMetricsReplicas');
    expect(statusOf('api')).toMatchObject({
      conditions: expect.arrayContaining([
        expect.objectContaining({ type: 'ScalingActive', status: 'True' }),
      ]) as unknown,
    });
  });

  it('knows no number of replicas of a target that is not there', () => {
    const { statusOf } = autoscaled();
    expect(statusOf('astray')).not.toHaveProperty('currentReplicas');
    expect(statusOf('astray')).toHaveProperty('desiredReplicas', 0);
  });
});
