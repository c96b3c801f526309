/** `kubectl create`: from files, from a raw request, or one of the common objects from flags. */
import type { JsonObject } from '../../orchestrator/api/object';
import { manifestsOf } from '../input/manifests';
import type { Invocation } from '../invocation';
import { typeOf } from '../invocation';
import { usageError } from '../kubectl-error';
import { createManifest } from './create-manifest';
import { generators } from './create-generators';
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
  const [what = '', ...names] = words;
  const generate = generators.get(what);
  if (generate === undefined) throw usageError(`unknown command "create ${what}"`);
  createOne(invocation, generate(invocation, names));
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
  const metadata = { ...(object['metadata'] as JsonObject), ...(namespace ? { namespace } : {}) };
  createManifest(invocation, { kind, namespace, object: { ...object, metadata } }, manager);
  const name = String(metadata['name' as keyof typeof metadata]);
  invocation.print(`${typeOf(kind)}/${name} ${done}${invocation.dryRunNote}`);
}

function createFromFiles(invocation: Invocation): void {
  for (const manifest of manifestsOf(invocation)) {
    try {
      const created = createManifest(invocation, manifest, 'kubectl-create');
      const name = created?.metadata.name ?? manifest.name;
      invocation.print(`${typeOf(manifest.kind)}/${name} created${invocation.dryRunNote}`);
    } catch (error) {
      invocation.fail(error, `error when creating "${manifest.source}": `);
    }
  }
}
