import type { KubeObject } from '../../../lib/orchestrator/api/object';
import { applyConfiguration } from '../../../lib/orchestrator/api/apply/apply-configuration';
import { recordUpdate } from '../../../lib/orchestrator/api/apply/managed-fields';
import { fieldsOf, mergeValues } from '../../../lib/orchestrator/api/apply/structured-merge';
import { fromFieldsV1, toFieldsV1 } from '../../../lib/orchestrator/api/apply/field-set';
import { customResourceSchema, schemaOf } from '../../../lib/orchestrator/api/schema/schema';

const POD = 'io.k8s.api.core.v1.Pod';
const writer = { manager: 'test', apiVersion: 'v1', time: '2024-01-01T00:00:00Z' };

const pod = (spec: object, metadata: object = {}) =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'default', ...metadata },
    spec,
  }) as unknown as KubeObject;

test('a custom resource merges its maps by field and its lists as a whole', () => {
  const gadget = (spec: object) => ({
    apiVersion: 'example.com/v1',
    kind: 'Gadget',
    metadata: { name: 'g' },
    spec,
  });
  const options = { apiVersion: 'example.com/v1', time: '2024-01-01T00:00:00Z' };
  const first = applyConfiguration(undefined, gadget({ a: { x: 1 }, list: [1] }), {
    ...options,
    manager: 'one',
  });
  const live = {
    ...first.object,
    metadata: { ...(first.object.metadata as object), managedFields: first.managedFields },
  };
  const second = applyConfiguration(live, gadget({ a: { y: 2 } }), { ...options, manager: 'two' });
  expect(second.object.spec).toEqual({ a: { x: 1, y: 2 }, list: [1] });
  expect(second.managedFields.map(({ manager, fieldsV1 }) => [manager, fieldsV1])).toEqual([
    ['one', { 'f:spec': { '.': {}, 'f:a': { '.': {}, 'f:x': {} }, 'f:list': {} } }],
    ['two', { 'f:spec': { '.': {}, 'f:a': { '.': {}, 'f:y': {} } } }],
  ]);
  expect(() =>
    applyConfiguration(live, gadget({ list: [2] }), { ...options, manager: 'two' }),
  ).toThrow('Apply failed with 1 conflict: conflict with "one": .spec.list');
});

test('a custom resource with a schema merges as its definition says', () => {
  const schemaKey = customResourceSchema({
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        properties: {
          parts: {
            type: 'array',
            'x-kubernetes-list-type': 'map',
            'x-kubernetes-list-map-keys': ['id'],
            items: { type: 'object', properties: { id: { type: 'string' } } },
          },
        },
      },
    },
  });
  const gadget = (ids: string[]) => ({
    apiVersion: 'example.com/v1',
    kind: 'Gadget',
    metadata: { name: 'g' },
    spec: { parts: ids.map((id) => ({ id })) },
  });
  const options = { apiVersion: 'example.com/v1', schemaKey };
  const { object, managedFields } = applyConfiguration(undefined, gadget(['a']), {
    ...options,
    manager: 'one',
  });
  const live = { ...object, metadata: { name: 'g', managedFields } };
  const merged = applyConfiguration(live, gadget(['b']), { ...options, manager: 'two' });
  expect(merged.object.spec).toEqual({ parts: [{ id: 'a' }, { id: 'b' }] });
});

test('a write that changes nothing keeps the very entries', () => {
  const object = pod({ containers: [{ name: 'app', image: 'a' }] });
  const managed = recordUpdate(undefined, writer, undefined, object, POD);
  const again = pod({ containers: [{ name: 'app', image: 'a' }] });
  expect(recordUpdate(managed, { ...writer, manager: 'x' }, object, again, POD)).toBe(managed);
});

test('pods of one template share the fields of their spec', () => {
  const spec = Object.freeze({ containers: [{ name: 'app', image: 'a' }] });
  const [one] = recordUpdate(undefined, writer, undefined, pod(spec), POD);
  const [two] = recordUpdate(undefined, writer, undefined, pod(spec, { name: 'q' }), POD);
  expect(one?.fieldsV1['f:spec']).toBeDefined();
  expect(one?.fieldsV1['f:spec']).toBe(two?.fieldsV1['f:spec']);
});

test('FieldsV1 leads to the set it came from', () => {
  const set = fieldsOf(
    pod({
      containers: [{ name: 'app', ports: [{ containerPort: 80 }] }],
      tolerations: [{ key: 'a' }],
    }),
    schemaOf(POD),
  );
  const wire = JSON.parse(JSON.stringify(toFieldsV1(set))) as never;
  expect([...fromFieldsV1(wire).paths()]).toEqual([...set.paths()]);
});

test('merging shares what the configuration does not speak of', () => {
  const live = pod({ containers: [{ name: 'app', image: 'a' }], tolerations: [{ key: 'a' }] });
  const config = pod({ containers: [{ name: 'app', image: 'b' }] });
  const merged = mergeValues(live, config, schemaOf(POD)) as { spec: Record<string, unknown> };
  const spec = (live as unknown as typeof merged).spec;
  expect(merged.spec.containers).toEqual([{ name: 'app', image: 'b' }]);
  expect(merged.spec.tolerations).toBe(spec.tolerations);
  expect(spec.containers).toEqual([{ name: 'app', image: 'a' }]);
});
