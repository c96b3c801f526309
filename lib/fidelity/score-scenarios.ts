/** Runs scenarios side by side and says how close each comes to what real Kubernetes did in it. */
import { fork } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { compare, differencesOf, type Comparison, type Golden } from './comparison';
import { projectRecording, readGolden } from './recording';
import { scenarioDirectories } from './scenario';

/** They mostly wait, so there may be more of them than processors. */
const SIDE_BY_SIDE = 4;
/** They begin one after another: a start keeps a core busy, and kubectl is to be as quick as ever. */
const APART_MS = 2500;
const LIMIT_MS = 15 * 60_000;

export interface ScoredScenario {
  readonly name: string;
  /** 0 to 1. */
  readonly score: number;
  readonly line: string;
}

export interface Scores {
  readonly scored: readonly ScoredScenario[];
  /** Scenarios that nobody recorded. */
  readonly skipped: readonly string[];
}

/** @param report hears of each scenario as it ends */
export async function scoreScenarios(
  scenarios: string,
  recordings: string,
  out: string,
  report: (line: string) => void,
): Promise<Scores> {
  const all = scenarioDirectories(scenarios);
  // All are read before the first is played: a broken recording is told of at once.
  const goldens = new Map(all.map((one) => [one, readGolden(join(recordings, basename(one)))]));
  const waiting = [...goldens].filter((entry): entry is [string, Golden] => entry[1] !== undefined);
  const scored: ScoredScenario[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [scenario, golden] = next;
      const result = await score(scenario, golden, join(out, basename(scenario)));
      scored.push(result);
      report(result.line);
    }
  };
  const rows = Array.from({ length: SIDE_BY_SIDE }, async (_, row) => {
    await sleep(row * APART_MS);
    await work();
  });
  await Promise.all(rows);
  const skipped = all.filter((directory) => goldens.get(directory) === undefined);
  return { scored, skipped: skipped.map((directory) => basename(directory)) };
}

async function score(scenario: string, golden: Golden, out: string): Promise<ScoredScenario> {
  const name = basename(scenario);
  const failure = await run(scenario, out);
  if (!existsSync(join(out, 'trace.ndjson'))) {
    return { name, score: 0, line: `${name}  0.0%  it did not run: ${failure ?? 'no trace'}` };
  }
  const comparison = compare(golden, projectRecording(out));
  const path = join(out, 'differences.diff');
  writeFileSync(
    path,
    differencesOf(comparison, Infinity)
      .map((line) => `${line}\n`)
      .join(''),
  );
  return { name, score: comparison.score, line: lineOf(name, comparison, path) };
}

function lineOf(name: string, { score, same, union }: Comparison, path: string): string {
  const line = `${name}  ${(100 * score).toFixed(1)}%  agree ${same} of ${union}`;
  return score === 1 ? line : `${line}  (${path})`;
}

/** Why the scenario's process failed, if it did; a script's own exit code says nothing. */
function run(scenario: string, out: string): Promise<string | undefined> {
  return new Promise((done) => {
    const child = fork(require.resolve('./scenario-process'), [scenario, out], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let stderr = '';
    child.stderr?.on('data', (text) => (stderr += String(text)));
    const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    child.on('exit', () => {
      clearTimeout(limit);
      done(stderr.trim() === '' ? undefined : stderr.trim());
    });
  });
}
