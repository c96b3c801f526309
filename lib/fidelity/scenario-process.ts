/**
 * One scenario in a process of its own (`scenario-process SCENARIO_DIR OUT_DIR`), so that what runs
 * beside it cannot hold up its clock.
 */
import { readScenario } from './scenario';
import { runScenario } from './run-scenario';

const [scenario, out] = process.argv.slice(2);

void runScenario(readScenario(scenario!), out!).then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${error.stack ?? error.message}\n`);
    process.exit(1);
  },
);
