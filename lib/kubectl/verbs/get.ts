/** `kubectl get`: tables, or the objects in another format. */
import type { KindDefinition } from '../../orchestrator/api/kind';
import { compareQuantities, isQuantity } from '../../orchestrator/api/quantity';
import { ApiStatusError } from '../../orchestrator/api/status-error';
import { objectsOf, referencesOf, type Target } from '../input/targets';
import type { Invocation } from '../invocation';
import { KubectlError, usageError } from '../kubectl-error';
import { valuesAt, valueText } from '../output/json-path';
import { printFormatted } from '../output/print-objects';
import { resourceTable } from '../output/resource-table';
import { getRaw } from './raw';

export function get(invocation: Invocation): void {
  const { flags, words } = invocation;
  const raw = flags.text('raw');
  if (raw !== undefined) {
    invocation.print(getRaw(invocation, raw));
    return;
  }
  if (words.length === 0 && !flags.has('filename')) throw new KubectlError(NO_RESOURCE);
  const references = referencesOf(invocation, words);
  const targets = references.flatMap((reference) => {
    try {
      return objectsOf(invocation, reference);
    } catch (error) {
      const missing = error instanceof ApiStatusError && error.reason === 'NotFound';
      if (!missing || !flags.isTrue('ignore-not-found')) invocation.fail(error);
      return [];
    }
  });
  const ordered = sortedBy(invocation, targets);
  const byName = references.length === 1 && references[0]!.name !== undefined;
  if (byName && ordered.length === 0) return;
  if (printFormatted(invocation, ordered, byName)) return;
  if (ordered.length === 0) {
    if (invocation.exitCode === 0) invocation.printError(nothingFound(invocation, references[0]!));
    return;
  }
  printTables(invocation, ordered);
}

const NO_RESOURCE =
  'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list ' +
  'of supported resources.\n\nerror: Required resource not specified.\n' +
  'Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl ' +
  "explain pods).\nSee 'kubectl get -h' for help and examples";

function nothingFound(
  { flags, namespace }: Invocation,
  { kind }: { readonly kind: KindDefinition },
): string {
  if (flags.isTrue('ignore-not-found')) return '';
  const everywhere = !kind.namespaced || flags.isTrue('all-namespaces');
  return everywhere ? 'No resources found' : `No resources found in ${namespace} namespace.`;
}

/** One table a kind, with a blank line between. */
function printTables(invocation: Invocation, targets: readonly Target[]): void {
  const groups = new Map<KindDefinition, Target[]>();
  for (const target of targets) {
    groups.set(target.kind, [...(groups.get(target.kind) ?? []), target]);
  }
  const wide = invocation.flags.text('output') === 'wide';
  const withKind = invocation.flags.isTrue('show-kind') || groups.size > 1;
  let first = true;
  for (const [kind, members] of groups) {
    if (!first) invocation.print('');
    first = false;
    const objects = members.map(({ object }) => object);
    for (const line of resourceTable(invocation, kind, objects, { wide, withKind })) {
      invocation.print(line);
    }
  }
}

function sortedBy({ flags }: Invocation, targets: readonly Target[]): readonly Target[] {
  const path = flags.text('sort-by');
  if (path === undefined) return targets;
  const ordered = inOrder(targets, path);
  if (ordered !== undefined) return ordered;
  // Tables that cannot be sorted are not shown at all.
  if (['', 'wide'].includes(flags.text('output') ?? '')) return [];
  const asked = /^\{/.test(path) ? path : `{.${path.replace(/^\./, '')}}`;
  throw usageError(`couldn't find any field with path "${asked}" in the list of objects`);
}

/** Objects without the field come first; undefined if none has it. */
function inOrder(targets: readonly Target[], path: string): readonly Target[] | undefined {
  const keyed = targets.map((target) => ({ target, key: valuesAt(path, target.object)[0] }));
  if (targets.length > 0 && keyed.every(({ key }) => key === undefined)) return undefined;
  keyed.sort((a, b) => compare(a.key, b.key));
  return keyed.map(({ target }) => target);
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [valueText(a ?? ''), valueText(b ?? '')];
  if (isQuantity(left) && isQuantity(right)) return compareQuantities(left, right);
  return left < right ? -1 : left > right ? 1 : 0;
}
