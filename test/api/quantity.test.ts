import fc from 'fast-check';
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  fromBytes,
  fromMilli,
  isNegative,
  isQuantity,
  isZero,
  milliValue,
  parseQuantity,
  subtractQuantities,
  wholeValue,
} from '../../lib/orchestrator/api/quantity';

const suffix = fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'E-3');
const quantity = fc
  .tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.nat({ max: 999 }), suffix)
  .map(([whole, fraction, unit]) => `${whole}.${fraction}${unit}`);

test('the canonical text of a quantity has its value and is canonical itself', () => {
  fc.assert(
    fc.property(quantity, (text) => {
      const canonical = canonicalQuantity(text);
      expect(parseQuantity(canonical).nanos).toBe(parseQuantity(text).nanos);
      expect(canonicalQuantity(canonical)).toBe(canonical);
    }),
  );
});

test('quantities add up, and what was added can be taken away again', () => {
  fc.assert(
    fc.property(quantity, quantity, (a, b) => {
      const sum = addQuantities(a, b);
      expect(parseQuantity(sum).nanos).toBe(parseQuantity(a).nanos + parseQuantity(b).nanos);
      expect(compareQuantities(subtractQuantities(sum, b), a)).toBe(0);
    }),
  );
});

test('quantities are ordered by their values', () => {
  fc.assert(
    fc.property(quantity, quantity, (a, b) => {
      expect(compareQuantities(a, b)).toBe(-compareQuantities(b, a) + 0);
      expect(isNegative(subtractQuantities(a, b))).toBe(compareQuantities(a, b) < 0);
      expect(isZero(subtractQuantities(a, a))).toBe(true);
    }),
  );
});

test('thousandths and bytes make quantities of their value', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (value) => {
      expect(milliValue(fromMilli(value))).toBe(value);
      expect(wholeValue(fromBytes(value))).toBe(value);
    }),
  );
  expect(fromMilli(1500)).toBe('1500m');
  expect(fromMilli(2000)).toBe('2');
  expect(fromBytes(128 * 1024 * 1024)).toBe('128Mi');
  expect(fromBytes(1000)).toBe('1k');
});

test('values round up', () => {
  expect(milliValue('1.0001')).toBe(1001);
  expect(wholeValue('1500m')).toBe(2);
  expect(wholeValue('-1500m')).toBe(-2);
});

test('a number is the quantity that its digits are', () => {
  expect(canonicalQuantity(2)).toBe('2');
  expect(milliValue(0.25)).toBe(250);
});

test('other texts are no quantities', () => {
  expect(isQuantity('500m')).toBe(true);
  for (const text of ['', 'abc', '1Zi', '1 Gi', '1.2.3']) expect(isQuantity(text)).toBe(false);
  expect(() => parseQuantity('1mm')).toThrow("unable to parse quantity's suffix");
});
