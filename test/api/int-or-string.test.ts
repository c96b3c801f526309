import {
  isPercent,
  scaledValue,
  validateAtMost100Percent,
  validateIntOrPercent,
} from '../../lib/orchestrator/api/int-or-string';

test('a percentage is that share of the total, rounded as asked', () => {
  expect(scaledValue('25%', 10, 'up')).toBe(3);
  expect(scaledValue('25%', 10, 'down')).toBe(2);
  expect(scaledValue(4, 10, 'up')).toBe(4);
  expect(() => scaledValue('four', 10, 'up')).toThrow('string is not a percentage');
});

test('only digits and a percent sign are a percentage', () => {
  expect(isPercent('100%')).toBe(true);
  for (const value of ['1.5%', '%', '-1%', '5', 5]) expect(isPercent(value)).toBe(false);
});

test('a value is refused in Kubernetes words', () => {
  expect(validateIntOrPercent(-1, 'f')).toEqual([
    {
      type: 'FieldValueInvalid',
      field: 'f',
      message: 'Invalid value: -1: must be greater than or equal to 0',
    },
  ]);
  expect(validateAtMost100Percent('101%', 'f')[0]?.message).toBe(
    'Invalid value: "101%": must not be greater than 100%',
  );
  expect(validateAtMost100Percent(500, 'f')).toEqual([]);
});
