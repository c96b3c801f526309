import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from '../../lib/cli/cli';
import { cli, temporaryFolder, TestTerminal, WEB } from './terminal';

const folder = temporaryFolder();
const web = join(folder, 'web.yaml');
writeFileSync(web, WEB);

/** Real times are the only thing that differs between two runs. */
const steady = (text: string): string => text.replace(/\d+\.\d+s$/gm, 'T');

describe('simulate', () => {
  test('says what was assumed, what happened and what that means', async () => {
    const { code, out, err } = await cli(['simulate', 'web.yaml'], { cwd: folder });
    expect(code).toBe(0);
    expect(out).toMatchSnapshot('stdout');
    expect(steady(err)).toMatchSnapshot('stderr');
  });

  test('gives the same bytes for the same seed', async () => {
    const args = ['simulate', '-o', 'json', web, '--fail', 'zone=b@1m+2m', '--seed', '7'];
    const [first, second] = [await cli(args), await cli(args)];
    expect(second.out).toBe(first.out);
    const other = await cli([...args.slice(0, -1), '8']);
    expect(other.out).not.toBe(first.out);
  });

  test('has JSON of a fixed form, and nothing else, on stdout', async () => {
    const args = ['simulate', '-o', 'json', web, '--traffic', 'svc/web=50rps'];
    const { code, out, err } = await cli(args);
    expect([code, err]).toEqual([0, '']);
    const result = JSON.parse(out) as Record<string, unknown>;
    expect(result).toMatchObject({
      schemaVersion: 1,
      ok: true,
      seed: 1,
      source: { kind: 'files', objects: 2 },
      applied: { created: 2, configured: 0, unchanged: 0 },
      quiet: true,
      workloads: [
        {
          name: 'deployment/web',
          desired: 3,
          available: 3,
          lowestAvailable: 3,
          why: [],
          file: `${web}:1`,
        },
      ],
      traffic: [{ to: 'service/web', rate: '50rps', report: { requests: 3000, failed: 0 } }],
      findings: [],
    });
    expect(result['timeline']).toEqual([
      { atMs: 0, object: 'deployment/web', what: 'wanted', detail: '3 replicas wanted' },
      expect.objectContaining({ object: 'deployment/web', what: 'available' }),
    ]);
  });

  test('loses a zone and tells what that cost, exit code 1 for lost requests', async () => {
    const args = ['simulate', web, '--fail', 'zone=b@1m+5m', '--traffic', 'svc/web=30rps'];
    const { code, out } = await cli(args);
    expect(code).toBe(1);
    expect(out).toMatch(/\+1m {7}zone\/b +fails/);
    expect(out).toMatch(/\+6m {7}zone\/b +is back/);
    expect(out).toMatch(/deployment\/web never had fewer than 2 of 3 available/);
    expect(out).toMatch(/✗ \d+ of [\d ]+ requests to service\/web were lost/);
    expect(out).toMatch(/node down: clients that time out and try again/);
  });

  test('says why something never became available, and what would mend it, exit code 1', async () => {
    const input = WEB.replace('path: /ready, port: 8080', 'path: /ready, port: 9090');
    const { code, out } = await cli(['simulate', '-'], { input });
    expect(code).toBe(1);
    expect(out).toMatch(/✗ deployment\/web never became available: 0 of 3/);
    expect(out).toMatch(/connection refused/);
    expect(out).toMatch(
      /fix: a readiness probe on a port that the container listens on \(8080\) instead of 9090/,
    );
  });

  test('ends with 3 if the API server refuses an object, in its words and with the line', async () => {
    const input = WEB.replace('replicas: 3', 'replicas: -3');
    writeFileSync(join(folder, 'bad.yaml'), input);
    const { code, err } = await cli(['simulate', 'bad.yaml'], { cwd: folder });
    expect(code).toBe(3);
    expect(err).toMatch(/Deployment.apps "web" is invalid: spec.replicas: Invalid value: -3/);
    expect(err).toMatch(/bad.yaml:1/);
  });

  test('ends with 2 if the text is no YAML, with the line', async () => {
    const { code, err } = await cli(['simulate', '-'], { input: 'kind: [\n' });
    expect(code).toBe(2);
    expect(err).toMatch(/:\d+ is no YAML/);
  });

  test.each([
    ['a zone', ['--fail', 'zone=x'], /no zone\/x.*\n.*zones: a, b, c/],
    ['a node', ['--fail', 'node=a-2'], /no node\/a-2. Did you mean 'a-1'\?/],
    ['a pod', ['--fail', 'pod=api'], /unknown pod 'api'.*It has pods 'web-/],
    ['a service', ['--traffic', 'svc/wen=5rps'], /service "wen" not found[\s\S]*service\/web/],
  ])('ends with 2 if there is no such thing as %s, naming those there are', async (...given) => {
    const [, flags, text] = given;
    const { code, err } = await cli(['simulate', web, ...flags]);
    expect(code).toBe(2);
    expect(err).toMatch(text);
  });

  test('makes up the Secrets that manifests rely on, and says so', async () => {
    const env = '{ name: KEY, valueFrom: { secretKeyRef: { name: keys, key: api } } }';
    const input = WEB.replace('ports: [{ c', `env: [${env}]\n          ports: [{ c`);
    const assumed = await cli(['simulate', '-'], { input });
    expect([assumed.code, assumed.err]).toEqual([0, expect.stringMatching(/assume +secret\/keys/)]);
    const { code, out } = await cli(['simulate', '-', '--no-assume'], { input });
    expect(code).toBe(1);
    expect(out).toMatch(/CreateContainerConfigError/);
  });

  test('makes them up in a namespace that the manifests bring, too', async () => {
    const env = '{ name: KEY, valueFrom: { secretKeyRef: { name: keys, key: api } } }';
    const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n---\n';
    const web = WEB.replace('ports: [{ c', `env: [${env}]\n          ports: [{ c`);
    const input =
      namespace + web.replaceAll('{ name: web }\nspec', '{ name: web, namespace: shop }\nspec');
    const { code, err } = await cli(['simulate', '-'], { input });
    expect([code, err]).toEqual([0, expect.stringMatching(/assume +secret\/shop\/keys/)]);
    expect(err).toMatch(/apply +3 created/);
  });

  test('says which probe gets a container killed again and again', async () => {
    const probe = 'livenessProbe: { tcpSocket: { port: 8888 }, failureThreshold: 1 }';
    const input = WEB.replace('readinessProbe', `${probe}\n          readinessProbe`);
    const { code, out } = await cli(['simulate', '-', '--for', '10m'], { input });
    expect(code).toBe(1);
    expect(out).toMatch(/is waiting: CrashLoopBackOff/);
    expect(out).toMatch(/Liveness probe failed: .*:8888: connect: connection refused/);
    const fix = /a liveness probe on a port that the container listens on \(8080\) instead of 8888/;
    expect(out).toMatch(new RegExp(`fix: ${fix.source}`));
    expect(out).toMatch(new RegExp(`use ${fix.source}`));
  });

  test('is 130 after Ctrl-C', async () => {
    const terminal = new TestTerminal({ cwd: folder });
    const run = runCli(['simulate', 'web.yaml', '--for', '1000h'], terminal);
    setTimeout(() => terminal.pressCtrlC(), 100);
    expect(await run).toBe(130);
  });
});

describe('simulate of an app', () => {
  const project = join(folder, 'project');
  mkdirSync(project);
  const main = join(project, 'main.js');
  const root = JSON.stringify(join(__dirname, '../../node_modules/'));
  writeFileSync(
    main,
    `const { createRequire } = require('node:module');
     const { App, Chart, ApiObject } = createRequire(${root})('cdk8s');
     const app = new App();
     const chart = new Chart(app, 'shop');
     const spec = { containers: [{ name: 'db', image: 'postgres:16', volumeMounts: [{ name: 'data', mountPath: '/d' }] }] };
     const template = { metadata: { labels: { app: 'db' } }, spec };
     const claim = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } };
     new ApiObject(chart, 'db', { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db' },
       spec: { serviceName: 'db', selector: { matchLabels: { app: 'db' } }, template, volumeClaimTemplates: [claim] } });
     app.synth();`,
  );

  test('runs the command of cdk8s.yaml, writes nothing there, and names the construct', async () => {
    writeFileSync(join(project, 'cdk8s.yaml'), 'language: typescript\napp: node main.js\n');
    const { code, out, err } = await cli(['simulate'], { cwd: project, env: withPath() });
    expect(err).toMatch(/synth +node main.js → 1 object/);
    expect(code).toBe(0);
    expect(out).toMatch(/! statefulset\/db has 1 replica and its volume lives in zone ([abc])/);
    expect(out).toMatch(/use replicas: 3 or more/);
    expect(out).toMatch(/construct shop {3}· {3}see it: cdk8s-drydock simulate --fail zone=/);
    expect(err).toMatch(/Next {2}npx cdk8s-drydock simulate --fail zone=[abc]@1m\+10m/);
    expect(() => mkdirSync(join(project, 'dist'))).not.toThrow();
  });

  test('ends with 3 if it does not synthesise, in its own words', async () => {
    writeFileSync(join(project, 'broken.js'), "throw new Error('no image tag');");
    const { code, err } = await cli(['simulate', 'broken.js'], { cwd: project, env: withPath() });
    expect(code).toBe(3);
    expect(err).toMatch(/did not synthesise \(exit code 1\)[\s\S]*no image tag/);
  });
});

const withPath = (): Record<string, string> => ({ PATH: process.env['PATH'] ?? '' });
