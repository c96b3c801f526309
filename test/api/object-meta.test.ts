import {
  isDns1123Subdomain,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '../../lib/orchestrator/api/names';

const meta = (fields: object) => ({ name: 'x', namespace: 'default', ...fields });
const errorsOf = (fields: object) =>
  validateObjectMeta(meta(fields), true, isDns1123Subdomain, 'metadata').map(
    ({ field, message }) => `${field}: ${message}`,
  );

test('an object needs a name, and a namespace where its kind has them', () => {
  expect(errorsOf({ name: '', namespace: '' })).toEqual([
    'metadata.name: Required value: name or generateName is required',
    'metadata.namespace: Required value',
  ]);
  expect(validateObjectMeta(meta({}), false, isDns1123Subdomain)[0]?.message).toBe(
    'Forbidden: not allowed on this type',
  );
});

test('a prefix of generated names may end in a dash', () => {
  expect(errorsOf({ generateName: 'web-' })).toEqual([]);
  expect(errorsOf({ generateName: '-web' })).toHaveLength(1);
});

test('errors come in the order of the API server', () => {
  const fields = {
    generation: -1,
    labels: { 'a b': 'x' },
    annotations: { 'c d': 'x' },
    ownerReferences: [{ apiVersion: 'v1', kind: '', name: 'n', uid: 'u' }],
    finalizers: ['nope', 'e f'],
  };
  expect(errorsOf(fields).map((text) => text.slice(0, text.indexOf(':')))).toEqual([
    'metadata.generation',
    'metadata.labels',
    'metadata.annotations',
    'metadata.ownerReferences.kind',
    'metadata.finalizers',
    'metadata.finalizers[0]',
    'metadata.finalizers[1]',
  ]);
});

test('annotations have a size of at most 256 KiB in all', () => {
  expect(errorsOf({ annotations: { a: 'x'.repeat(262_143) } })).toEqual([]);
  expect(errorsOf({ annotations: { a: 'x'.repeat(262_144) } })).toEqual([
    'metadata.annotations: Too long: may not be more than 262144 bytes',
  ]);
});

test('only one owner may be the controller', () => {
  const owner = (name: string) => ({
    uid: name,
    name,
    kind: 'Node',
    apiVersion: 'v1',
    controller: true,
  });
  expect(errorsOf({ ownerReferences: [owner('n'), owner('m')] })).toEqual([
    'metadata.ownerReferences: Invalid value: ' +
      '[{"apiVersion":"v1","kind":"Node","name":"n","uid":"n","controller":true},' +
      '{"apiVersion":"v1","kind":"Node","name":"m","uid":"m","controller":true}]: ' +
      'Only one reference can have Controller set to true. ' +
      'Found "true" in references for Node/n and Node/m',
  ]);
});

test('an object that is being deleted gets no new finalizers', () => {
  const old = meta({ deletionTimestamp: '2024-01-01T00:00:00Z', finalizers: ['e.com/a'] });
  const next = { ...old, finalizers: ['e.com/b', 'e.com/a'] };
  expect(validateObjectMetaUpdate(next, old).map(({ message }) => message)).toEqual([
    'Forbidden: no new finalizers can be added if the object is being deleted, ' +
      'found new finalizers []string{"e.com/b"}',
  ]);
});

test('names, uids and creation times stay', () => {
  const old = meta({ uid: 'u', creationTimestamp: '2024-01-01T00:00:00Z' });
  expect(validateObjectMetaUpdate({ ...old, uid: 'v' }, old)).toEqual([
    {
      type: 'FieldValueInvalid',
      field: 'metadata.uid',
      message: 'Invalid value: "v": field is immutable',
    },
  ]);
});
