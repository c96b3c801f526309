/**
 * A page of the documentation as code: its TypeScript blocks are compiled and run, and what it
 * shows next to them is compared with what they print or fail with.
 *
 * A block that imports begins a program; blocks without imports go on with the one before. The
 * word after the language says what is expected: ```ts runs, ```ts prints shows in the next block
 * all that it prints, ```ts fails in the next block lines of its tests' failure, in order (`...`
 * stands for lines left out). A block of YAML that begins with `# path` is a file. In a block of
 * console, lines with `$ npx cdk8s-drydock` are run and followed by what they print.
 */
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { asShown } from './alike';

export interface Block {
  readonly language: string;
  /** `prints` or `fails`; '' for neither. */
  readonly expects: string;
  readonly code: string;
  readonly line: number;
}

export interface Program {
  /** Line of its first block. */
  readonly line: number;
  readonly parts: readonly { readonly block: Block; readonly shown: string }[];
}

export function blocksOf(path: string): Block[] {
  const blocks: Block[] = [];
  const text = readFileSync(path, 'utf8');
  for (const match of text.matchAll(/^```(\w+) ?(\w*)\n([^]*?)^```$/gm)) {
    const [, language = '', expects = '', code = ''] = match;
    const line = text.slice(0, match.index).split('\n').length;
    blocks.push({ language, expects, code, line });
  }
  return blocks;
}

export function programsOf(blocks: readonly Block[]): Program[] {
  const programs: { line: number; parts: { block: Block; shown: string }[] }[] = [];
  blocks.forEach((block, i) => {
    if (block.language !== 'ts') return;
    if (/^import /m.test(block.code)) programs.push({ line: block.line, parts: [] });
    const program = programs.at(-1);
    if (program === undefined)
      throw new Error(`line ${block.line}: the first block imports nothing`);
    program.parts.push({ block, shown: block.expects === '' ? '' : (blocks[i + 1]?.code ?? '') });
  });
  return programs;
}

type Body = (...args: unknown[]) => void;

/** Runs a program; each part is held to what is shown of it. */
export function runProgram(program: Program, load: (name: string) => unknown): void {
  const printed: string[][] = program.parts.map(() => []);
  let current = 0;
  const test = Object.assign((_name: string, body: Body) => held(program, current, body), {
    each: (rows: readonly unknown[]) => (_name: string, body: Body) => {
      for (const row of rows) held(program, current, () => body(row));
    },
  });
  const scope = {
    require: load,
    exports: {},
    test,
    console: { log: (...words: unknown[]) => printed[current]!.push(words.map(String).join(' ')) },
    __part: (index: number) => (current = index),
  };
  const source = program.parts.map(({ block }, i) => `__part(${i});\n${block.code}`).join('\n');
  const { outputText } = ts.transpileModule(hoistImports(source), {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const run = new Function(...Object.keys(scope), outputText) as Body;
  run(...Object.values(scope));
  program.parts.forEach(({ block, shown }, i) => {
    if (block.expects !== 'prints') return;
    const text = printed[i]!.join('\n');
    if (shown.trim() === '') throw new Error(`line ${block.line} shows nothing of:\n${text}`);
    expect(asShown(shown, text)).toBe(shown);
  });
}

function held({ parts }: Program, index: number, body: Body): void {
  const { block, shown } = parts[index]!;
  if (block.expects !== 'fails') return body();
  let message: string | undefined;
  try {
    body();
  } catch (error) {
    message = (error as Error).message;
  }
  if (message === undefined) throw new Error(`the block at line ${block.line} does not fail`);
  if (shown.trim() === '') throw new Error(`line ${block.line} shows nothing of:\n${message}`);
  expect(asShown(shown, plain(message))).toBe(shown);
}

/** Without colours. */
const plain = (text: string): string => text.replace(/\u001b\[[\d;]*m/g, '');

/** Imports go first, as the compiler would have it; the marks between blocks stay where they are. */
function hoistImports(source: string): string {
  const imports: string[] = [];
  const rest = source.replace(/^import [^;]*;$/gm, (statement) => {
    imports.push(statement);
    return '';
  });
  return [...imports, rest].join('\n');
}
