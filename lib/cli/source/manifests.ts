/**
 * What a command was given to deploy: the cdk8s app of the working folder, a program that is such
 * an app, YAML in files or folders, or YAML on stdin.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { fromYaml, manifestsOf, type SourcedManifest } from '../../testing/manifest-source';
import { UsageError } from '../../testing/usage-error';
import { usage } from '../cli-error';
import type { Terminal } from '../terminal';
import { appCommandFor, synthesise, type SynthesisContext } from './synthesis';

export interface Manifests {
  readonly kind: 'app' | 'files' | 'stdin';
  /** What was run or read: `npx ts-node main.ts`, `dist/shop.k8s.yaml`. */
  readonly from: string;
  readonly objects: readonly SourcedManifest[];
}

export async function readManifests(
  targets: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Manifests> {
  const [first, ...more] = targets;
  if (first === undefined) return fromProject(terminal.cwd, terminal, signal);
  if (more.length === 0) {
    const path = resolve(terminal.cwd, first);
    if (first === '-') return fromStdin(terminal);
    if (/\.[cm]?[jt]s$/.test(first)) {
      requirePath(first, path);
      return fromApp(appCommandFor(path), { cwd: terminal.cwd, terminal, signal });
    }
    if (existsSync(join(path, 'cdk8s.yaml'))) return fromProject(path, terminal, signal);
  }
  return fromFiles(targets, terminal.cwd);
}

function fromProject(cwd: string, terminal: Terminal, signal: AbortSignal): Promise<Manifests> {
  const file = join(cwd, 'cdk8s.yaml');
  if (!existsSync(file)) {
    throw usage(
      'there is no cdk8s.yaml here, so there is no app to synthesise.\n' +
        '  Run this in a cdk8s project, or name what to deploy: a file.ts, YAML files or folders, ' +
        'or - for stdin.',
    );
  }
  const { app } = (parse(readFileSync(file, 'utf8')) ?? {}) as { app?: unknown };
  if (typeof app !== 'string' || app === '') {
    throw usage(
      `${file} has no 'app': the command that synthesises, such as 'npx ts-node main.ts'.`,
    );
  }
  return fromApp(app, { cwd, terminal, signal });
}

async function fromApp(command: string, context: SynthesisContext): Promise<Manifests> {
  return { kind: 'app', from: command, objects: await synthesise(command, context) };
}

async function fromStdin(terminal: Terminal): Promise<Manifests> {
  const text = await terminal.readInput();
  return { kind: 'stdin', from: 'stdin', objects: some('stdin', () => fromYaml(text, undefined)) };
}

function fromFiles(targets: readonly string[], cwd: string): Manifests {
  const objects = targets.flatMap((target) => {
    const path = resolve(cwd, target);
    requirePath(target, path);
    if (/\.[cm]?[jt]s$/.test(target)) {
      throw usage(`'${target}' is an app; name it alone, without other files.`);
    }
    return some(target, () => read(target, path));
  });
  return { kind: 'files', from: targets.join(' '), objects };
}

/** Paths in messages are as the caller wrote them. */
function read(target: string, path: string): SourcedManifest[] {
  if (!statSync(path).isDirectory()) return fromYaml(readFileSync(path, 'utf8'), target);
  return manifestsOf(path).map((each) => {
    if (each.file === undefined) return each;
    return { ...each, file: join(target, each.file.slice(path.length)) };
  });
}

function requirePath(target: string, path: string): void {
  if (!existsSync(path)) throw usage(`there is no file or folder '${target}'.`);
}

function some(what: string, readObjects: () => SourcedManifest[]): SourcedManifest[] {
  try {
    const objects = readObjects();
    if (objects.length === 0) throw usage(`${what} holds no Kubernetes objects.`);
    return objects;
  } catch (error) {
    if (error instanceof UsageError) throw usage(error.message);
    throw error;
  }
}
