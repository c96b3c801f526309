/**
 * Writes docs/reference/constructs.md out of the comments in lib/constructs and lib/validation, so
 * that what is read about a prop is what its source says. Run it with
 * `node -r ./scripts/ts.js scripts/constructs-reference.ts`; a test fails when the file is stale.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const ROOT = join(__dirname, '..');
const SOURCES = ['lib/constructs', 'lib/validation'];
const TARGET = join(ROOT, 'docs/reference/constructs.md');

const CONSTRUCTS = ['MicroserviceStack', 'StatefulDatabase', 'ThreeTierApp'];
const PARTS = [
  'ResourceProfile',
  'HealthProbes',
  'RollingUpdate',
  'ZoneSpread',
  'HostAntiAffinity',
  'DisruptionBudget',
  'Autoscaler',
  'NetworkIsolation',
  'NetworkPeer',
  'EdgeService',
  'QuotaNamespace',
  'GracefulDrain',
  'ConfigChecksum',
  'Hardening',
];
const BASE = ['ObjectGroup', 'Manifest'];
const VALIDATION = ['SimulationValidation'];

const INTRODUCTION = `# Constructs

Generated from lib/constructs and lib/validation; change the comments there.

\`\`\`ts
import { App, Chart } from 'cdk8s';
import { MicroserviceStack, StatefulDatabase } from 'cdk8s-drydock';

const chart = new Chart(new App(), 'shop');
const orders = new StatefulDatabase(chart, 'orders-db', { passwordSecret: 'orders-db' });
const api = new MicroserviceStack(chart, 'orders', {
  image: 'shop/orders:1.4.2',
  secretEnv: { DB_PASSWORD: { secretName: 'orders-db', key: 'password' } },
});
api.connectTo(orders);
api.override('Deployment', { spec: { template: { spec: { hostUsers: false } } } });
\`\`\`

Amounts are Kubernetes quantities (\`'100m'\`, \`'128Mi'\`), spans of time are \`'30s'\`, \`'5m'\` or
\`'1h30m'\`, numbers of pods are numbers or shares such as \`'25%'\`. What the API server would refuse is
refused at synthesis, with the construct's path, what was found and what is allowed.
`;

const VALIDATION_SETUP = `\`\`\`yaml
# cdk8s.yaml
validations:
  - package: ./node_modules/cdk8s-drydock
    version: 0.1.0            # the exact one that is installed
    class: SimulationValidation
    properties: { zones: [a, b], nodesPerZone: 2, within: 5m }
\`\`\`

\`cdk8s synth\` then exits with 2 when a rule is violated: \`api-server-refuses\` or
\`never-available\`. Namespaces, Secrets, accounts and the like that the app relies on but does not make are
assumed to be there. With \`cdk8s synth -p\` the CLI prints the report before the YAML; add
\`--no-validate\` where that goes to kubectl.
`;

interface Entry {
  readonly name: string;
  readonly node: ts.InterfaceDeclaration | ts.ClassDeclaration;
  readonly source: ts.SourceFile;
}

/** The whole page. */
export function constructsReference(): string {
  const entries = readEntries();
  const section = (title: string, names: string[]) =>
    `## ${title}\n\n${names.map((name) => describeClass(entries, name)).join('\n')}`;
  return [
    INTRODUCTION,
    section('Constructs', CONSTRUCTS),
    section('Parts, usable alone', PARTS),
    section('Reaching what they write', BASE),
    section('Inside `cdk8s synth`', VALIDATION),
    VALIDATION_SETUP,
  ].join('\n');
}

function readEntries(): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const files = SOURCES.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .sort()
      .map((file) => join(ROOT, folder, file)),
  );
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
    source.forEachChild((node) => {
      if (!ts.isInterfaceDeclaration(node) && !ts.isClassDeclaration(node)) return;
      if (node.name) entries.set(node.name.text, { name: node.name.text, node, source });
    });
  }
  return entries;
}

function describeClass(entries: Map<string, Entry>, name: string): string {
  const entry = entries.get(name);
  if (!entry || !ts.isClassDeclaration(entry.node)) throw new Error(`no class ${name}`);
  const props = [`${name}Props`, propsAlias[name]].flatMap((each) => (each ? [each] : []));
  const tables = props.flatMap((each) => (entries.has(each) ? [propTable(entries, each)] : []));
  return [`### ${name}\n`, `${comment(entry.node)}\n`, members(entry.node), ...tables]
    .filter((part) => part !== '')
    .join('\n');
}

const propsAlias: { readonly [name: string]: string | undefined } = {
  HealthProbes: 'HealthProbeProps',
  ResourceProfile: 'ResourceProps',
};

function members(node: ts.ClassDeclaration): string {
  const lines = node.members.flatMap((member) => {
    const hidden = ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private;
    const text = comment(member);
    if (hidden || text === '' || !member.name) return [];
    const fixed = ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static ? 'static ' : '';
    const call = ts.isMethodDeclaration(member) ? `(${parameters(member)})` : '';
    return [`- \`${fixed}${member.name.getText()}${call}\`: ${text}`];
  });
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function parameters(method: ts.MethodDeclaration): string {
  return method.parameters
    .map((each) => `${each.dotDotDotToken ? '...' : ''}${each.name.getText()}`)
    .join(', ');
}

function propTable(entries: Map<string, Entry>, name: string): string {
  const rows = propRows(entries, name);
  return `| prop | type | default | meaning |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}

function propRows(entries: Map<string, Entry>, name: string): string[] {
  const node = entries.get(name)?.node;
  if (!node || !ts.isInterfaceDeclaration(node)) return [];
  const own = node.members.flatMap((member) => {
    if (!ts.isPropertySignature(member)) return [];
    const type = (member.type?.getText() ?? '').replace(/\s+/g, ' ').replace(/\|/g, '\\|');
    return [
      `| \`${member.name.getText()}\` | \`${type}\` | ${defaultOf(member)} | ${comment(member)} |`,
    ];
  });
  const bases = node.heritageClauses?.flatMap((clause) => [...clause.types]) ?? [];
  return [...own, ...bases.flatMap((base) => propRows(entries, base.expression.getText()))];
}

function defaultOf(member: ts.PropertySignature): string {
  if (!member.questionToken) return 'required';
  const tag = ts.getJSDocTags(member).find((each) => each.tagName.text === 'default');
  const text = flat(ts.getTextOfJSDocComment(tag?.comment) ?? '');
  if (text === '') throw new Error(`${member.name.getText()} has no @default`);
  if (text.startsWith('- ')) return text.slice(2);
  const [literal, ...why] = text.split(' - ');
  return [`\`${literal}\``, ...why].join(': ');
}

function comment(node: ts.Node): string {
  const docs = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = flat(ts.getTextOfJSDocComment(docs.at(-1)?.comment) ?? '');
  return text.replace(/\{@link ([^}]*)\}/g, '`$1`');
}

function flat(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/\|/g, '\\|').trim();
}

if (require.main === module) writeFileSync(TARGET, constructsReference());
