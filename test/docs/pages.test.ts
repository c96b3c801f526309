/** Every block of code in the pages runs, and does what the page says. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { shellWords } from '../../lib/kubectl/input/shell-words';
import { cli } from '../cli/terminal';
import { asShown } from './alike';
import { blocksOf, programsOf, runProgram, type Block } from './page';

const DOCS = join(__dirname, '../../docs');
const inFolder = (folder: string): string[] =>
  readdirSync(join(DOCS, folder)).map((name) => join(folder, name));
const PAGES = [
  'tutorial.md',
  'reference/testing.md',
  'reference/faults.md',
  'reference/images.md',
  'reference/command-line.md',
  'reference/constructs.md',
  ...inFolder('how-to'),
  ...inFolder('explanation'),
];

/** The command line of the tool and what it prints; a server does not end and has a test of its own. */
function commandsOf({ code }: Block): { args: string[]; shown: string }[] {
  return code
    .split(/^\$ /m)
    .filter((part) => /^npx cdk8s-drydock (?!serve(?! --help))/.test(part))
    .map((part) => {
      const [command = '', ...shown] = part.split('\n');
      return { args: shellWords(command).slice(2), shown: shown.join('\n').trim() };
    });
}

function brokenLinks(page: string): string[] {
  const path = join(DOCS, page);
  const links = [...readFileSync(path, 'utf8').matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(
    (m) => m[1]!,
  );
  return links.filter((link) => !/^https?:/.test(link) && !existsSync(join(dirname(path), link)));
}

describe.each(PAGES)('docs/%s', (page) => {
  const blocks = blocksOf(join(DOCS, page));
  const home = process.cwd();
  let folder = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'docs-'));
    for (const { language, code } of blocks) {
      const path = /^# (\S+\.ya?ml)\n/.exec(code)?.[1];
      if (language !== 'yaml' || path === undefined) continue;
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), code);
    }
    process.chdir(folder);
  });
  afterAll(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true, force: true });
  });

  test('links to what exists', () => {
    expect(brokenLinks(page)).toEqual([]);
  });

  for (const program of programsOf(blocks)) {
    test(`the code from line ${program.line} on`, () => {
      runProgram(program, (name) => jest.requireActual<object>(name));
    });
  }

  for (const { args, shown } of blocks
    .filter((b) => b.language === 'console')
    .flatMap(commandsOf)) {
    test(`cdk8s-drydock ${args.join(' ')}`, async () => {
      const { code, out, err } = await cli(args, { cwd: folder });
      expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
      if (shown !== '') expect(asShown(shown, err + out)).toBe(shown);
    });
  }
});
