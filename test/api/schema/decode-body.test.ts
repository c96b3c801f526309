import { decodeBody } from '../../../lib/orchestrator/api/schema/decode-body';
import type { FieldValidation } from '../../../lib/orchestrator/api/schema/decode-body';
import { schemaKeyOf } from '../../../lib/orchestrator/api/schema/schema';
import { isApiStatusError } from '../../../lib/orchestrator/api/status-error';
import { recorded } from '../recorded/cases';

const KINDS: Record<string, string> = {
  pods: 'Pod',
  deployments: 'Deployment',
  secrets: 'Secret',
  configmaps: 'ConfigMap',
  services: 'Service',
  jobs: 'Job',
  horizontalpodautoscalers: 'HorizontalPodAutoscaler',
};

function expectedOf(path: string) {
  const parts = new URL(path, 'http://x').pathname.split('/').slice(1);
  const [group, version] = parts[0] === 'api' ? ['', parts[1]] : [parts[1], parts[2]];
  const kind = KINDS[parts[parts.length - 1] ?? ''] ?? '';
  const apiVersion = group === '' ? version : `${group}/${version}`;
  return {
    group: group ?? '',
    version: version ?? '',
    kind,
    schemaKey: schemaKeyOf(apiVersion ?? '', kind),
  };
}

describe('decoding a body answers as the real API server', () => {
  // A 422 comes from validation, after the body has been decoded.
  for (const { name, path, body, code, message, warning } of recorded('decoding')) {
    test(name, () => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const query = new URL(path, 'http://x').searchParams;
      const validation = (query.get('fieldValidation') ?? 'Warn') as FieldValidation;
      let refused: string | undefined;
      let warnings: readonly string[] = [];
      try {
        warnings = decodeBody(text, expectedOf(path), validation).warnings;
      } catch (error) {
        if (!isApiStatusError(error, 'BadRequest')) throw error;
        refused = error.message;
      }
      expect(refused).toBe(code === 400 ? message : undefined);
      if (warning !== undefined) {
        expect(warnings.map((text) => `299 - ${JSON.stringify(text)}`).join(', ')).toBe(warning);
      }
    });
  }
});

test('zero values that the server would not store are left out', () => {
  const { object } = decodeBody(
    JSON.stringify({
      kind: 'Pod',
      metadata: { name: 'x', labels: {}, annotations: null },
      spec: {
        hostNetwork: false,
        volumes: [],
        terminationGracePeriodSeconds: 0,
        containers: [
          {
            name: 'app',
            args: [],
            env: [{ name: 'A', value: '' }],
            livenessProbe: null,
            resources: { requests: { cpu: '0.5', memory: '1024Ki' }, limits: { cpu: 2 } },
          },
        ],
      },
    }),
    expectedOf('/api/v1/namespaces/default/pods'),
  );
  expect(object).toEqual({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'x' },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: 'app',
          env: [{ name: 'A' }],
          resources: { requests: { cpu: '500m', memory: '1Mi' }, limits: { cpu: '2' } },
        },
      ],
    },
  });
});

test('a custom resource keeps its own fields as they are', () => {
  const expected = { group: 'example.com', version: 'v1', kind: 'Gadget', schemaKey: undefined };
  const body = '{"metadata":{"name":"g","foo":1},"spec":{"a":[{"b":null}],"zero":0}}';
  const { object, warnings } = decodeBody(body, expected);
  expect(object.spec).toEqual({ a: [{ b: null }], zero: 0 });
  expect(warnings).toEqual(['unknown field "metadata.foo"']);
});
