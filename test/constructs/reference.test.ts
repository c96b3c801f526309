import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { constructsReference } from '../../scripts/constructs-reference';

describe('docs/reference/constructs.md', () => {
  it('says what the comments of the constructs say, with a default for every optional prop', () => {
    const file = join(__dirname, '../../docs/reference/constructs.md');
    expect(readFileSync(file, 'utf8')).toBe(constructsReference());
  });
});
