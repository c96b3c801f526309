/**
 * Runs a parsed script: variables, functions, pipes, redirections into files held in memory. What a
 * command does is told from outside.
 */
import {
  parseScript,
  ShellError,
  type SimpleCommand,
  type Statement,
  type Word,
} from './shell-script';

export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
  /** Both as they came, where that is known. */
  readonly output?: string;
  readonly exitCode: number;
}

/** A command: its arguments without its own name, and what it reads. */
export type Command = (args: readonly string[], stdin: string) => CommandOutput;

export const succeeded = (stdout = ''): CommandOutput => ({ stdout, stderr: '', exitCode: 0 });

const NOWHERE = '/dev/null';

export class Shell {
  /** Files that were written, by path. */
  readonly files = new Map<string, string>();
  private readonly functions = new Map<string, readonly Statement[]>();
  private arguments: readonly string[] = [];
  private exitCode = 0;

  constructor(
    private readonly variables: Map<string, string>,
    private readonly commands: ReadonlyMap<string, Command>,
  ) {}

  run(script: string): CommandOutput {
    return this.runAll(parseScript(script), '');
  }

  /** Runs a command by its words, as `out` and functions do. */
  call([name = '', ...args]: readonly string[], stdin = ''): CommandOutput {
    const body = this.functions.get(name);
    if (body !== undefined) {
      const outer = this.arguments;
      this.arguments = args;
      const output = this.runAll(body, stdin);
      this.arguments = outer;
      return output;
    }
    const command = this.commands.get(name);
    if (command === undefined) throw new ShellError(`there is no command ${name}`);
    return command(args, stdin);
  }

  private runAll(statements: readonly Statement[], stdin: string): CommandOutput {
    let [stdout, stderr] = ['', ''];
    for (const statement of statements) {
      const output = this.runOne(statement, stdin);
      stdout += output.stdout;
      stderr += output.stderr;
      this.exitCode = output.exitCode;
    }
    return { stdout, stderr, exitCode: this.exitCode };
  }

  private runOne(statement: Statement, stdin: string): CommandOutput {
    switch (statement.type) {
      case 'function':
        this.functions.set(statement.name, statement.body);
        return succeeded();
      case 'for':
        return this.runLoop(statement);
      case 'pipeline':
        return this.runPipeline(statement.commands, stdin);
    }
  }

  private runLoop({ variable, words, body }: Statement & { readonly type: 'for' }): CommandOutput {
    let [stdout, stderr] = ['', ''];
    for (const value of words.flatMap((word) => this.expand(word))) {
      this.variables.set(variable, value);
      const output = this.runAll(body, '');
      stdout += output.stdout;
      stderr += output.stderr;
    }
    return { stdout, stderr, exitCode: this.exitCode };
  }

  private runPipeline(commands: readonly SimpleCommand[], stdin: string): CommandOutput {
    let input = stdin;
    let stderr = '';
    let output = succeeded();
    for (const command of commands) {
      output = this.runCommand(command, input);
      input = output.stdout;
      stderr += output.stderr;
    }
    return { ...output, stderr };
  }

  private runCommand(command: SimpleCommand, stdin: string): CommandOutput {
    const words = command.words.flatMap((word) => this.expand(word));
    const assignment = /^(\w+)=([^]*)$/.exec(words[0] ?? '');
    if (assignment !== null && words.length === 1) {
      this.variables.set(assignment[1]!, assignment[2]!);
      return succeeded();
    }
    const input = command.input === undefined ? stdin : this.expand(command.input, true)[0]!;
    const output = words.length === 0 ? succeeded() : this.call(words, input);
    return this.redirect(command, output);
  }

  /** Redirections hold from left to right, so `>file 2>&1` takes both and `2>&1 >file` one. */
  private redirect({ redirections }: SimpleCommand, output: CommandOutput): CommandOutput {
    const place: Record<1 | 2, string> = { 1: '&1', 2: '&2' };
    for (const { descriptor, to, append } of redirections) {
      if (typeof to === 'number') {
        place[descriptor] = place[to];
        continue;
      }
      const path = this.expand(to)[0] ?? NOWHERE;
      place[descriptor] = path;
      if (!append) this.files.set(path, '');
    }
    const results: Record<string, string> = { '&1': '', '&2': '' };
    for (const [descriptor, text] of [
      [1, output.stdout],
      [2, output.stderr],
    ] as const) {
      const path = place[descriptor];
      if (path in results) results[path] += text;
      else if (path !== NOWHERE) this.files.set(path, (this.files.get(path) ?? '') + text);
    }
    this.files.delete(NOWHERE);
    return { ...output, stdout: results['&1']!, stderr: results['&2']! };
  }

  /** The words that a word becomes: expansions outside quotes are split at blanks. */
  private expand(word: Word, whole = false): string[] {
    const words: string[] = [];
    let current: string | undefined;
    for (const piece of word) {
      if ('text' in piece) {
        current = (current ?? '') + piece.text;
        continue;
      }
      if ('variable' in piece && piece.variable === '@') {
        words.push(...this.arguments);
        continue;
      }
      const value =
        'variable' in piece ? this.valueOf(piece.variable) : this.captured(piece.command);
      if (piece.quoted || whole) {
        current = (current ?? '') + value;
        continue;
      }
      value
        .split(/\s+/)
        .filter(Boolean)
        .forEach((part, i) => {
          if (i > 0 && current !== undefined) {
            words.push(current);
            current = undefined;
          }
          current = (current ?? '') + part;
        });
    }
    if (current !== undefined) words.push(current);
    return words;
  }

  private captured(statements: readonly Statement[]): string {
    return this.runAll(statements, '').stdout.replace(/\n+$/, '');
  }

  /** `name`, `name#prefix`, `name/old/new`, `name:-default`, `?`, a function's `1`. */
  private valueOf(expression: string): string {
    if (expression === '?') return String(this.exitCode);
    if (/^\d+$/.test(expression)) return this.arguments[Number(expression) - 1] ?? '';
    const match = /^(\w+)(?:(#|\/|:-)([^]*))?$/.exec(expression);
    if (match === null) throw new ShellError(`\${${expression}} is not known here`);
    const [, name, operator, operand = ''] = match;
    const value = this.variables.get(name!) ?? '';
    switch (operator) {
      case '#':
        return value.startsWith(operand) ? value.slice(operand.length) : value;
      case '/': {
        const slash = operand.indexOf('/');
        return value.replace(operand.slice(0, slash), () => operand.slice(slash + 1));
      }
      case ':-':
        return value === '' ? operand : value;
      default:
        return value;
    }
  }
}
