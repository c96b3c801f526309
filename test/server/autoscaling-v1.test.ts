/** autoscaling/v1: a second view of the autoscalers that are stored as autoscaling/v2. */
import { Cluster } from '../../lib/orchestrator/cluster/cluster';
import { applyObjects, type Manifest } from '../../lib/orchestrator/cluster/apply-objects';
import { withServed, type Served } from './serving';

const V1 = '/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers';
const V2 = '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers';
const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const cpu = (averageUtilization: number): object => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});

const v1 = (name: string, spec: object, annotations?: object): object => ({
  apiVersion: 'autoscaling/v1',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name, ...(annotations ? { annotations } : {}) },
  spec: { maxReplicas: 5, scaleTargetRef, ...spec },
});

const specAt = async ({ ask }: Served, path: string): Promise<Record<string, unknown>> =>
  (await ask('GET', path)).body['spec'] as Record<string, unknown>;

describe('a HorizontalPodAutoscaler of autoscaling/v1', () => {
  test('is a CPU metric in autoscaling/v2', async () => {
    await withServed(async (served) => {
      const { code, body } = await served.ask(
        'POST',
        V1,
        v1('a', { targetCPUUtilizationPercentage: 66 }),
      );
      expect(code).toBe(201);
      expect(body).toMatchObject({
        apiVersion: 'autoscaling/v1',
        spec: { minReplicas: 1, targetCPUUtilizationPercentage: 66 },
        status: { currentReplicas: 0, desiredReplicas: 0 },
      });
      expect(await specAt(served, `${V2}/a`)).toMatchObject({ metrics: [cpu(66)] });
    });
  });

  test('is for 80 % of CPU unless it says otherwise', async () => {
    await withServed(async (served) => {
      await served.ask('POST', V1, v1('a', {}));
      expect(await specAt(served, `${V1}/a`)).toMatchObject({ targetCPUUtilizationPercentage: 80 });
    });
  });

  test('is changed by patches and by PUT in its own fields', async () => {
    await withServed(async (served) => {
      await served.ask('POST', V1, v1('a', { targetCPUUtilizationPercentage: 66 }));
      const patch = { spec: { targetCPUUtilizationPercentage: 90 } };
      const type = { 'content-type': 'application/merge-patch+json' };
      const patched = await served.ask('PATCH', `${V1}/a`, patch, type);
      expect(patched.body).toMatchObject({ apiVersion: 'autoscaling/v1', spec: patch.spec });
      expect(await specAt(served, `${V2}/a`)).toMatchObject({ metrics: [cpu(90)] });
      await served.ask('PUT', `${V1}/a`, v1('a', { targetCPUUtilizationPercentage: 40 }));
      expect(await specAt(served, `${V2}/a`)).toMatchObject({ metrics: [cpu(40)] });
    });
  });

  test('is applied by server-side apply', async () => {
    await withServed(async (served) => {
      const type = { 'content-type': 'application/apply-patch+yaml' };
      const config = v1('a', { targetCPUUtilizationPercentage: 30 });
      const { code } = await served.ask('PATCH', `${V1}/a?fieldManager=me`, config, type);
      expect(code).toBe(201);
      expect(await specAt(served, `${V2}/a`)).toMatchObject({ metrics: [cpu(30)] });
    });
  });

  test('is deployed in process, too', () => {
    const cluster = new Cluster({ withoutNodes: true });
    const manifest = v1('a', { targetCPUUtilizationPercentage: 30 }) as Manifest;
    const [applied] = applyObjects(cluster.api, [manifest]);
    expect(applied).toMatchObject({ result: 'created', object: { spec: { metrics: [cpu(30)] } } });
  });

  test('is decoded strictly as autoscaling/v1', async () => {
    await withServed(async ({ ask }) => {
      const { code, body } = await ask(
        'POST',
        `${V1}?fieldValidation=Strict`,
        v1('a', { metrics: [] }),
      );
      expect(code).toBe(400);
      expect(body['message']).toBe(
        'HorizontalPodAutoscaler in version "v1" cannot be handled as a HorizontalPodAutoscaler: ' +
          'strict decoding error: unknown field "spec.metrics"',
      );
    });
  });

  test('has what its version has no fields for in annotations, and takes it back', async () => {
    await withServed(async (served) => {
      const spec = {
        maxReplicas: 5,
        scaleTargetRef,
        metrics: [
          { type: 'Resource', resource: { name: 'memory', target: usage(50) } },
          cpu(70),
          {
            type: 'Pods',
            pods: { metric: { name: 'rps' }, target: average('100') },
          },
          {
            type: 'Object',
            object: {
              describedObject: { kind: 'Service', name: 's', apiVersion: 'v1' },
              target: { type: 'Value', value: '10' },
              metric: { name: 'q', selector: { matchLabels: { a: 'b' } } },
            },
          },
          { type: 'External', external: { metric: { name: 'e' }, target: average('1') } },
          {
            type: 'ContainerResource',
            containerResource: { name: 'cpu', container: 'app', target: usage(40) },
          },
        ],
        behavior: {
          scaleDown: {
            stabilizationWindowSeconds: 60,
            policies: [{ type: 'Percent', value: 10, periodSeconds: 15 }],
          },
        },
      };
      const v2 = {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'c', annotations: { own: 'x' } },
        spec,
      };
      await served.ask('POST', V2, v2);
      const { body } = await served.ask('GET', `${V1}/c`);
      const { annotations } = body['metadata'] as { annotations: Record<string, string> };
      expect(body['spec']).toMatchObject({ targetCPUUtilizationPercentage: 70 });
      expect(annotations).toEqual(ANNOTATIONS);
      // Written back as it was read, nothing is lost.
      const before = await specAt(served, `${V2}/c`);
      const { code } = await served.ask('PUT', `${V1}/c`, {
        ...body,
        spec: { ...before, ...(body['spec'] as object), metrics: undefined, behavior: undefined },
      });
      expect(code).toBe(200);
      const after = await specAt(served, `${V2}/c`);
      expect(after['behavior']).toEqual(before['behavior']);
      expect(new Set(texts(after['metrics']))).toEqual(new Set(texts(before['metrics'])));
    });
  });

  test('is printed with the columns of autoscaling/v2', async () => {
    await withServed(async ({ ask }) => {
      await ask('POST', V1, v1('a', { targetCPUUtilizationPercentage: 66 }));
      const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
      const { body } = await ask('GET', V1, undefined, { accept });
      const [row] = body['rows'] as readonly { cells: readonly unknown[] }[];
      expect(row!.cells.slice(0, 6)).toEqual([
        'a',
        'Deployment/web',
        'cpu: <unknown>/66%',
        '1',
        5,
        0,
      ]);
    });
  });
});

