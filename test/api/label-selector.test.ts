import fc from 'fast-check';
import type { LabelSelector } from '../../lib/orchestrator/api/label-selector';
import {
  compileLabelMap,
  compileSelector,
  formatSelector,
  formatSelectorCell,
  parseSelector,
  validateLabelSelector,
} from '../../lib/orchestrator/api/label-selector';

const key = fc.constantFrom('a', 'b', 'example.com/c');
const value = fc.constantFrom('', 'x', 'y', 'z');
const labels = fc.dictionary(key, value);
const expression = fc.oneof(
  fc.record({
    key,
    operator: fc.constantFrom('In', 'NotIn'),
    values: fc.uniqueArray(value, { minLength: 1 }),
  }),
  fc.record({ key, operator: fc.constantFrom('Exists', 'DoesNotExist') }),
);
const selector: fc.Arbitrary<LabelSelector> = fc.record({
  matchLabels: labels,
  matchExpressions: fc.array(expression, { maxLength: 3 }),
});

test('a selector matches what its text matches', () => {
  fc.assert(
    fc.property(selector, labels, (object, set) => {
      const text = formatSelector(object);
      expect(parseSelector(text).matches(set)).toBe(compileSelector(object)(set));
      expect(parseSelector(text).text).toBe(text);
    }),
  );
});

test('every condition of a selector must hold', () => {
  fc.assert(
    fc.property(selector, labels, (object, set) => {
      const each = [
        ...Object.entries(object.matchLabels ?? {}).map(([name, wanted]) => ({
          matchLabels: { [name]: wanted },
        })),
        ...(object.matchExpressions ?? []).map((one) => ({ matchExpressions: [one] })),
      ];
      const all = each.every((one) => compileSelector(one)(set));
      expect(compileSelector(object)(set)).toBe(all);
    }),
  );
});

test('an absent selector selects nothing, an empty one everything', () => {
  expect(compileSelector(undefined)({ a: 'b' })).toBe(false);
  expect(compileSelector(null)({})).toBe(false);
  expect(compileSelector({})({})).toBe(true);
  expect(compileSelector({})(undefined)).toBe(true);
});

test('an empty map of labels, as of a Service, selects nothing', () => {
  expect(compileLabelMap(undefined)({})).toBe(false);
  expect(compileLabelMap({})({})).toBe(false);
  expect(compileLabelMap({ a: 'b' })({ a: 'b', c: 'd' })).toBe(true);
});

test('a selector is compiled once', () => {
  const object = { matchLabels: { a: 'b' } };
  expect(compileSelector(object)).toBe(compileSelector(object));
});

test('NotIn and DoesNotExist hold for objects without the label', () => {
  const notIn = { matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['x'] }] };
  expect(compileSelector(notIn)(undefined)).toBe(true);
  const absent = { matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] };
  expect(compileSelector(absent)({ a: '' })).toBe(false);
});

test('tables show <none> for a selector without conditions', () => {
  expect(formatSelectorCell({})).toBe('<none>');
  expect(formatSelectorCell({ matchLabels: { b: '2', a: '1' } })).toBe('a=1,b=2');
});

test('a selector of a spec is checked as Kubernetes checks it', () => {
  const errors = validateLabelSelector(
    {
      matchLabels: { 'a b': 'c' },
      matchExpressions: [
        { key: 'a', operator: 'In' },
        { key: 'a', operator: 'Exists', values: ['x'] },
        { key: 'a', operator: 'Near' },
        { key: 'a', operator: 'In', values: ['x y'] },
      ],
    },
    'spec.selector',
  );
  expect(errors.map(({ field, type }) => [field, type])).toEqual([
    ['spec.selector.matchLabels', 'FieldValueInvalid'],
    ['spec.selector.matchExpressions[0].values', 'FieldValueRequired'],
    ['spec.selector.matchExpressions[1].values', 'FieldValueForbidden'],
    ['spec.selector.matchExpressions[2].operator', 'FieldValueInvalid'],
    ['spec.selector.matchExpressions[3].values[0]', 'FieldValueInvalid'],
  ]);
});
