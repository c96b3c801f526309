import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { demonstrate } from '../../scripts/demonstration';

const ROOT = resolve(__dirname, '../..');

describe('npm start', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'drydock-start-'));
  let said = '';
  beforeAll(() => demonstrate({ outdir, write: (text) => (said += text) }));
  afterAll(() => rmSync(outdir, { recursive: true }));

  test('writes what dist/ holds', () => {
    const names = readdirSync(outdir).sort();
    expect(names).toEqual(readdirSync(join(ROOT, 'dist')).sort());
  });

  test('rolls the shop out without losing a request', () => {
    expect(said).toMatch(
      /rolled out in .*; never fewer than 3 of 3 pods ready; none of \d+ requests/,
    );
    expect(said).toMatch(/ProgressDeadlineExceeded; never fewer than 3 of 3 pods ready/);
    expect(said).toMatch(/undone; none of \d+ requests lost/);
  });

  test('shows the picture that the README shows', () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    const picture = /```\n(A rolling update[\s\S]*?lost)\n```/.exec(readme)![1]!;
    const shown = /A rolling update[\s\S]*?lost(?=\n)/.exec(said)![0];
    expect(shape(picture)).toEqual(shape(shown));
  });
});

/** What a picture says, whatever the pods' names and the exact times are. */
const shape = (picture: string): string[] =>
  picture
    .split('\n')
    .map((line) => line.replace(/\w+-\w{5}(?= )/, 'POD').replace(/(.)\1+/g, '$1'))
    .map((line) => line.replace(/[\d.]+(s| |$)/g, 'N$1'));
