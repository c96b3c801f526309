/** `kubectl create`: from files, from a raw request, or one of the common objects from flags. */
import type { JsonObject } from '../../orchestrator/api/object';
import { ApiStatusError } from '../../orchestrator/api/status-error';
import { generated, type Generator } from '../create/arguments';
import { generators, typedGenerators } from '../create/generators';
import { manifestsOf } from '../input/manifests';
import type { Invocation } from '../invocation';
import { helpError, usageError } from '../kubectl-error';
import { report } from '../output/report';
import { createManifest } from './create-manifest';
import { createRaw } from './raw';

export function create(invocation: Invocation): void {
  const { flags, files, words } = invocation;
  const raw = flags.text('raw');
  if (raw !== undefined) {
    const source = flags.text('filename') ?? '-';
    const body = source === '-' ? files.stdin : (files.read(source) ?? '');
    invocation.print(createRaw(invocation, raw, body));
    return;
  }
  if (flags.has('filename')) return createFromFiles(invocation);
  const [what, ...names] = words;
  if (what === undefined) throw usageError('must specify one of -f and -k');
  const typed = typedGenerators.get(what);
  const generator = typed === undefined ? generators.get(what) : typed.get(names[0] ?? '');
  if (generator === undefined) throw unknown(words, typed !== undefined);
  createGenerated(invocation, generator, typed === undefined ? names : names.slice(1));
}

function unknown(words: readonly string[], typed: boolean): Error {
  if (!typed) return helpError('create', `Unexpected args: [${words.join(' ')}]`);
  const [what = '', ...names] = words;
  const full = what === 'svc' ? 'service' : what;
  return helpError(`create ${full}`, `unknown command "${names.join(' ')}"`);
}

function createGenerated(
  invocation: Invocation,
  generator: Generator,
  names: readonly string[],
): void {
  const object = generated(generator, invocation, names);
  try {
    createOne(invocation, object);
  } catch (error) {
    if (!(error instanceof ApiStatusError) || generator.failure === undefined) throw error;
    throw usageError(`${generator.failure} ${error.message}`);
  }
}

/** Creates an object that kubectl made up itself, and says so. */
export function createOne(
  invocation: Invocation,
  object: JsonObject,
  manager = 'kubectl-create',
  done = 'created',
): void {
  const kind = invocation.api.registry.ofObject(
    String(object['apiVersion']),
    String(object['kind']),
  )!;
  const namespace = invocation.namespaceOf(kind);
  const isKept = invocation.dryRun !== 'client' || invocation.flags.has('namespace');
  const metadata = {
    ...(object['metadata'] as JsonObject),
    ...(namespace && isKept ? { namespace } : {}),
  };
  const wanted = { kind, namespace, object: { ...object, metadata } };
  report(invocation, kind, createManifest(invocation, wanted, manager), done);
}

function createFromFiles(invocation: Invocation): void {
  for (const manifest of manifestsOf(invocation)) {
    try {
      const created = createManifest(invocation, manifest, 'kubectl-create');
      report(invocation, manifest.kind, created, 'created');
    } catch (error) {
      invocation.fail(error, `error when creating "${manifest.source}": `);
    }
  }
}
