import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Yaml } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { addApps } from '../../apps/apps';
import { schemaErrors } from './strict-schema';

const ROOT = join(__dirname, '../..');
const DIST = join(ROOT, 'dist');

interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
}

function synthesised(): Map<string, string> {
  const app = new App();
  addApps(app);
  return new Map(
    app.charts.map((chart) => [
      `${chart.node.id}.k8s.yaml`,
      Yaml.stringify(...(chart.toJson() as unknown[])),
    ]),
  );
}

describe('dist', () => {
  const files = synthesised();

  it('holds one file for each chart of apps/, and nothing else', () => {
    expect(existsSync(DIST)).toBe(true);
    expect(readdirSync(DIST).sort()).toEqual([...files.keys()].sort());
  });

  it.each([...files.keys()])('%s is what `npx cdk8s synth` writes now', (file) => {
    expect(readFileSync(join(DIST, file), 'utf8')).toBe(files.get(file));
  });

  it.each([...files.keys()])('%s has only fields that Kubernetes 1.36 knows', (file) => {
    const objects = parseAllDocuments(files.get(file) ?? '').map((doc) => doc.toJS() as Manifest);
    expect(objects.length).toBeGreaterThan(5);
    expect(objects.flatMap(schemaErrors)).toEqual([]);
  });

  it('names no object twice in a namespace', () => {
    const identities = [...files.values()]
      .flatMap((text) => parseAllDocuments(text).map((doc) => doc.toJS() as Manifest))
      .map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? 'default'}/${metadata.name}`);
    expect(identities.filter((identity, at) => identities.indexOf(identity) !== at)).toEqual([]);
  });

  it('is left alone by `cdk8s synth -p`, which prints every object of it whole', () => {
    const cli = join(ROOT, 'node_modules/cdk8s-cli/bin/cdk8s');
    const args = [cli, 'synth', '-p', '--check-upgrade', 'false'];
    const options = { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 24 } as const;
    const printed = execFileSync(process.execPath, args, options);
    const documents = [...files.values()].map((text) => parseAllDocuments(text).length);
    const objects = parseAllDocuments(printed);
    expect(objects.flatMap(({ errors }) => errors)).toEqual([]);
    expect(objects).toHaveLength(documents.reduce((sum, count) => sum + count, 0));
    expect(readdirSync(DIST).sort()).toEqual([...files.keys()].sort());
  });
});
