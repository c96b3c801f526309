/** One run of kubectl: its arguments, the cluster it talks to, and what it has printed so far. */
import type { KindDefinition } from '../orchestrator/api/kind';
import type { KubeObject } from '../orchestrator/api/object';
import { kindNamed } from '../orchestrator/api/kinds';
import { ApiStatusError } from '../orchestrator/api/status-error';
import type { ApiServer } from '../orchestrator/apiserver/api-server';
import type { Requester } from '../orchestrator/apiserver/requests';
import type { Cluster } from '../orchestrator/cluster/cluster';
import { resourceNameOf } from '../orchestrator/apiserver/resource-registry';
import type { CommandLine, Flags } from './input/command-line';
import { KubectlError, refusalText, usageError } from './kubectl-error';
import { pacedApi } from './paced-api';

/** Where the files are that a command line names. */
export interface InvocationFiles {
  readonly stdin: string;
  /** The text of a file, or of all manifests in a directory; undefined if there is no such path. */
  read(path: string): string | undefined;
}

/** Where the command runs: how far from the API server, and who sees what it writes. */
export interface Terminal {
  readonly requestMs?: number;
  readonly onOutput?: (text: string) => void;
}

export class Invocation {
  readonly api: ApiServer;
  readonly flags: Flags;
  readonly verb: string;
  /** The words after the verb. */
  readonly words: readonly string[];
  readonly rest: readonly string[];
  stdout = '';
  stderr = '';
  exitCode = 0;

  constructor(
    readonly cluster: Cluster,
    commandLine: CommandLine,
    readonly files: InvocationFiles,
    private readonly terminal: Terminal = {},
  ) {
    const { requestMs = 0 } = terminal;
    this.api =
      requestMs === 0 ? cluster.api : pacedApi(cluster.api, () => cluster.advance(requestMs));
    this.flags = commandLine.flags;
    this.verb = commandLine.words[0] ?? '';
    this.words = commandLine.words.slice(1);
    this.rest = commandLine.rest;
  }

  get namespace(): string {
    return this.flags.text('namespace') ?? 'default';
  }

  get isDryRun(): boolean {
    return this.dryRun !== 'none';
  }

  get dryRun(): 'none' | 'client' | 'server' {
    const value = this.flags.text('dry-run') ?? 'none';
    if (value === 'unchanged' || value === 'client') return 'client';
    return value === 'server' ? 'server' : 'none';
  }

  /** ` (dry run)`, ` (server dry run)`, or nothing. */
  get dryRunNote(): string {
    if (this.dryRun === 'none') return '';
    return this.dryRun === 'server' ? ' (server dry run)' : ' (dry run)';
  }

  print(line: string): void {
    this.write(`${line}\n`);
  }

  write(text: string): void {
    this.stdout += text;
    this.terminal.onOutput?.(text);
  }

  printError(line: string): void {
    this.stderr += `${line}\n`;
    this.terminal.onOutput?.(`${line}\n`);
  }

  /** What the server advises, once however often it does. */
  warn(advice: string): void {
    const line = `Warning: ${advice}`;
    if (!this.stderr.split('\n').includes(line)) this.printError(line);
  }

  /** Notes a failure and goes on with what else there is to do. */
  fail(error: unknown, during = ''): void {
    if (error instanceof ApiStatusError) this.printError(refusalText(error, during));
    else if (error instanceof KubectlError) this.printError(error.message);
    else throw error;
    this.exitCode = 1;
  }

  /** Who asks: an administrator, whose fields are kept under the name of the command. */
  requester(manager: string): Requester {
    const named = this.flags.text('field-manager') ?? manager;
    return {
      user: 'kubernetes-admin',
      groups: ['system:masters'],
      manager: named,
      trusted: false,
    };
  }

  /** The kind that people name: `deploy`, `pods`, `Deployment`, `deployments.apps`. */
  kindNamed(name: string): KindDefinition {
    const kind = this.tryKindNamed(name);
    if (kind !== undefined) return kind;
    throw usageError(`the server doesn't have a resource type "${name}"`);
  }

  tryKindNamed(name: string): KindDefinition | undefined {
    const kind = kindNamed(name) ?? this.customKind(name.toLowerCase());
    return kind && this.api.registry.kind(resourceNameOf(kind));
  }

  namespaceOf(kind: KindDefinition): string | undefined {
    return kind.namespaced ? this.namespace : undefined;
  }

  /** Lets virtual time pass until the condition holds; false if it does not within that time. */
  waitUntil(condition: () => boolean, withinMs: number): boolean {
    return this.cluster.runUntil(condition, withinMs);
  }

  private customKind(name: string): KindDefinition | undefined {
    for (const kind of this.api.registry.all()) {
      const names = [kind.plural, kind.singular, kind.kind.toLowerCase(), ...kind.shortNames];
      if (names.includes(name) || names.some((n) => `${n}.${kind.group}` === name)) return kind;
    }
    return undefined;
  }
}

/** `deployment.apps/web`, `pod/shell`: how kubectl calls an object. */
export const nameOf = (kind: KindDefinition, object: KubeObject): string =>
  `${typeOf(kind)}/${object.metadata.name}`;

/** `deployment.apps`, `pod`. */
export const typeOf = (kind: KindDefinition): string =>
  kind.group ? `${kind.singular}.${kind.group}` : kind.singular;
