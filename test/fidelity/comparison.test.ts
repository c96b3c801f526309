import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare, goldenOf, linesOf } from '../../lib/fidelity/comparison';
import { projectionOf, type Projection } from '../../lib/fidelity/projection';
import { readGolden } from '../../lib/fidelity/recording';
import type { RecordedObject, WatchRecord } from '../../lib/fidelity/watch-record';

describe('A comparison with recordings', () => {
  const runs: Projection[] = [
    { a: 1, b: ['x'], c: 3 },
    { a: 1, b: ['y'], c: 3 },
  ];
  const golden = goldenOf(runs);

  test('asks for what every recording has', () => {
    expect(golden).toEqual({ always: ['a = 1', 'c = 3'], sometimes: ['b[0] = "x"', 'b[0] = "y"'] });
    expect(compare(golden, { a: 1, b: ['x'], c: 3 }).score).toBe(1);
  });

  test('leaves open what recordings differ in', () => {
    expect(compare(golden, { a: 1, b: ['z'], c: 3 }).score).toBe(1);
  });

  test('counts what is missing and what is too much', () => {
    const result = compare(golden, { a: 2, c: 3, d: 4 });
    expect(result).toMatchObject({ missing: ['a = 1'], extra: ['a = 2', 'd = 4'], same: 1 });
    expect(result.score).toBe(1 / 4);
  });

  test('has one line for each value, empty ones too', () => {
    expect(linesOf({ b: { d: [], c: null }, a: [true, {}] })).toEqual([
      'a[0] = true',
      'a[1] = {}',
      'b › c = null',
      'b › d = []',
    ]);
  });
});

describe('What recordings have in common', () => {
  const folderWith = (projection: string): string => {
    const folder = mkdtempSync(join(tmpdir(), 'recording-'));
    writeFileSync(join(folder, 'projection.json'), projection);
    return folder;
  };

  test('is read from projection.json', () => {
    const golden = { always: ['a = 1'], sometimes: [] };
    expect(readGolden(folderWith(JSON.stringify(golden)))).toEqual(golden);
    expect(readGolden(tmpdir())).toBeUndefined();
  });

  test.each([
    ['{"always"', /is no projection of a recording: .*JSON/],
    ['{"workloads": {}}', /does not say which lines all recordings have \('always'\)/],
  ])('is not made of %s', (text, message) => {
    expect(() => readGolden(folderWith(text))).toThrow(message);
  });
});

describe('A projection', () => {
  const metadata = (
    name: string,
    owner?: readonly [string, string],
  ): RecordedObject['metadata'] => ({
    name,
    namespace: 'default',
    ...(owner === undefined
      ? {}
      : { ownerReferences: [{ kind: owner[0], name: owner[1], controller: true }] }),
  });
  const record = (t: number, object: RecordedObject, type = 'ADDED'): WatchRecord => ({
    t,
    type,
    object,
  });
  const replicaSet = (name: string, replicas: number): RecordedObject => ({
    kind: 'ReplicaSet',
    metadata: metadata(name, ['Deployment', 'web']),
    spec: { replicas },
  });

  test('names ReplicaSets by their order and tells how they were scaled', () => {
    const deployment = { kind: 'Deployment', metadata: metadata('web'), spec: { replicas: 2 } };
    const projection = projectionOf([
      record(1, deployment),
      record(2, replicaSet('web-7f9c', 2)),
      record(5, replicaSet('web-5d4b', 1)),
      record(4, replicaSet('web-7f9c', 1)),
    ]);
    expect(projection['workloads']).toMatchObject({
      'Deployment default/web': { steps: ['rs1→2', 'rs1→1', 'rs2→1'] },
    });
  });

  test('takes generated names, ages and addresses out of texts', () => {
    const projection = projectionOf([record(1, replicaSet('web-7f9c', 2))], {
      get: 'web-7f9c   10.244.0.7   3m12s\n\nlast seen 2026-11-21T03:11:57Z',
    });
    expect(projection['outputs']).toEqual({ get: ['web.rs1 <ip> <age>', 'last seen <time>'] });
  });
});
