// Collects the FIDELITY comments of lib/ into docs/reference/differences.md, between its markers.
const { readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const ROOT = join(__dirname, '..');
const FILE = join(ROOT, 'docs/reference/differences.md');
const [BEGIN, END] = ['<!-- begin: collected from the code -->', '<!-- end -->'];

/** Every FIDELITY comment, as `folder: text` rows in the order of the files. */
function collect() {
  const rows = [];
  const files = readdirSync(join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort();
  for (const name of files) {
    const text = readFileSync(join(ROOT, 'lib', name), 'utf8');
    for (const match of text.matchAll(
      /FIDELITY: ((?:.|\n)*?)(?:\*\/|\n[ \t]*(?!\/\/|\*|[ \t]))/g,
    )) {
      const words = match[1]
        .split('\n')
        .map((line) => line.replace(/^\s*(\*|\/\/)\s?/, '').trim())
        .join(' ')
        .trim();
      rows.push(`| \`${name.replace(/\\/g, '/')}\` | ${words.replace(/\|/g, '\\|')} |`);
    }
  }
  return rows;
}

/** The page with the collected rows in it. */
function render(page) {
  const table = ['| where | difference and effect |', '| --- | --- |', ...collect()].join('\n');
  const head = page.slice(0, page.indexOf(BEGIN) + BEGIN.length);
  return `${head}\n${table}\n${page.slice(page.indexOf(END))}`;
}

module.exports = { FILE, render };
if (require.main === module) writeFileSync(FILE, render(readFileSync(FILE, 'utf8')));
