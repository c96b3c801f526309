/**
 * kubectl in process: the commands of people and scripts against a simulated cluster, with kubectl's
 * words. What waits lets virtual time pass. Leaves out plugins, exec, port-forward and editing.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ApiStatusError } from '../orchestrator/api/status-error';
import type { Cluster } from '../orchestrator/cluster/cluster';
import { parseCommandLine } from './input/command-line';
import { shellWords } from './input/shell-words';
import { Invocation, type InvocationFiles } from './invocation';
import { KubectlError, usageError } from './kubectl-error';
import { verbs } from './verbs';

export interface KubectlOptions {
  /** What `-f -` reads. @default '' */
  readonly stdin?: string;
  /** Where relative paths start. @default the process's working directory */
  readonly cwd?: string;
  /** Files by path, found before those on disk. */
  readonly files?: Readonly<Record<string, string>>;
  /**
   * Virtual milliseconds between two changes that one command asks for, as `apply` does of each
   * object in a file.
   * @default 0
   */
  readonly requestMs?: number;
  /** Hears of what is written, to stdout and stderr alike, as a terminal shows it. */
  readonly onOutput?: (text: string) => void;
}

export interface KubectlResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/**
 * Runs one command: `runKubectl(cluster, 'get pods -A')`. A leading `kubectl` may be there or not.
 * Commands that wait (`rollout status`, `wait`, `drain`, `delete`) let virtual time pass.
 */
export function runKubectl(
  cluster: Cluster,
  commandLine: string | readonly string[],
  options: KubectlOptions = {},
): KubectlResult {
  const given = typeof commandLine === 'string' ? shellWords(commandLine) : commandLine;
  const args = given[0] === 'kubectl' ? given.slice(1) : given;
  let invocation: Invocation | undefined;
  try {
    const parsed = parseCommandLine(args);
    const [verb = ''] = parsed.words;
    invocation = new Invocation(cluster, parsed, filesOf(options), options);
    const run = verbs.get(verb);
    if (run === undefined) throw usageError(`unknown command "${verb}" for "kubectl"`);
    run(invocation);
  } catch (error) {
    const known = error instanceof KubectlError || error instanceof ApiStatusError;
    if (!known) throw error;
    if (invocation === undefined) {
      const stderr = `${error.message}\n`;
      options.onOutput?.(stderr);
      return { stdout: '', stderr, exitCode: 1 };
    }
    invocation.fail(error);
    if (error instanceof KubectlError) invocation.exitCode = error.exitCode;
  }
  const { stdout, stderr, exitCode } = invocation;
  return { stdout, stderr, exitCode };
}

function filesOf({ stdin = '', cwd = '.', files = {} }: KubectlOptions): InvocationFiles {
  return {
    stdin,
    read: (path) => files[path] ?? readPath(resolve(cwd, path)),
  };
}

/** A file, or all manifests of a directory one after the other. */
function readPath(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  if (!stats.isDirectory()) return readFileSync(path, 'utf8');
  return readdirSync(path)
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .sort()
    .map((name) => readFileSync(join(path, name), 'utf8'))
    .join('\n---\n');
}
