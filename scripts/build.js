// Compiles lib/ to build/lib, which is what the package holds: JavaScript, declarations and data.
// Nothing is compiled that has not changed; what has no source any more is removed.
const { execFileSync } = require('node:child_process');
const { chmodSync, existsSync, readdirSync, rmSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');
const output = join(root, 'build', 'lib');
const info = join(root, 'build', '.tsbuildinfo-package');

// The compiler trusts its notes; without the files that they speak of they must go.
if (!existsSync(join(output, 'index.js'))) rmSync(info, { force: true });

const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
try {
  execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], {
    stdio: 'inherit',
  });
} catch (error) {
  process.exit(error.status ?? 1);
}

for (const name of readdirSync(output, { recursive: true, encoding: 'utf8' })) {
  const source = join(root, 'lib', name.replace(/(\.d\.ts|\.js)$/, '.ts'));
  const compiled = /\.(js|d\.ts)$/.test(name);
  if (compiled && !existsSync(source)) rmSync(join(output, name));
}
chmodSync(join(output, 'cli', 'main.js'), 0o755);
