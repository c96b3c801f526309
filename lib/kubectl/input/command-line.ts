/** kubectl's arguments: words, flags in all their spellings, and what follows `--`. */
import { usageError } from '../kubectl-error';
import { fullName, isFlag, valueAlone } from './flag-names';

export interface CommandLine {
  /** What is no flag, in order: the verb first. */
  readonly words: readonly string[];
  readonly flags: Flags;
  /** What follows `--`. */
  readonly rest: readonly string[];
}

export class Flags {
  constructor(private readonly values: ReadonlyMap<string, readonly string[]>) {}

  has(name: string): boolean {
    return this.values.has(name);
  }

  all(name: string): readonly string[] {
    return this.values.get(name) ?? [];
  }

  text(name: string): string | undefined {
    return this.values.get(name)?.at(-1);
  }

  isTrue(name: string, byDefault = false): boolean {
    const value = this.text(name);
    return value === undefined ? byDefault : value !== 'false';
  }

  int(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!/^-?\d+$/.test(value)) {
      throw usageError(
        `invalid argument "${value}" for "--${name}" flag: strconv.ParseInt: ` +
          `parsing "${value}": invalid syntax`,
      );
    }
    return Number(value);
  }
}

export function parseCommandLine(args: readonly string[]): CommandLine {
  const words: string[] = [];
  const values = new Map<string, string[]>();
  const set = (name: string, value: string): void => {
    values.set(name, [...(values.get(name) ?? []), value]);
  };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '--') {
      return { words, flags: new Flags(values), rest: args.slice(i + 1) };
    }
    const long = /^--([^=]+)(?:=([^]*))?$/.exec(arg);
    const short = long === null ? /^-([A-Za-z])(?:=?([^]+))?$/.exec(arg) : null;
    if (long === null && short === null) {
      words.push(arg);
      continue;
    }
    const name = long === null ? fullName(words[0], short![1]!) : long[1]!;
    if (name === undefined) throw flagError(words, `unknown shorthand flag: '${arg[1]}' in ${arg}`);
    if (!isFlag(name)) throw flagError(words, `unknown flag: --${name}`);
    const given = (long ?? short)![2];
    const alone = valueAlone(words[0], name);
    if (given !== undefined) set(name, given);
    else if (alone !== undefined) set(name, alone);
    else if (i + 1 < args.length) set(name, args[++i]!);
    else throw flagError(words, `flag needs an argument: ${long ? arg : `'${arg[1]}' in ${arg}`}`);
  }
  return { words, flags: new Flags(values), rest: [] };
}

const flagError = ([verb]: readonly string[], message: string): Error =>
  usageError(verb === undefined ? message : `${message}\nSee 'kubectl ${verb} --help' for usage.`);
