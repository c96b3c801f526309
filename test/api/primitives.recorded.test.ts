import type { StringMap } from '../../lib/orchestrator/api/object';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatFieldSelector, parseFieldSelector } from '../../lib/orchestrator/api/field-selector';
import { validateIntOrPercent } from '../../lib/orchestrator/api/int-or-string';
import { parseSelector } from '../../lib/orchestrator/api/label-selector';
import * as names from '../../lib/orchestrator/api/names';
import {
  QuantityError,
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  milliValue,
  subtractQuantities,
  wholeValue,
} from '../../lib/orchestrator/api/quantity';
import { formatAge } from '../../lib/orchestrator/api/timestamps';

interface Line {
  readonly kind: string;
  readonly in: unknown;
  readonly out: unknown;
}

/** What the Go libraries of Kubernetes 1.36.3 said to the same questions. */
const lines = readFileSync(join(__dirname, 'recorded/primitives.ndjson'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Line);

const answers: Record<string, (input: never) => unknown> = {
  quantity: (text: string) => {
    try {
      return {
        text: canonicalQuantity(text),
        milli: milliValue(text),
        value: wholeValue(text),
      };
    } catch (error) {
      if (error instanceof QuantityError) return { error: error.message };
      throw error;
    }
  },
  arithmetic: ([a, b]: [string, string]) => ({
    sum: addQuantities(a, b),
    difference: subtractQuantities(a, b),
    compare: compareQuantities(a, b),
  }),
  selector: (text: string) => {
    try {
      const selector = parseSelector(text);
      return {
        text: selector.text,
        matches: LABELS.map((labels) => selector.matches(labels as StringMap)),
      };
    } catch (error) {
      return { error: (error as Error).message };
    }
  },
  'field-selector': (text: string) => {
    try {
      const requirements = parseFieldSelector(text);
      return {
        requirements: requirements.map(({ field, operator, value }) => [field, operator, value]),
        text: formatFieldSelector(requirements),
      };
    } catch (error) {
      return { error: (error as Error).message };
    }
  },
  age: (ms: number) => formatAge(ms),
  name: (text: string) => ({
    label: orNull(names.isDns1123Label(text)),
    subdomain: orNull(names.isDns1123Subdomain(text)),
    dns1035: orNull(names.isDns1035Label(text)),
    qualified: orNull(names.isQualifiedName(text)),
    value: orNull(names.isLabelValue(text)),
    configKey: orNull(names.isConfigMapKey(text)),
    port: orNull(names.isPortName(text)),
    env: orNull(names.isEnvVarName(text)),
    percent: orNull(
      validateIntOrPercent(text, 'f').map(({ message }) => message.replace(/^.*?": /, '')),
    ),
  }),
};

const LABELS = [{}, { a: 'b' }, { a: 'c' }, { a: '3' }, { c: 'd', a: 'b' }, { a: '' }];
const orNull = (messages: readonly string[]) => (messages.length === 0 ? null : messages);
/** Go's conversions to 64 bits overflow for the first, and lose the sign of the last. */
const QUIRKS = new Set([
  '1E',
  '1Ei',
  '8Ei',
  '9Ei',
  '-9Ei',
  '1e18',
  '10e18',
  '1e19',
  '1e1000',
  '9223372036854775807',
  '9223372036854775808',
  '-0.1n',
]);

describe.each([...new Set(lines.map(({ kind }) => kind))])('%s', (kind) => {
  const cases = lines.filter((line) => line.kind === kind);
  test.each(cases.map((line) => [JSON.stringify(line.in), line] as const))('%s', (_name, line) => {
    const answer = answers[kind]?.(line.in as never);
    if (QUIRKS.has(line.in as string)) {
      expect(answer).toMatchObject({ text: (line.out as { text: string }).text });
      return;
    }
    expect(answer).toEqual(kind === 'quantity' ? withNumbers(line.out) : line.out);
  });
});

function withNumbers(out: unknown): unknown {
  const { milli, value, ...rest } = out as { milli?: string; value?: string };
  if (milli === undefined || value === undefined) return rest;
  return { ...rest, milli: Number(milli), value: Number(value) };
}
