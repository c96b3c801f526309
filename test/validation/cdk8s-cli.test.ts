import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** An app beside this package, as a user has it, whose `cdk8s synth` runs the validation. */
function userApp(replicas: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'drydock-validation-'));
  mkdirSync(join(folder, 'plugin'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const source = `require(${JSON.stringify(join(ROOT, 'scripts/ts.js'))});\n`;
  const library = `require(${JSON.stringify(join(ROOT, 'lib'))})`;
  writeFileSync(join(folder, 'plugin/index.js'), `${source}module.exports = ${library};`);
  writeFileSync(join(folder, 'plugin/package.json'), '{ "main": "index.js" }');
  writeFileSync(
    join(folder, 'main.js'),
    `${source}const { App, Chart } = require('cdk8s');
    const { MicroserviceStack } = ${library};
    const app = new App();
    const props = { image: 'web:1', autoscaling: false, replicas: ${replicas} };
    new MicroserviceStack(new Chart(app, 'app'), 'web', { ...props, hostAntiAffinityRequired: true });
    app.synth();`,
  );
  writeFileSync(
    join(folder, 'cdk8s.yaml'),
    `language: typescript
app: node main.js
validations:
  - package: ./plugin
    version: 0.1.0
    class: SimulationValidation
    properties: { zones: [a], nodesPerZone: 2, within: 1m }
`,
  );
  return folder;
}

function synth(replicas: number): { status: number | null; output: string } {
  const folder = userApp(replicas);
  try {
    const cli = join(ROOT, 'node_modules/cdk8s-cli/bin/cdk8s');
    const args = [cli, 'synth', '--check-upgrade', 'false'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: folder,
      encoding: 'utf8',
    });
    return { status, output: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('cdk8s synth with the validation', () => {
  it('passes an app that becomes available', () => {
    expect(synth(2)).toMatchObject({ status: 0 });
  });

  it('fails an app that never does, naming its construct', () => {
    const { status, output } = synth(3);
    expect(output).toContain('never-available');
    expect(output).toContain('app/web');
    expect(status).toBe(2);
  });
});
