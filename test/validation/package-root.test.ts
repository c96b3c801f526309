import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

describe('the root of the package', () => {
  it('loads constructs and the validation plugin, and nothing of the orchestrator', () => {
    const root = join(__dirname, '../..');
    const program = `
      const { SimulationValidation, MicroserviceStack } = require('./lib');
      if (!SimulationValidation || !MicroserviceStack) throw new Error('not exported');
      console.log(JSON.stringify(Object.keys(require.cache).filter((f) => f.startsWith(process.cwd()))));
    `;
    const args = ['-r', './scripts/ts.js', '-e', program];
    const output = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    const loaded = (JSON.parse(output) as string[]).map((file) => file.slice(root.length + 1));
    const own = loaded.filter((file) => file.startsWith('lib/'));
    expect(own).toContain('lib/constructs/stacks/microservice-stack.ts');
    expect(own.filter((file) => !/^lib\/(index|constructs\/|validation\/)/.test(file))).toEqual([]);
    expect(own).not.toContain('lib/validation/simulated-deploy.ts');
  });
});
