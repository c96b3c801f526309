/**
 * `npm run fidelity -- SCENARIOS_DIR RECORDINGS_DIR [OUT_DIR]`: plays scenarios with the real
 * kubectl against our server and compares with what a real control plane did.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { scoreScenarios } from './score-scenarios';

async function main(): Promise<number> {
  const [scenarios, recordings, out] = process.argv.slice(2);
  if (scenarios === undefined || recordings === undefined) {
    console.error('usage: npm run fidelity -- SCENARIOS_DIR RECORDINGS_DIR [OUT_DIR]');
    return 2;
  }
  const directory = out ?? mkdtempSync(join(tmpdir(), 'drydock-fidelity-'));
  const { scored, skipped } = await scoreScenarios(
    resolve(scenarios),
    resolve(recordings),
    resolve(directory),
    (line) => console.log(line),
  );
  for (const name of skipped) console.log(`${name}  skipped: there is no recording of it`);
  const sum = scored.reduce((total, { score }) => total + score, 0);
  const mean = scored.length === 0 ? 0 : sum / scored.length;
  console.log(`fidelity ${(100 * mean).toFixed(1)}% of ${scored.length} scenarios`);
  return scored.length > 0 && scored.every(({ score }) => score === 1) ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error.message);
    process.exit(2);
  },
);
