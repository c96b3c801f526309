/**
 * Where the CLI reads and writes: the process's streams, or what a test puts in their place. Results
 * go to stdout, progress and notes to stderr; colour and redrawing are decided for each by itself.
 */
import { createColors } from 'picocolors';

export type Paint = ReturnType<typeof createColors>;

export interface Output {
  write(text: string): void;
  readonly isTTY: boolean;
}

/** Keys that are pressed, one by one. */
export interface Keyboard {
  /** Calls back for each key until the returned function is called. */
  listen(onKey: (key: string) => void): () => void;
}

export interface Terminal {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** All of stdin. */
  readInput(): Promise<string>;
  /** undefined if nobody sits there. */
  readonly keyboard: Keyboard | undefined;
  /** Calls back on Ctrl-C until the returned function is called. */
  onInterrupt(callback: () => void): () => void;
}

export function processTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  // `simulate | head` closes the pipe early; that is no error.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  return {
    stdout: { write: (text) => void stdout.write(text), isTTY: stdout.isTTY === true },
    stderr: { write: (text) => void stderr.write(text), isTTY: stderr.isTTY === true },
    env,
    cwd: process.cwd(),
    readInput: readAll,
    keyboard: stdin.isTTY && stderr.isTTY ? { listen: listenToKeys } : undefined,
    onInterrupt(callback) {
      const signals = ['SIGINT', 'SIGTERM'] as const;
      for (const signal of signals) process.on(signal, callback);
      return () => {
        for (const signal of signals) process.off(signal, callback);
      };
    },
  };
}

async function readAll(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function listenToKeys(onKey: (key: string) => void): () => void {
  const { stdin } = process;
  const listener = (chunk: Buffer): void => {
    for (const key of chunk.toString('utf8')) onKey(key);
  };
  stdin.setRawMode(true);
  stdin.resume();
  stdin.on('data', listener);
  return () => {
    stdin.off('data', listener);
    stdin.setRawMode(false);
    stdin.pause();
  };
}

export type ColourChoice = 'auto' | 'never';

/** Colour for one stream: NO_COLOR wins, then `--no-color`, FORCE_COLOR, TERM=dumb, and the TTY. */
export function paintFor(terminal: Terminal, output: Output, choice: ColourChoice): Paint {
  const { NO_COLOR, FORCE_COLOR, TERM } = terminal.env;
  if (NO_COLOR || choice === 'never') return createColors(false);
  if (FORCE_COLOR && FORCE_COLOR !== '0') return createColors(true);
  return createColors(TERM !== 'dumb' && output.isTTY);
}

/** Signs that differ by shape, so that colour carries nothing alone. */
export interface Signs {
  readonly ok: string;
  readonly bad: string;
  readonly note: string;
  readonly dot: string;
  readonly times: string;
  readonly ascii: boolean;
}

export function signsFor({ env }: Terminal): Signs {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  const unicode = /utf-?8/i.test(locale) || ['darwin', 'win32'].includes(process.platform);
  return unicode
    ? { ok: '✓', bad: '✗', note: '!', dot: '·', times: '×', ascii: false }
    : { ok: 'ok', bad: 'x', note: '!', dot: '-', times: 'x', ascii: true };
}
