/** The reference pages leave nothing out that the code has, and have nothing that it lacks. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { faults } from '../../lib/orchestrator/chaos';
import { matchers } from '../../lib/testing';

const ROOT = join(__dirname, '../..');
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const page = (name: string): string => textOf(`docs/reference/${name}.md`);

/** First cells of the tables' rows that are code. */
const rowsOf = (text: string): string[] =>
  [...text.matchAll(/^\| `(\w+)`/gm)].map((match) => match[1]!);

/** Names of an interface's own fields. */
function fieldsOf(path: string, name: string): string[] {
  const [, body = ''] =
    new RegExp(`interface ${name} (?:extends \\w+ )?\\{\\n([^]*?)^\\}`, 'm').exec(textOf(path)) ??
    [];
  return [...body.matchAll(/^ {2}readonly (\w+)/gm)].map((match) => match[1]!);
}

const section = (text: string, heading: string): string =>
  text.split(`\n## ${heading}\n`)[1]!.split('\n## ')[0]!;

test('every matcher has a heading and an example', () => {
  const headings = [...page('testing').matchAll(/^### `(to\w+)\(/gm)].map((match) => match[1]);
  expect(headings.sort()).toEqual(Object.keys(matchers).sort());
  for (const name of Object.keys(matchers)) expect(page('testing')).toContain(`test('${name}'`);
});

test('every fault is listed with its target and what it does', () => {
  for (const { name, target, summary, healable } of faults) {
    const row = page('faults')
      .split('\n')
      .find((line) => line.startsWith(`| \`${name}\` `))!;
    expect(row.replaceAll('\\|', '|')).toContain(`| \`${name}\` | \`${target}\` | ${summary} |`);
    expect(row.endsWith('| - |')).toBe(!healable);
  }
  expect(rowsOf(page('faults'))).toEqual(faults.map(({ name }) => name));
});

test('every code of a finding is listed', () => {
  const folder = 'lib/cli/findings';
  const codes = readdirSync(join(ROOT, folder)).flatMap((name) => [
    ...textOf(`${folder}/${name}`).matchAll(/^ +code: .*'(DRY_\w+)'/gm),
  ]);
  const listed = rowsOf(section(page('command-line'), '`simulate`'));
  const found = listed.filter((name) => name.startsWith('DRY_'));
  expect(found.sort()).toEqual(codes.map((match) => match[1]).sort());
});

test('every field of an image behaviour is listed', () => {
  const fields = fieldsOf('lib/orchestrator/workload/image-behaviour.ts', 'ImageBehaviour');
  expect(fields.length).toBeGreaterThan(20);
  expect(rowsOf(page('images')).sort()).toEqual(fields.sort());
});

test('every option of a cluster and of traffic is listed', () => {
  const options = [
    ...fieldsOf('lib/orchestrator/cluster/nodes.ts', 'Topology'),
    ...fieldsOf('lib/orchestrator/cluster/cluster-options.ts', 'ClusterOptions'),
  ];
  const listed = section(page('testing'), '`Cluster.create(options)`');
  expect(rowsOf(listed).sort()).toEqual(options.sort());
  const props = fieldsOf('lib/testing/traffic.ts', 'TrafficProps');
  expect(rowsOf(section(page('testing'), 'Traffic')).sort()).toEqual(props.sort());
});
