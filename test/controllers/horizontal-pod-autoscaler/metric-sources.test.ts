import type { Event, HorizontalPodAutoscaler } from '../../../lib/orchestrator/api/objects';
import { Cluster } from '../../../lib/orchestrator/cluster/cluster';
import { runKubectl } from '../../../lib/kubectl/kubectl';

const container = (name: string): string =>
  `{name: ${name}, image: "x:v1", resources: {requests: {cpu: 100m, memory: 128Mi}}}`;

const deployment = (name: string, replicas: number, labels = '', annotations = ''): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, annotations: {${annotations}}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}${labels}}}
    spec: {containers: [${container('app')}, ${container('proxy')}]}
`;

const autoscaler = (name: string, target: string, metrics: string): string => `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: ${name}}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: ${target}}
  minReplicas: 1
  maxReplicas: 6
  metrics: [${metrics}]
`;

const memory =
  '{type: Resource, resource: {name: memory, target: {type: AverageValue, averageValue: 60Mi}}}';
const ofContainer = (name: string, resource: string, target: string): string =>
  `{type: ContainerResource, containerResource: {name: ${resource}, container: ${name}, target: ${target}}}`;

class Autoscaled {
  private readonly cluster = new Cluster({ runtime: 'kwok' });

  constructor(...documents: readonly string[]) {
    runKubectl(this.cluster, 'apply -f -', { stdin: documents.join('---') });
    this.cluster.advance(40_000);
  }

  kubectl(line: string): void {
    expect(runKubectl(this.cluster, line).exitCode).toBe(0);
    this.cluster.advance(40_000);
  }

  status(name: string): HorizontalPodAutoscaler['status'] {
    const resource = 'horizontalpodautoscalers.autoscaling';
    return this.cluster.api.get<HorizontalPodAutoscaler>(resource, 'default', name).status;
  }

  active(name: string): string {
    const active = this.status(name).conditions?.find(({ type }) => type === 'ScalingActive');
    return `${active?.status} ${active?.reason} ${active?.message}`;
  }

  events(name: string, reason: string): string[] {
    return this.cluster.api
      .list<Event>('events')
      .items.filter((one) => one.involvedObject.name === name && one.reason === reason)
      .map(({ message }) => message ?? '');
  }
}

describe('An autoscaler', () => {
  it('of one container looks at that alone, and names the metric by its resource', () => {
    const target = '{type: AverageValue, averageValue: 40Mi}';
    const all = new Autoscaled(
      deployment('api', 2, '', 'drydock/memory: 60Mi'),
      autoscaler('api', 'api', ofContainer('proxy', 'memory', target)),
    );
    expect(all.status('api').currentMetrics).toEqual([
      {
        type: 'ContainerResource',
        containerResource: {
          name: 'memory',
          container: 'proxy',
          current: { averageValue: '60Mi' },
        },
      },
    ]);
    expect(all.events('api', 'SuccessfulRescale')).toContain(
      'New size: 3; reason: memory resource above target',
    );
  });

  it('of a container that no pod has gets no metrics', () => {
    const target = '{type: Utilization, averageUtilization: 50}';
    const all = new Autoscaled(
      deployment('api', 2),
      autoscaler('api', 'api', ofContainer('none', 'cpu', target)),
    );
    const why =
      'failed to get cpu utilization: did not receive metrics for targeted pods (pods might be unready)';
    expect(all.active('api')).toBe(
      `False FailedGetContainerResourceMetric the HPA was unable to compute the replica count: ${why}`,
    );
    expect(all.events('api', 'FailedComputeMetricsReplicas')).toEqual([
      `invalid metrics (1 invalid out of 1), first error is: failed to get none container metric value: ${why}`,
    ]);
  });

  it('says which metrics nobody serves', () => {
    const all = new Autoscaled(
      deployment('api', 2),
      autoscaler(
        'api',
        'api',
        '{type: External, external: {metric: {name: queue, selector: {matchLabels: {a: b}}}, target: {type: AverageValue, averageValue: "5"}}}, ' +
          '{type: Object, object: {metric: {name: hits}, describedObject: {kind: Service, name: web}, target: {type: Value, value: "10"}}}, ' +
          '{type: Pods, pods: {metric: {name: rps}, target: {type: AverageValue, averageValue: "10"}}}',
      ),
    );
    const queue =
      'unable to get external metric default/queue/&LabelSelector{MatchLabels:map[string]string{a: b,},' +
      'MatchExpressions:[]LabelSelectorRequirement{},}: unable to fetch metrics from external metrics API: ' +
      'the server could not find the requested resource (get queue.external.metrics.k8s.io)';
    const custom =
      'unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered';
    expect(all.events('api', 'FailedGetExternalMetric')).toEqual([queue]);
    expect(all.events('api', 'FailedGetObjectMetric')).toEqual([
      `unable to get metric hits: Service on default web/${custom}`,
    ]);
    expect(all.events('api', 'FailedGetPodsMetric')).toEqual([
      `unable to get metric rps: ${custom}`,
    ]);
    expect(all.events('api', 'FailedComputeMetricsReplicas')).toEqual([
      `invalid metrics (3 invalid out of 3), first error is: failed to get queue external metric value: failed to get queue external metric: ${queue}`,
    ]);
  });

  it('shares no pods with another: neither scales until one is gone', () => {
    const all = new Autoscaled(
      deployment('api', 2),
      autoscaler('one', 'api', memory),
      autoscaler('two', 'api', memory),
    );
    const why =
      'pods by selector app=api are controlled by multiple HPAs: [default/one default/two]';
    for (const name of ['one', 'two']) {
      expect(all.active(name)).toBe(`False AmbiguousSelector ${why}`);
      expect(all.events(name, 'AmbiguousSelector')).toEqual([why]);
      expect(all.events(name, 'FailedComputeMetricsReplicas')).toEqual([why]);
      expect(all.status(name).currentMetrics).toBeNull();
    }
    all.kubectl('delete hpa two');
    expect(all.active('one')).toMatch(/^True ValidMetricFound/);
  });

  it('does not show metrics that it did not look at', () => {
    const all = new Autoscaled(deployment('api', 1), autoscaler('api', 'api', memory));
    expect(all.status('api').currentMetrics).toHaveLength(1);
    all.kubectl('scale deployment api --replicas=0');
    expect(all.status('api')).toMatchObject({ currentMetrics: null, desiredReplicas: 0 });
  });

  it('shows an average of parts of a byte in thousandths', () => {
    const selecting = deployment('api', 2, ', tier: web', 'drydock/memory: 20Ki').replace(
      'selector: {matchLabels: {app: api}}',
      'selector: {matchLabels: {tier: web}}',
    );
    const all = new Autoscaled(
      selecting,
      deployment('other', 0, '', 'drydock/memory: 11Ki'),
      autoscaler('api', 'api', memory),
    );
    all.kubectl('run extra --image=x:v1 --labels=app=other,tier=web');
    expect(all.status('api').currentMetrics).toEqual([
      { type: 'Resource', resource: { name: 'memory', current: { averageValue: '31061333m' } } },
    ]);
  });
});
