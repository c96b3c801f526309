import fc from 'fast-check';
import {
  formatMicroTime,
  formatTime,
  isTime,
  parseTime,
} from '../../lib/orchestrator/api/timestamps';

const SECOND = 1000;
const instant = fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 });

test('a time is written as RFC 3339 in UTC with whole seconds', () => {
  fc.assert(
    fc.property(instant, (ms) => {
      const text = formatTime(ms);
      expect(text).toBe(
        `${new Date(Math.floor(ms / SECOND) * SECOND).toISOString().slice(0, 19)}Z`,
      );
      expect(parseTime(text)).toBe(Math.floor(ms / SECOND) * SECOND);
    }),
  );
});

test('a micro time has six digits of a second', () => {
  expect(formatMicroTime(1_700_000_000_250)).toBe('2023-11-14T22:13:20.250000Z');
  expect(parseTime('2023-11-14T22:13:20.250000Z')).toBe(1_700_000_000_250);
});

test('a time may have an offset and any number of digits', () => {
  expect(parseTime('2024-02-29T12:30:00+02:30')).toBe(Date.UTC(2024, 1, 29, 10));
  expect(parseTime('2024-02-29T00:00:00.123456789Z')).toBe(Date.UTC(2024, 1, 29) + 123);
});

test('dates that do not exist are no times', () => {
  for (const text of [
    '2023-02-29T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-01-01T24:00:00Z',
    '2024-01-01',
    '2024-01-01T00:00:00',
    'yesterday',
  ]) {
    expect(isTime(text)).toBe(false);
  }
});
