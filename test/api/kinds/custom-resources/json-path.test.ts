import {
  findAll,
  findFirst,
  namesOf,
} from '../../../../lib/orchestrator/api/kinds/custom-resources/json-path';

const object = {
  metadata: { labels: { 'app.kubernetes.io/name': 'x' } },
  spec: { replicas: 3, list: [{ name: 'a' }, { name: 'b', on: false }] },
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Other', status: 'False' },
    ],
  },
};

describe('a JSONPath', () => {
  it.each([
    ['.spec.replicas', [3]],
    ['spec.replicas', [3]],
    ['.spec.list[1].name', ['b']],
    ['.spec.list[-1].name', ['b']],
    ['.spec.list[*].name', ['a', 'b']],
    ['.spec.list[*].on', [false]],
    ['.status.conditions[?(@.type=="Ready")].status', ['True']],
    [".status.conditions[?(@.type != 'Ready')].status", ['False']],
    ["['metadata']['labels']['app.kubernetes.io/name']", ['x']],
    ['.metadata.labels.app\\.kubernetes\\.io/name', ['x']],
    ['.spec.nope.deeper', []],
    ['.spec..replicas', []],
  ])('%s finds %j', (path, found) => {
    expect(findAll(object, path)).toEqual(found);
  });

  it('gives the first of what it finds, and its names', () => {
    expect(findFirst(object, '.spec.list[*].name')).toBe('a');
    expect(namesOf('.spec.replicas')).toEqual(['spec', 'replicas']);
  });
});
