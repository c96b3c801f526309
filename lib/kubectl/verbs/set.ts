/** `kubectl set image`, `set env` and `set resources`: changes to the containers of a pod template. */
import { targetsOf, type Target } from '../input/targets';
import { nameOf, type Invocation } from '../invocation';
import { helpError, usageError } from '../kubectl-error';
import { patchTarget, podSpecOf, podSpecPatch } from '../workload-patch';

type ContainerPatch = Readonly<Record<string, unknown>> & { readonly name: string };

const CHANGES = new Set(['image', 'env', 'resources']);

export function set(invocation: Invocation): void {
  const [what = '', ...words] = invocation.words;
  const isPair = (word: string): boolean => /^[^/]*=|^[^/=]+-$/.test(word) || /^[^=]+=/.test(word);
  const pairs = words.filter(isPair);
  if (!CHANGES.has(what)) {
    throw helpError('set', `unknown command "${invocation.words.join(' ')}"`);
  }
  if (what === 'image' && pairs.length === 0) {
    throw usageError('at least one image update is required');
  }
  const targets = targetsOf(
    invocation,
    words.filter((word) => !isPair(word)),
  );
  for (const target of targets) {
    const { object } = target;
    switch (what) {
      case 'image':
        change(invocation, target, images(invocation, target, pairs), 'image updated');
        break;
      case 'env':
        change(invocation, target, environment(invocation, target, pairs), 'env updated');
        break;
      case 'resources':
        change(invocation, target, resources(invocation, object), 'resource requirements updated');
        break;
      default:
        throw usageError(`unknown command "set ${what}"`);
    }
  }
}

function change(
  invocation: Invocation,
  target: Target,
  containers: readonly ContainerPatch[],
  done: string,
): void {
  const patch = podSpecPatch(target.kind.kind, { containers });
  const before = target.object.metadata.resourceVersion;
  const after = patchTarget(invocation, target, patch, 'kubectl-set');
  const changed = after.metadata.resourceVersion !== before || invocation.isDryRun;
  if (changed)
    invocation.print(`${nameOf(target.kind, target.object)} ${done}${invocation.dryRunNote}`);
}

function containerNames({ object }: Target): string[] {
  return (podSpecOf(object)?.containers ?? []).map(({ name }) => name);
}

function images(
  _invocation: Invocation,
  target: Target,
  pairs: readonly string[],
): ContainerPatch[] {
  return pairs.flatMap((pair) => {
    const at = pair.indexOf('=');
    const [name, image] = [pair.slice(0, at), pair.slice(at + 1)];
    const names = containerNames(target);
    if (name === '*') return names.map((each) => ({ name: each, image }));
    if (!names.includes(name)) throw usageError(`unable to find container named "${name}"`);
    return [{ name, image }];
  });
}

function environment(
  { flags }: Invocation,
  target: Target,
  pairs: readonly string[],
): ContainerPatch[] {
  const env = pairs.map((pair) => {
    if (pair.endsWith('-')) return { name: pair.slice(0, -1), $patch: 'delete' };
    const at = pair.indexOf('=');
    return { name: pair.slice(0, at), value: pair.slice(at + 1) };
  });
  const only = flags.text('container') ?? flags.text('containers');
  const names = containerNames(target).filter((name) => only === undefined || name === only);
  return names.map((name) => ({ name, env }));
}

function resources({ flags }: Invocation, object: Target['object']): ContainerPatch[] {
  const listOf = (flag: string): Readonly<Record<string, string>> | undefined => {
    const text = flags.text(flag);
    if (text === undefined) return undefined;
    return Object.fromEntries(text.split(',').map((pair) => pair.split('=') as [string, string]));
  };
  const limits = listOf('limits');
  const requests = listOf('requests');
  if (limits === undefined && requests === undefined) {
    throw usageError(
      'you must specify an update to requests or limits (in the form of --requests/--limits)',
    );
  }
  const wanted = { ...(limits ? { limits } : {}), ...(requests ? { requests } : {}) };
  const only = flags.text('container');
  return (podSpecOf(object)?.containers ?? [])
    .filter(({ name }) => only === undefined || name === only)
    .map(({ name }) => ({ name, resources: wanted }));
}
