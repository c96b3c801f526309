import { sourceFiles, target, type SourceFile } from './source-files';

/**
 * Which folder may import which: the table of ARCHITECTURE.md. A component reaches another only
 * through the API server.
 */
const CORE = 'lib/orchestrator';
const base = ['sim', 'api'];
const component = [...base, 'client'];
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  sim: [],
  api: [],
  store: base,
  apiserver: [...base, 'store'],
  client: [...base, 'apiserver (types)'],
  controllers: component,
  scheduler: component,
  kubelet: component,
  network: component,
  metrics: component,
  workload: [...component, 'network', 'kubelet'],
  traffic: [...component, 'network', 'kubelet'],
  chaos: [...component, 'network', 'kubelet'],
};
const OUTER: Readonly<Record<string, readonly string[]>> = {
  'lib/constructs': [],
  'lib/validation': ['lib/testing'],
  'lib/report': [CORE],
  'lib/kubectl': [CORE],
  'lib/testing': [CORE, 'lib/report', 'lib/kubectl'],
  'lib/server': [CORE],
  'lib/fidelity': [CORE, 'lib/server', 'lib/kubectl', 'lib/testing'],
  'lib/cli': [
    CORE,
    'lib/server',
    'lib/report',
    'lib/testing',
    'lib/kubectl',
    'lib/fidelity',
    'lib/validation',
  ],
};
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'pure-rand': [`${CORE}/sim`],
  croner: [`${CORE}/controllers`, `${CORE}/api`],
  'fast-json-patch': [`${CORE}/api`],
  yaml: [`${CORE}/api`, 'lib/testing', 'lib/server', 'lib/cli', 'lib/kubectl', 'lib/fidelity'],
  commander: ['lib/cli'],
  picocolors: ['lib/cli', 'lib/report', 'lib/testing'],
  cdk8s: ['lib/constructs', 'lib/testing', 'lib/cli', 'lib/validation'],
  constructs: ['lib/constructs', 'lib/testing', 'lib/cli', 'lib/validation'],
  'cdk8s-plus-27': ['lib/constructs'],
  '@jest/globals': ['lib/testing'],
};

const folderOf = (path: string): string =>
  path.startsWith(`${CORE}/`) ? path.split('/')[2]! : path.split('/').slice(0, 2).join('/');

function problemsOf(file: SourceFile): string[] {
  return file.imports.flatMap(({ from, typeOnly }) => {
    const to = target(file, from);
    if (!to.startsWith('lib/')) return packageProblems(file, to);
    return file.path.startsWith(`${CORE}/`)
      ? coreProblems(file, to, typeOnly)
      : outerProblems(file, to);
  });
}

function coreProblems(file: SourceFile, to: string, typeOnly: boolean): string[] {
  const [own, other] = [folderOf(file.path), folderOf(to)];
  if (own === 'controllers' && other === own) return controllerProblems(file, to);
  if (own === other || (own === 'cluster' && to.startsWith(CORE))) return [];
  const allowed = MAY_IMPORT[own] ?? [];
  if (to.startsWith(CORE)) {
    if (allowed.includes(other) || (typeOnly && allowed.includes(`${other} (types)`))) return [];
    // Every component may name the facts of the trace and the shapes of requests.
    if (typeOnly && other === 'apiserver') return [];
  }
  return [
    `${file.path} imports ${to}: a component reaches another only through the API server. ` +
      'Move shared vocabulary to lib/orchestrator/api, or change the table in ARCHITECTURE.md and say why.',
  ];
}

/** What several controllers need is in their framework; the index starts them all. */
function controllerProblems(file: SourceFile, to: string): string[] {
  const [own, other] = [file.path, to].map((path) => path.split('/')[3]!.replace(/\.ts$/, ''));
  if (own === 'index' || own === other || other === 'framework') return [];
  return [
    `${file.path} imports ${to}: one controller knows nothing of another. ` +
      'Move what both need to lib/orchestrator/controllers/framework.',
  ];
}

function outerProblems(file: SourceFile, to: string): string[] {
  const own = folderOf(file.path);
  if (own === 'lib/index.ts') {
    return to.startsWith('lib/constructs') || to.startsWith('lib/validation')
      ? []
      : [`${file.path} imports ${to}: importing cdk8s-drydock must never load the orchestrator.`];
  }
  const allowed = OUTER[own];
  if (allowed === undefined)
    return [`${file.path}: the folder ${own} has no line in the table of layers.`];
  if (to.startsWith(`${own}/`) || to === own) return [];
  return allowed.some((prefix) => to === prefix || to.startsWith(`${prefix}/`))
    ? []
    : [`${file.path} imports ${to}, which the table in ARCHITECTURE.md does not allow.`];
}

function packageProblems(file: SourceFile, name: string): string[] {
  if (name.startsWith('node:')) {
    const mayDoIo =
      /^lib\/(server|cli|testing|report|fidelity|validation|constructs|kubectl)\//.test(file.path);
    return mayDoIo ? [] : [`${file.path} imports ${name}: the core does no input or output.`];
  }
  const packageName = name.startsWith('@')
    ? name.split('/').slice(0, 2).join('/')
    : name.split('/')[0]!;
  const users = PACKAGES[packageName];
  if (users?.some((prefix) => file.path.startsWith(prefix))) return [];
  return [`${file.path} imports the package ${packageName}, which has no place there.`];
}

describe('The layers', () => {
  const files = sourceFiles('lib');

  test('are kept by every import', () => {
    expect(files.flatMap(problemsOf)).toEqual([]);
  });

  test('the entry point of the constructs loads nothing of the orchestrator', () => {
    const seen = new Set<string>();
    const visit = (path: string): void => {
      const file = files.find(
        (f) => f.path === `${path}.ts` || f.path === `${path}/index.ts` || f.path === path,
      );
      if (file === undefined || seen.has(file.path)) return;
      seen.add(file.path);
      for (const { from, typeOnly } of file.imports) if (!typeOnly) visit(target(file, from));
    };
    visit('lib/index.ts');
    expect([...seen].filter((path) => path.startsWith(CORE))).toEqual([]);
  });
});
