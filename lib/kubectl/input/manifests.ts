/** The objects in the files that `-f` names, with Lists taken apart. */
import { parseAllDocuments } from 'yaml';
import type { KindDefinition } from '../../orchestrator/api/kind';
import type { JsonObject } from '../../orchestrator/api/object';
import { storedForm } from '../../orchestrator/apiserver/decode';
import { resourceNameOf } from '../../orchestrator/apiserver/resource-registry';
import type { Invocation } from '../invocation';
import { usageError } from '../kubectl-error';

export interface Manifest {
  readonly kind: KindDefinition;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly object: JsonObject;
  /** The file that it came from. */
  readonly source: string;
}

export function manifestsOf(invocation: Invocation): Manifest[] {
  const sources = invocation.flags.all('filename').flatMap((path) => path.split(','));
  if (sources.length === 0) throw usageError('must specify one of -f and -k');
  const found = sources.flatMap((source) =>
    objectsIn(textOf(invocation, source), nameOfSource(source)).map((object) =>
      manifestOf(invocation, object, nameOfSource(source)),
    ),
  );
  if (found.length === 0) throw usageError(`no objects passed to ${invocation.verb}`);
  return found;
}

function textOf({ files }: Invocation, path: string): string {
  if (path === '-') return files.stdin;
  const text = files.read(path);
  if (text === undefined) throw usageError(`the path "${path}" does not exist`);
  return text;
}

const nameOfSource = (path: string): string => (path === '-' ? 'STDIN' : path);

function objectsIn(text: string, source: string): JsonObject[] {
  return parseAllDocuments(text, { version: '1.1', merge: true }).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) {
      throw usageError(
        `error parsing ${source}: error converting YAML to JSON: yaml: ${error.message.split('\n')[0]}`,
      );
    }
    const value = document.toJS() as JsonObject | null;
    if (value === null) return [];
    return value['kind'] === 'List' ? ((value['items'] ?? []) as JsonObject[]) : [value];
  });
}

function manifestOf(invocation: Invocation, object: JsonObject, source: string): Manifest {
  const apiVersion = String(object['apiVersion'] ?? '');
  const kindName = String(object['kind'] ?? '');
  if (kindName === '') {
    throw usageError(
      `error validating "${source}": error validating data: kind not set; ` +
        'if you choose to ignore these errors, turn validation off with --validate=false',
    );
  }
  const { registry } = invocation.api;
  const kind = registry.ofObject(apiVersion, kindName);
  if (kind === undefined) {
    throw usageError(
      `resource mapping not found for name: "${nameIn(object)}" namespace: ` +
        `"${namespaceIn(object) ?? ''}" from "${source}": no matches for kind "${kindName}" ` +
        `in version "${apiVersion}"\nensure CRDs are installed first`,
    );
  }
  const namespace = kind.namespaced ? namespaceFor(invocation, object) : undefined;
  const metadata = {
    ...(object['metadata'] as JsonObject | undefined),
    ...(namespace ? { namespace } : {}),
  };
  return {
    kind: registry.kind(resourceNameOf(kind)),
    namespace,
    name: nameIn(object),
    object: storedForm(kind, { ...object, metadata }) as JsonObject,
    source,
  };
}

const nameIn = (object: JsonObject): string =>
  String((object['metadata'] as JsonObject | undefined)?.['name'] ?? '');

const namespaceIn = (object: JsonObject): string | undefined =>
  (object['metadata'] as { namespace?: string } | undefined)?.namespace;

function namespaceFor(invocation: Invocation, object: JsonObject): string {
  const own = namespaceIn(object);
  const asked = invocation.flags.text('namespace');
  if (own !== undefined && asked !== undefined && own !== asked) {
    throw usageError(
      `the namespace from the provided object "${own}" does not match the namespace "${asked}". ` +
        `You must pass '--namespace=${own}' to perform this operation.`,
    );
  }
  return own ?? invocation.namespace;
}
