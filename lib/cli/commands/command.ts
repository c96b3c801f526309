/** A verb of the CLI. One is a file in this folder and a line in index.ts. */
import type { Command } from 'commander';
import type { ExitCode } from '../exit-code';
import type { ColourChoice, Paint, Signs, Terminal } from '../terminal';

export interface CommandContext {
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** The package's own version. */
  readonly version: string;
  readonly signs: Signs;
  /** Colours for stdout and for stderr. */
  paint(stream: 'stdout' | 'stderr', choice: ColourChoice): Paint;
}

export interface CommandDefinition {
  readonly name: string;
  readonly summary: string;
  /** Adds arguments and flags, and what to do. */
  define(command: Command, run: Run): void;
}

/** Runs an action and keeps its exit code. */
export type Run = (action: (context: CommandContext) => Promise<ExitCode>) => Promise<void>;
