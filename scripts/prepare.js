// After an install in a clone: lets `npx cdk8s-drydock` run the sources as they are, without a build.
const { existsSync, mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const modules = join(__dirname, '..', 'node_modules');
const program = join(modules, '.bin', 'cdk8s-drydock');
const text = `#!/usr/bin/env node
require('../../scripts/ts.js');
require('../../lib/cli/main.ts');
`;

if (existsSync(modules) && !existsSync(program)) {
  mkdirSync(join(modules, '.bin'), { recursive: true });
  writeFileSync(program, text, { mode: 0o755 });
  writeFileSync(`${program}.cmd`, '@node "%~dp0cdk8s-drydock" %*\r\n');
}
