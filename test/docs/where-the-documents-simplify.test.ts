/** Plays each run of the page and holds the page to what came out. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asShown } from './alike';
import * as failures from './simplifications/failures';
import * as objects from './simplifications/objects';
import * as placement from './simplifications/placement';
import * as rollouts from './simplifications/rollouts';
import * as scaling from './simplifications/scaling';
import type { Run } from './simplifications/stage';

const PAGE = join(__dirname, '../../docs/explanation/where-the-documents-simplify.md');
const page = readFileSync(PAGE, 'utf8');
const runs: Readonly<Record<string, Run>> = {
  ...rollouts,
  ...scaling,
  ...failures,
  ...placement,
  ...objects,
};

/** What the page shows under `<!-- run: name -->`. */
function shown(name: string): string {
  const block = page.split(`<!-- run: ${name} -->`)[1];
  return (
    /```text\n([^]*?)\n```/.exec(block ?? '')?.[1] ?? 'nothing: the page does not have this run'
  );
}

describe('Where the documents simplify', () => {
  test.each(Object.keys(runs))('%s is as the page shows it', (name) => {
    expect(asShown(shown(name), runs[name]!().join('\n'))).toBe(shown(name));
  });

  test('the page shows no run that is not played', () => {
    const names = [...page.matchAll(/<!-- run: (\w+) -->/g)].map((match) => match[1]);
    expect(names.sort()).toEqual(Object.keys(runs).sort());
  });
});
