import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { InstalledApp, ROOT } from './installed-app';

jest.setTimeout(300_000);

const APP = `
import { App, Chart } from 'cdk8s';
import { MicroserviceStack, SimulationValidation } from 'cdk8s-drydock';
import { Cluster, below, type ClusterOptions } from 'cdk8s-drydock/testing';
import { SimulationValidation as Validation } from 'cdk8s-drydock/validation';
import 'cdk8s-drydock/jest';

const options: ClusterOptions = { zones: ['a', 'b'], seed: 7 };
const chart = new Chart(new App(), 'shop');
const web: MicroserviceStack = new MicroserviceStack(chart, 'web', { image: 'shop/web:1' });
const cluster = Cluster.create(options);
cluster.deploy(chart);
expect(cluster).toSettle({ within: '2m' });
expect(cluster.deployment(web.name)).toHaveNeverHad({ readyReplicas: below(3) });
const validation: SimulationValidation = new Validation();
// @ts-expect-error -- durations are texts or numbers
cluster.advance({ seconds: 1 });
void validation;
`;

// Types are checked above.
const JEST_CONFIG = `module.exports = {
  transform: { '\\\\.ts$': ['ts-jest', { transpilation: true, diagnostics: false }] },
};`;

/** The test that the README shows. */
function readmeTest(): string {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  return /```ts\n([\s\S]*?)```/.exec(readme)![1]!;
}

describe('The packed package', () => {
  let app: InstalledApp;
  beforeAll(() => {
    app = new InstalledApp();
    app.write('app.ts', APP);
    app.write('shop.test.ts', readmeTest());
    app.write('jest.config.js', JEST_CONFIG);
  });
  afterAll(() => (app as InstalledApp | undefined)?.remove());

  test.each([
    ['node10', ts.ModuleKind.CommonJS, ts.ModuleResolutionKind.Node10],
    ['node16', ts.ModuleKind.Node16, ts.ModuleResolutionKind.Node16],
  ])('type-checks under moduleResolution %s', (_name, module, moduleResolution) => {
    const program = ts.createProgram(
      [join(app.folder, 'app.ts'), join(app.folder, 'shop.test.ts')],
      {
        strict: true,
        noEmit: true,
        types: ['node', 'jest'],
        typeRoots: [join(app.folder, 'node_modules/@types')],
        target: ts.ScriptTarget.ES2022,
        lib: ['lib.es2022.d.ts'],
        esModuleInterop: true,
        module,
        moduleResolution,
      },
    );
    const problems = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
      return `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
    expect(problems).toEqual([]);
  });

  test('has the constructs without the orchestrator, and everything else by its own name', () => {
    const script = app.write(
      'entries.js',
      `const names = (id) => Object.keys(require(id)).sort();
       const root = names('cdk8s-drydock');
       const loaded = Object.keys(require.cache).filter((file) => /lib.orchestrator/.test(file));
       globalThis.expect = { extend: (matchers) => { globalThis.matchers = Object.keys(matchers); } };
       require('cdk8s-drydock/jest');
       console.log(JSON.stringify({
         root, loaded, matchers: globalThis.matchers,
         testing: names('cdk8s-drydock/testing'),
         validation: names('cdk8s-drydock/validation'),
         jestGlobals: require.resolve('cdk8s-drydock/jest-globals').endsWith('jest-globals.js'),
         version: require('cdk8s-drydock/package.json').version,
       }));`,
    );
    const { text } = app.node(script);
    const found = JSON.parse(text) as Record<string, string[]>;
    expect(found['loaded']).toEqual([]);
    expect(found['root']).toEqual(
      expect.arrayContaining(['MicroserviceStack', 'StatefulDatabase', 'ThreeTierApp']),
    );
    expect(found['testing']).toEqual(expect.arrayContaining(['Cluster', 'ramp', 'seeds']));
    expect(found['validation']).toContain('SimulationValidation');
    expect(found['matchers']).toEqual(expect.arrayContaining(['toSettle', 'toCompleteRollout']));
    expect(found['jestGlobals']).toBe(true);
  });

  test('has a program that runs', () => {
    const main = join(app.folder, 'node_modules/cdk8s-drydock/build/lib/cli/main.js');
    expect(readFileSync(main, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    const { code, text } = app.node(main, '--version');
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect([code, text]).toEqual([0, `${version}\n`]);
  });

  test("runs the README's test, and says why when its readiness probe asks the wrong port", () => {
    const runner = join(app.folder, 'node_modules/jest/bin/jest.js');
    const jest = (...args: string[]) => app.node(runner, '--rootDir', app.folder, ...args);
    const good = jest('shop.test.ts');
    expect(good.text).toContain('1 passed');
    const broken = readmeTest()
      .replace('edge: true', 'edge: true, readiness: Probe.fromTcpSocket({ port: 9090 })')
      .replace('import { Micro', "import { Probe } from 'cdk8s-plus-27';\nimport { Micro");
    app.write('broken.test.ts', broken);
    const bad = jest('broken.test.ts');
    expect(bad.code).toBe(1);
    expect(bad.text).toMatch(/connection refused/);
    expect(bad.text).toMatch(/9090/);
    expect(bad.text).toMatch(/8080/);
  });
});
