// Lets Node run the project's TypeScript as it is, without type checks (`npm run types` does those).
// What a file compiles to is kept under build/, by the file's contents, so that only changed files
// cost anything: the compiler itself takes longer to load than most programs here take to run.
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join, relative } = require('node:path');

const root = join(__dirname, '..');
const cache = join(root, 'build', 'transpiled');
const settings = readFileSync(join(root, 'tsconfig.json'), 'utf8');

process.setSourceMapsEnabled(true);

require.extensions['.ts'] = (module, file) => {
  const source = readFileSync(file, 'utf8');
  const name = relative(root, file);
  const key = createHash('sha256').update(settings).update(name).update(source).digest('hex');
  const cached = join(cache, `${key}.js`);
  module._compile(read(cached) ?? compile(source, file, cached), file);
};

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function compile(source, file, cached) {
  const { transpileModule } = require('typescript');
  const { compilerOptions } = JSON.parse(settings);
  const options = { ...compilerOptions, moduleResolution: undefined, inlineSourceMap: true };
  const { outputText } = transpileModule(source, { compilerOptions: options, fileName: file });
  mkdirSync(cache, { recursive: true });
  // Several programs may compile the same file at once; none may read half of it.
  writeFileSync(`${cached}.${process.pid}`, outputText);
  renameSync(`${cached}.${process.pid}`, cached);
  return outputText;
}
