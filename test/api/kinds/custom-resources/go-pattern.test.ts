import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  goPatternError,
  goRegExp,
} from '../../../../lib/orchestrator/api/kinds/custom-resources/go-pattern';

interface Recorded {
  readonly pattern: string;
  readonly error?: string;
  /** Those of the texts below that Go's regexp package says it matches. */
  readonly matches?: readonly string[];
}

const recorded = readFileSync(join(__dirname, '../../recorded/go-patterns.ndjson'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded);
const texts = [...new Set(recorded.flatMap(({ matches = [] }) => matches))];

describe('A pattern of a schema', () => {
  test.each(recorded.map((one) => [one.pattern, one] as const))(
    '%j is what it is to Go',
    (pattern, { error, matches }) => {
      expect(goPatternError(pattern)).toBe(error);
      if (error !== undefined) return;
      const expression = goRegExp(pattern);
      const found = texts.filter((text) => expression.test(text));
      expect(found.sort()).toEqual([...matches!].sort());
    },
  );
});
