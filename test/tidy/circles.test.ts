import { sourceFiles, target, type SourceFile } from './source-files';

/**
 * No file of lib needs, by way of others, itself: what two files need of each other has a file of
 * its own. Imports of types count too, for they are what must be read together.
 */
const files = sourceFiles('lib');
const known = new Set(files.map(({ path }) => path));

/**
 * Types that users see name each other: a cluster gives handles, and the `cluster` of a handle is
 * that cluster. What a cluster gives may, as long as it is the type alone that it imports.
 */
const GIVEN_BY_CLUSTER: ReadonlySet<string> = new Set([
  'lib/testing/fail.ts',
  'lib/testing/handles/handle.ts',
  'lib/testing/handles/pod-handle.ts',
  'lib/testing/traffic.ts',
]);
const CLUSTER = 'lib/testing/cluster.ts';

function neededBy(file: SourceFile): string[] {
  return file.imports.flatMap(({ from, typeOnly }) => {
    const path = target(file, from);
    const needed = [`${path}.ts`, `${path}/index.ts`].find((name) => known.has(name));
    if (needed === undefined) return [];
    return needed === CLUSTER && typeOnly && GIVEN_BY_CLUSTER.has(file.path) ? [] : [needed];
  });
}

/** The first circle that a walk through the imports meets, its files in order; none if undefined. */
function circle(needs: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const way: string[] = [];
  const walk = (path: string): string[] | undefined => {
    const met = way.indexOf(path);
    if (met >= 0) return [...way.slice(met), path];
    if (done.has(path)) return undefined;
    way.push(path);
    for (const next of needs.get(path) ?? []) {
      const found = walk(next);
      if (found !== undefined) return found;
    }
    way.pop();
    done.add(path);
    return undefined;
  };
  for (const path of needs.keys()) {
    const found = walk(path);
    if (found !== undefined) return found;
  }
  return undefined;
}

test('no file imports itself by way of others', () => {
  const found = circle(new Map(files.map((file) => [file.path, neededBy(file)])));
  expect(found?.join('\n  imports ') ?? 'no circle').toBe('no circle');
});

test('a circle is told by its files in order', () => {
  const needs = { a: ['b'], b: ['c', 'd'], c: [], d: ['e'], e: ['c', 'b'] };
  expect(circle(new Map(Object.entries(needs)))).toEqual(['b', 'd', 'e', 'b']);
});
