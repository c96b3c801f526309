/**
 * `kubectl diff -f`: what apply would change, as the API server answers a dry run. Exits with 1 if
 * there are differences.
 * FIDELITY: the names of the folders that are compared have no random part, and secrets are not
 * masked.
 */
import type { KindDefinition } from '../../orchestrator/api/kind';
import type { JsonObject, KubeObject } from '../../orchestrator/api/object';
import { LAST_APPLIED } from '../../orchestrator/api/apply/last-applied';
import { decodeObject } from '../../orchestrator/api/schema/decode-body';
import { schemaOf } from '../../orchestrator/api/schema/schema';
import { formatMicroTime } from '../../orchestrator/api/timestamps';
import { apiVersionOf, resourceNameOf } from '../../orchestrator/apiserver/resource-registry';
import { manifestsOf, type Manifest } from '../input/manifests';
import type { Invocation } from '../invocation';
import { helpError, KubectlError } from '../kubectl-error';
import { goYaml } from '../output/go-yaml';
import { unifiedDiff } from '../output/unified-diff';
import { threeWayPatch } from '../three-way-patch';

const MANAGER = 'kubectl-client-side-apply';
/** What kubectl exits with if it fails itself. */
const FAILED = 2;

export function diff(invocation: Invocation): void {
  const { flags, words } = invocation;
  if (words.length > 0) {
    const { message } = helpError('diff', `Unexpected args: [${words.join(' ')}]`);
    throw new KubectlError(message, FAILED);
  }
  if (!flags.has('filename')) {
    throw new KubectlError('error: must specify one of -f and -k', FAILED);
  }
  const found = textsOf(invocation).map(({ file, live, merged }) => ({
    file,
    lines: unifiedDiff(live, merged),
  }));
  found.sort((a, b) => (a.file < b.file ? -1 : 1));
  const time = `${formatMicroTime(invocation.cluster.clock.wallMs).replace('T', ' ').slice(0, -1)}000 +0000`;
  for (const { file, lines } of found) {
    if (lines.length === 0) continue;
    invocation.exitCode = 1;
    const [before, after] = [`/tmp/LIVE/${file}`, `/tmp/MERGED/${file}`];
    invocation.print(`diff -u -N ${before} ${after}`);
    invocation.print(`--- ${before}\t${time}\n+++ ${after}\t${time}`);
    for (const line of lines) invocation.print(line);
  }
}

interface Texts {
  readonly file: string;
  readonly live: string;
  readonly merged: string;
}

function textsOf(invocation: Invocation): Texts[] {
  if (invocation.flags.all('filename').includes('-') && invocation.files.stdin.trim() === '') {
    return [];
  }
  return manifestsOf(invocation).map((manifest) => {
    const { kind, namespace = '', name } = manifest;
    const live = invocation.api.tryGet<KubeObject>(resourceNameOf(kind), manifest.namespace, name);
    const file = [apiVersionOf(kind).replace('/', '.'), kind.kind, namespace, name].join('.');
    return {
      file,
      live: live === undefined ? '' : goYaml(live),
      merged: goYaml(merged(invocation, manifest, live)),
    };
  });
}

/** The object as it would be after an apply. */
function merged(
  invocation: Invocation,
  { kind, namespace, name, object }: Manifest,
  live: KubeObject | undefined,
): KubeObject {
  const { api } = invocation;
  const resource = resourceNameOf(kind);
  const requester = invocation.requester(MANAGER);
  const options = { dryRun: true };
  if (live === undefined) {
    const body = decoded(invocation, kind, object);
    const made = api.create<KubeObject>(requester, resource, namespace, body, options);
    const { resourceVersion: _none, ...metadata } = made.metadata;
    return { ...made, metadata } as KubeObject;
  }
  const text = live.metadata.annotations?.[LAST_APPLIED];
  const last = text === undefined ? {} : (JSON.parse(text) as JsonObject);
  const schema = schemaOf(kind.schema) === undefined ? undefined : kind.schema;
  // Whoever applied it first had no other annotations: that is no reason to take them away.
  const metadata = { annotations: {}, ...(object['metadata'] as JsonObject) };
  const wanted = { ...object, metadata };
  const patch = threeWayPatch(last, wanted, live as unknown as JsonObject, schema);
  if (patch === undefined) return live;
  const type = schema === undefined ? 'merge' : 'strategic';
  return api.patch<KubeObject>(requester, resource, namespace, name, type, patch, '', options);
}

function decoded(invocation: Invocation, kind: KindDefinition, object: JsonObject): KubeObject {
  const { group, version, kind: name, schema: schemaKey } = kind;
  const body = decodeObject(object, { group, version, kind: name, schemaKey }, 'Warn');
  for (const warning of body.warnings) invocation.printError(`Warning: ${warning}`);
  return body.object as unknown as KubeObject;
}
