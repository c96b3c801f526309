import { Cluster } from '../../lib/testing';
import { unifiedDiff } from '../../lib/kubectl/output/unified-diff';
import { onCluster, type OnCluster } from './on-cluster';

const MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {a: b}\n';
const CHANGED = MAP.replace('{a: b}', '{a: c, d: e}');

let on: OnCluster;
beforeEach(() => {
  on = onCluster();
});

describe('kubectl diff', () => {
  test('shows what apply would create, and creates nothing', () => {
    const { stdout, exitCode } = on.kubectl('diff -f -', MAP);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /^diff -u -N \/tmp\/LIVE\/v1\.ConfigMap\.default\.m \/tmp\/MERGED\/v1\.ConfigMap\.default\.m\n--- .*\n\+\+\+ .*\n@@ -0,0 \+1,9 @@\n\+apiVersion: v1\n\+data:\n\+ {2}a: b\n/,
    );
    expect(on.kubectl('get cm m').exitCode).toBe(1);
  });

  test('shows what apply would change, and nothing if there is nothing', () => {
    on.printed('apply -f -', MAP);
    expect(on.kubectl('diff -f -', MAP)).toEqual({ stdout: '', stderr: '', exitCode: 0 });
    const { stdout } = on.kubectl('diff -f -', CHANGED);
    expect(stdout.split('\n').slice(3)).toEqual([
      '@@ -1,6 +1,7 @@',
      ' apiVersion: v1',
      ' data:',
      '-  a: b',
      '+  a: c',
      '+  d: e',
      ' kind: ConfigMap',
      ' metadata:',
      '   annotations:',
      '',
    ]);
    expect(on.printed('get cm m -o jsonpath={.data}')).toBe('{"a":"b"}');
  });

  test('warns of fields that nobody knows', () => {
    expect(on.kubectl('diff -f -', `${MAP}foo: 1\n`).stderr).toBe('Warning: unknown field "foo"\n');
  });

  test('fails with 2 if it cannot compare', () => {
    expect(on.kubectl('diff')).toEqual({
      stdout: '',
      stderr: 'error: must specify one of -f and -k\n',
      exitCode: 2,
    });
  });
});

test('differences and a "no" are answers, not errors, in a test', () => {
  const cluster = Cluster.create();
  expect(cluster.kubectl('diff -f -', { stdin: MAP })).toContain('+  a: b\n');
  expect(cluster.kubectl('auth can-i get pods --as jane')).toBe('no\n');
  expect(() => cluster.kubectl('diff')).toThrow('must specify one of -f and -k');
});

test('unified diffs have three lines around each change, and one hunk for changes that are near', () => {
  const lines = Array.from({ length: 20 }, (_, i) => `${i + 1}`);
  const changed = lines.map((line) => (['2', '8', '19'].includes(line) ? `${line}x` : line));
  expect(unifiedDiff(`${lines.join('\n')}\n`, `${changed.join('\n')}\n`)).toEqual([
    '@@ -1,11 +1,11 @@',
    ...[' 1', '-2', '+2x', ' 3', ' 4', ' 5', ' 6', ' 7', '-8', '+8x', ' 9', ' 10', ' 11'],
    '@@ -16,5 +16,5 @@',
    ...[' 16', ' 17', ' 18', '-19', '+19x', ' 20'],
  ]);
  expect(unifiedDiff('a\n', 'a\n')).toEqual([]);
  expect(unifiedDiff('a\nb\n', 'b\n')).toEqual(['@@ -1,2 +1 @@', '-a', ' b']);
});
