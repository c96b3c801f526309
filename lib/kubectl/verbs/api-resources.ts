/** `kubectl api-resources` and `kubectl api-versions`: what the server serves. */
import { servedResources, servedVersions, type ServedResource } from '../input/served-resources';
import type { Invocation } from '../invocation';
import { helpError, usageError } from '../kubectl-error';
import { alignedLines } from '../output/table';

export function apiVersions(invocation: Invocation): void {
  for (const version of servedVersions(invocation)) invocation.print(version);
}

export function apiResources(invocation: Invocation): void {
  const { flags, words } = invocation;
  if (words.length > 0) {
    throw helpError('api-resources', `unexpected arguments: [${words.join(' ')}]`);
  }
  const output = flags.text('output') ?? '';
  if (!['', 'wide', 'name'].includes(output)) {
    throw usageError(
      `unable to match a printer suitable for the output format "${output}", allowed formats ` +
        'are: name,wide',
    );
  }
  const shown = inOrder(selected(invocation), flags.text('sort-by'));
  if (output === 'name') {
    for (const { name, group } of shown) invocation.print(group ? `${name}.${group}` : name);
    return;
  }
  const wide = output === 'wide';
  const rows = shown.map((resource) => rowOf(resource, wide));
  const header = ['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND'];
  if (wide) header.push('VERBS', 'CATEGORIES');
  const lines = alignedLines(flags.isTrue('no-headers') ? rows : [header, ...rows]);
  for (const line of lines) invocation.print(line);
}

function selected(invocation: Invocation): ServedResource[] {
  const { flags } = invocation;
  const group = flags.text('api-group');
  const namespaced = flags.has('namespaced') ? flags.isTrue('namespaced') : undefined;
  const listed = (flag: string): string[] => flags.all(flag).flatMap((text) => text.split(','));
  const [verbs, categories] = [listed('verbs'), listed('categories')];
  return servedResources(invocation).filter(
    (resource) =>
      (group === undefined || resource.group === group) &&
      (namespaced === undefined || resource.namespaced === namespaced) &&
      verbs.every((verb) => resource.verbs.includes(verb)) &&
      categories.every((category) => resource.categories.includes(category)),
  );
}

function inOrder(resources: readonly ServedResource[], by: string | undefined): ServedResource[] {
  if (by === undefined) return [...resources];
  if (by !== 'name' && by !== 'kind') throw usageError('--sort-by accepts only name or kind');
  const before = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return [...resources].sort((a, b) => before(a[by], b[by]) || before(a.name, b.name));
}

function rowOf(resource: ServedResource, wide: boolean): string[] {
  const { name, shortNames, apiVersion, namespaced, kind, verbs, categories } = resource;
  const row = [name, shortNames.join(','), apiVersion, String(namespaced), kind];
  return wide ? [...row, verbs.join(','), categories.join(',')] : row;
}
