/** kubectl's arguments: words, flags in all their spellings, and what follows `--`. */
import { usageError } from '../kubectl-error';

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

const SHORT: Readonly<Record<string, string>> = {
  A: 'all-namespaces',
  c: 'container',
  e: 'env',
  f: 'filename',
  i: 'stdin',
  k: 'kustomize',
  L: 'label-columns',
  l: 'selector',
  n: 'namespace',
  o: 'output',
  p: 'patch',
  R: 'recursive',
  t: 'tty',
  w: 'watch',
};

/** What some verbs have these letters stand for. */
const SHORT_OF_VERB: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  create: { r: 'replicas' },
  auth: { q: 'quiet' },
  logs: { f: 'follow', p: 'previous' },
};

/** Flags that take no value, and the value that their mere presence stands for. */
const WITHOUT_VALUE: Readonly<Record<string, string>> = {
  all: 'true',
  'all-containers': 'true',
  'all-namespaces': 'true',
  'all-pods': 'true',
  'allow-missing-template-keys': 'true',
  cascade: 'background',
  command: 'true',
  containers: 'true',
  'delete-emptydir-data': 'true',
  'disable-eviction': 'true',
  'dry-run': 'unchanged',
  expose: 'true',
  follow: 'true',
  force: 'true',
  'force-conflicts': 'true',
  'global-default': 'true',
  'ignore-daemonsets': 'true',
  'ignore-errors': 'true',
  'ignore-not-found': 'true',
  list: 'true',
  local: 'true',
  namespaced: 'true',
  'no-headers': 'true',
  now: 'true',
  overwrite: 'true',
  prefix: 'true',
  previous: 'true',
  quiet: 'true',
  record: 'true',
  recursive: 'true',
  rm: 'true',
  'save-config': 'true',
  'server-side': 'true',
  'show-kind': 'true',
  'show-labels': 'true',
  'show-managed-fields': 'true',
  stdin: 'true',
  timestamps: 'true',
  tty: 'true',
  wait: 'true',
  watch: 'true',
  'watch-only': 'true',
};

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
    if (name === undefined) throw usageError(`unknown shorthand flag: '${arg[1]}' in ${arg}`);
    const given = (long ?? short)![2];
    const alone = WITHOUT_VALUE[name];
    if (given !== undefined) set(name, given);
    else if (alone !== undefined) set(name, alone);
    else if (i + 1 < args.length) set(name, args[++i]!);
    else throw usageError(`flag needs an argument: ${arg}`);
  }
  return { words, flags: new Flags(values), rest: [] };
}

const fullName = (verb: string | undefined, letter: string): string | undefined =>
  SHORT_OF_VERB[verb ?? '']?.[letter] ?? SHORT[letter];
