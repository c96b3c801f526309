/**
 * `npm run bench [NAME…]`: runs the measurements of this folder, each in a process of its own, and
 * prints a JSON line a figure. Ends with 1 if a figure misses its target.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { BenchRow } from './row';

const NOT_MEASURED = ['run', 'row'];
const CHILD = '--in-this-process';

function main(args: readonly string[]): void {
  if (args[0] === CHILD) return measure(args[1]!);
  const files = readdirSync(__dirname).filter((name) => name.endsWith('.ts'));
  const all = files.map((name) => basename(name, '.ts')).filter((n) => !NOT_MEASURED.includes(n));
  const unknown = args.filter((name) => !all.includes(name));
  if (unknown.length > 0) {
    console.error(`there is no bench '${unknown[0]}'; there are ${all.join(', ')}`);
    process.exitCode = 2;
    return;
  }
  for (const name of args.length > 0 ? args : all) {
    const loader = join(__dirname, '../scripts/ts.js');
    const child = ['-r', loader, __filename, CHILD, name];
    const { status } = spawnSync(process.execPath, child, { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
}

/** Calls the function of the module whose name begins with `bench`. */
function measure(name: string): void {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- found in the folder at run time
  const exported = Object.entries(require(`./${name}`) as Record<string, () => Iterable<BenchRow>>);
  const bench = exported.find(([key]) => key.startsWith('bench'))?.[1];
  if (bench === undefined) throw new Error(`bench/${name}.ts exports no function bench…()`);
  for (const row of bench()) {
    console.log(JSON.stringify(row));
    if (!row.pass) process.exitCode = 1;
  }
}

main(process.argv.slice(2));
