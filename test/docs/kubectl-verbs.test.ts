/** The page about kubectl in process lists the verbs that there are, and no others. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verbs } from '../../lib/kubectl/verbs';

const PAGE = join(__dirname, '../../docs/reference/kubectl.md');

test('lists every verb of kubectl in process', () => {
  const cells = readFileSync(PAGE, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|')[1]!);
  const listed = cells.flatMap((cell) => [...cell.matchAll(/`([\w-]+)`/g)].map(([, verb]) => verb));
  expect(listed.sort()).toEqual([...verbs.keys()].sort());
});