const usage = (averageUtilization: number): object => ({ type: 'Utilization', averageUtilization });
const average = (averageValue: string): object => ({ type: 'AverageValue', averageValue });
const texts = (metrics: unknown): string[] =>
  (metrics as readonly { type: string }[]).map((metric) => JSON.stringify(metric, sorted));
const sorted = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** Word for word what a real server showed for the autoscaler above. */
const ANNOTATIONS = {
  own: 'x',
  'autoscaling.alpha.kubernetes.io/metrics':
    '[{"type":"Resource","resource":{"name":"memory","targetAverageUtilization":50}},' +
    '{"type":"Pods","pods":{"metricName":"rps","targetAverageValue":"100"}},' +
    '{"type":"Object","object":{"target":{"kind":"Service","name":"s","apiVersion":"v1"},' +
    '"metricName":"q","targetValue":"10","selector":{"matchLabels":{"a":"b"}}}},' +
    '{"type":"External","external":{"metricName":"e","targetAverageValue":"1"}},' +
    '{"type":"ContainerResource","containerResource":' +
    '{"name":"cpu","targetAverageUtilization":40,"container":"app"}}]',
  'autoscaling.alpha.kubernetes.io/behavior':
    '{"ScaleUp":{"StabilizationWindowSeconds":0,"SelectPolicy":"Max","Policies":' +
    '[{"Type":"Pods","Value":4,"PeriodSeconds":15},' +
    '{"Type":"Percent","Value":100,"PeriodSeconds":15}],"Tolerance":null},' +
    '"ScaleDown":{"StabilizationWindowSeconds":60,"SelectPolicy":"Max","Policies":' +
    '[{"Type":"Percent","Value":10,"PeriodSeconds":15}],"Tolerance":null}}',
};
