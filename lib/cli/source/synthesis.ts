/**
 * Runs a cdk8s app as cdk8s-cli does, but into a folder of its own: what the project has in dist/
 * stays as it is.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fromYaml, type SourcedManifest } from '../../testing/manifest-source';
import { interrupted, refused, usage } from '../cli-error';
import type { Terminal } from '../terminal';

export interface SynthesisContext {
  readonly cwd: string;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** What the app that the command runs writes. */
export async function synthesise(
  command: string,
  context: SynthesisContext,
): Promise<readonly SourcedManifest[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cdk8s-drydock-'));
  try {
    await run(command, folder, context);
    const objects = readFolder(folder);
    if (objects.length === 0) {
      throw refused(
        `${command}\n  ran, but wrote no manifests. Does it call app.synth()?`,
        'DRY_SYNTH_EMPTY',
      );
    }
    return objects;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The command for a single file, with the TypeScript runner that its project has. */
export function appCommandFor(path: string): string {
  const node = quoted(process.execPath);
  if (/\.[cm]?js$/.test(path)) return `${node} ${quoted(path)}`;
  const { resolve } = createRequire(path);
  for (const [runner, flag] of RUNNERS) {
    try {
      return `${node} ${flag} ${quoted(resolve(runner))} ${quoted(path)}`;
    } catch {
      // The project has not got this one.
    }
  }
  throw usage(
    `to run ${relative(process.cwd(), path)}, its project needs a TypeScript runner: ` +
      'npm install --save-dev ts-node',
  );
}

const RUNNERS = [
  ['ts-node/register/transpile-only', '-r'],
  ['tsx', '--import'],
] as const;

const quoted = (text: string): string => (/[^\w@%+=:,./\\-]/.test(text) ? `"${text}"` : text);

function run(command: string, outdir: string, context: SynthesisContext): Promise<void> {
  const { cwd, terminal, signal } = context;
  const environment = { CDK8S_OUTDIR: outdir, CDK8S_RECORD_CONSTRUCT_METADATA: 'true' };
  return new Promise((resolve, reject) => {
    const env = { ...terminal.env, ...environment };
    const child = spawn(command, { cwd, env, shell: true, signal, stdio: 'pipe' });
    let said = '';
    const listen = (chunk: Buffer): void => void (said += chunk.toString('utf8'));
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.stdin.end();
    child.on('error', (error) => {
      reject(signal.aborted ? interrupted() : refused(`${command}\n  ${error.message}`));
    });
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(refused(failureText(command, code, said), 'DRY_SYNTH_FAILED'));
    });
  });
}

/** The app's own words, cut to what a screen holds. */
function failureText(command: string, code: number | null, said: string): string {
  const lines = said.trimEnd().split('\n');
  const shown =
    lines.length > 40 ? [...lines.slice(0, 39), `... ${lines.length - 39} more lines`] : lines;
  return [`the app did not synthesise (exit code ${code ?? 'none'}): ${command}`, ...shown].join(
    '\n  ',
  );
}

function readFolder(folder: string): SourcedManifest[] {
  const constructs = constructsOf(folder);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .flatMap((name) =>
      fromYaml(readFileSync(join(folder, name), 'utf8'), name).map((each) => {
        const construct = constructs.get(nameOf(each));
        return construct === undefined ? each : { ...each, construct };
      }),
    );
}

/**
 * Paths of the constructs by the names of their objects. cdk8s keys them by name alone, so objects
 * of one name and several kinds have the path of one of them; what they share is the construct that
 * made them all, one level up.
 */
function constructsOf(folder: string): ReadonlyMap<string, string> {
  const file = join(folder, 'construct-metadata.json');
  if (!existsSync(file)) return new Map();
  const { resources = {} } = JSON.parse(readFileSync(file, 'utf8')) as {
    resources?: Readonly<Record<string, { readonly path: string }>>;
  };
  return new Map(
    Object.entries(resources).map(([name, { path }]) => [
      name,
      path.replace(/(\/[^/]*)(\/resource)?$/i, ''),
    ]),
  );
}

const nameOf = ({ manifest }: SourcedManifest): string =>
  String((manifest['metadata'] as { name?: string } | undefined)?.name ?? '');
