import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT, sourceFiles } from './source-files';

const markdown = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'docs/reference/differences.md',
];

describe('The documentation', () => {
  test.each(markdown)('%s links to files that are there', (name) => {
    const text = readFileSync(join(ROOT, name), 'utf8');
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1]!);
    const missing = links.filter((link) => !existsSync(join(ROOT, dirname(name), link)));
    expect(missing).toEqual([]);
  });

  test('lists every difference that the code admits', () => {
    const { FILE, render } = jest.requireActual<{ FILE: string; render: (page: string) => string }>(
      '../../scripts/differences.js',
    );
    const page = readFileSync(FILE, 'utf8');
    // If this fails: node scripts/differences.js
    expect(page).toBe(render(page));
  });

  test('speaks of the project alone', () => {
    const found = sourceFiles('lib')
      .filter((file) => /\/work\/|shared\/fidelity|oracle\/|registry\.npmjs/.test(file.text))
      .map((file) => file.path);
    expect(found).toEqual([]);
  });
});
