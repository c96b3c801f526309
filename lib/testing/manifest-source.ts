/**
 * What can be deployed: a cdk8s App or Chart, YAML as text, a file or folder of it, or objects.
 * Each manifest keeps where it came from, so that a failure can say which construct made it.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ApiObject, App, Chart } from 'cdk8s';
import { LineCounter, parseAllDocuments } from 'yaml';
import type { Manifest } from '../orchestrator/cluster/apply-objects';
import { UsageError } from './usage-error';

/**
 * What can be deployed: a cdk8s App or Chart, YAML as text, the path of a file or folder of it, an
 * object, or a list of objects.
 */
export type ManifestSource = App | Chart | string | Manifest | readonly Manifest[];

/** A manifest and where it came from. */
export interface SourcedManifest {
  /** The object. */
  readonly manifest: Manifest;
  /** Path of the construct that made it: `shop/web/Deployment`. */
  readonly construct?: string;
  /** `dist/shop.k8s.yaml:44` */
  readonly file?: string;
}

/** @throws UsageError if the source is none of these, or does not parse */
export function manifestsOf(source: ManifestSource): SourcedManifest[] {
  if (typeof source === 'string') return fromText(source);
  if (Array.isArray(source)) return source.map((manifest: Manifest) => ({ manifest }));
  if (isApp(source)) return source.charts.flatMap(fromChart);
  if (Chart.isChart(source)) return fromChart(source);
  if (typeof (source as Manifest)['kind'] === 'string') return [{ manifest: source as Manifest }];
  throw new UsageError(
    'nothing to deploy was found. deploy() takes a cdk8s App or Chart, YAML text, a path of a ' +
      'file or folder, or objects with apiVersion and kind.',
  );
}

const isApp = (source: object): source is App =>
  source instanceof App || Array.isArray((source as { charts?: unknown }).charts);

/** The chart's objects in the order in which cdk8s writes them, with the construct of each. */
function fromChart(chart: Chart): SourcedManifest[] {
  const byIdentity = new Map<string, string>();
  for (const construct of chart.node.findAll()) {
    if (!ApiObject.isApiObject(construct)) continue;
    const { kind, name, metadata } = construct;
    byIdentity.set(`${kind}/${metadata.namespace ?? ''}/${name}`, construct.node.path);
  }
  return (chart.toJson() as Manifest[]).map((manifest) => {
    const { name, namespace } = (manifest['metadata'] ?? {}) as {
      name?: string;
      namespace?: string;
    };
    const construct = byIdentity.get(
      `${String(manifest['kind'])}/${namespace ?? ''}/${name ?? ''}`,
    );
    return { manifest, ...(construct === undefined ? {} : { construct }) };
  });
}

function fromText(text: string): SourcedManifest[] {
  const isYaml = text.includes('\n') || /(^|\s)kind:/.test(text);
  if (isYaml) return fromYaml(text, undefined);
  if (!existsSync(text)) {
    throw new UsageError(`there is no file or folder '${text}', and it is no YAML either.`);
  }
  if (!statSync(text).isDirectory()) return fromYaml(readFileSync(text, 'utf8'), text);
  return readdirSync(text)
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .sort()
    .flatMap((name) => fromYaml(readFileSync(join(text, name), 'utf8'), join(text, name)));
}

/** As Kubernetes reads YAML: version 1.1, so `no` is false and `0777` is 511. */
export function fromYaml(text: string, file: string | undefined): SourcedManifest[] {
  const lines = new LineCounter();
  const found: SourcedManifest[] = [];
  for (const document of parseAllDocuments(text, { version: '1.1', lineCounter: lines })) {
    const [problem] = document.errors;
    if (problem !== undefined) {
      const { line } = lines.linePos(problem.pos[0]);
      throw new UsageError(`${file ?? 'the YAML text'}:${line} is no YAML: ${problem.message}`);
    }
    const value = document.toJS() as Manifest | null;
    if (value === null || value === undefined) continue;
    const at = file === undefined ? {} : { file: `${file}:${lineOf(document.range, lines)}` };
    const items = value['kind'] === 'List' ? (value['items'] as Manifest[]) : [value];
    for (const manifest of items) found.push({ manifest, ...at });
  }
  return found;
}

const lineOf = (range: readonly number[] | null | undefined, lines: LineCounter): number =>
  lines.linePos(range?.[0] ?? 0).line;
