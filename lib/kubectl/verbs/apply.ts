/** `kubectl apply`: three-way merges on the client, or server-side apply. */
import type { JsonObject, KubeObject } from '../../orchestrator/api/object';
import { LAST_APPLIED } from '../../orchestrator/api/apply/last-applied';
import { schemaOf } from '../../orchestrator/api/schema/schema';
import { ApiStatusError } from '../../orchestrator/api/status-error';
import { resourceNameOf } from '../../orchestrator/apiserver/resource-registry';
import { manifestsOf, type Manifest } from '../input/manifests';
import { typeOf, type Invocation } from '../invocation';
import { KubectlError } from '../kubectl-error';
import { sortedJson } from '../output/sorted-json';
import { threeWayPatch } from '../three-way-patch';
import { createManifest } from './create-manifest';

const CLIENT_SIDE = 'kubectl-client-side-apply';

export function apply(invocation: Invocation): void {
  const serverSide = invocation.flags.isTrue('server-side');
  for (const manifest of manifestsOf(invocation)) {
    const what = `${typeOf(manifest.kind)}/${manifest.name}`;
    try {
      const result = serverSide
        ? applyOnServer(invocation, manifest)
        : applyOnClient(invocation, manifest);
      const asName = invocation.flags.text('output') === 'name';
      invocation.print(asName ? what : `${what} ${result}${invocation.dryRunNote}`);
    } catch (error) {
      invocation.fail(error, `error when applying configuration from "${manifest.source}": `);
    }
  }
}

function applyOnServer(invocation: Invocation, manifest: Manifest): string {
  const { kind, namespace, name, object } = manifest;
  const { flags, dryRun } = invocation;
  const fieldManager = flags.text('field-manager') ?? 'kubectl';
  try {
    invocation.api.patch(
      invocation.requester('kubectl'),
      resourceNameOf(kind),
      namespace,
      name,
      'apply',
      object,
      '',
      { fieldManager, force: flags.isTrue('force-conflicts'), dryRun: dryRun !== 'none' },
    );
  } catch (error) {
    throw conflictText(error);
  }
  return 'serverside-applied';
}

/** kubectl tells what may be done about fields that others own. */
function conflictText(error: unknown): unknown {
  if (!(error instanceof ApiStatusError) || error.reason !== 'Conflict') return error;
  return new KubectlError(
    `error: ${error.message}\n` +
      'Please review the fields above--they currently have other managers. Here\n' +
      'are the ways you can resolve this warning:\n' +
      '* If you intend to manage all of these fields, please re-run the apply\n' +
      '  command with the `--force-conflicts` flag.\n' +
      '* If you do not intend to manage all of the fields, please edit your\n' +
      '  manifest to remove references to the fields that should keep their\n' +
      '  current managers.\n' +
      '* You may co-own fields by updating your manifest to match the existing\n' +
      '  value; in this case, you will become the manager if the other manager(s)\n' +
      '  stop managing the field (remove it from their configuration).\n' +
      'See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts',
  );
}

function applyOnClient(invocation: Invocation, manifest: Manifest): string {
  const { kind, namespace, name } = manifest;
  const resource = resourceNameOf(kind);
  const live = invocation.api.tryGet<KubeObject>(resource, namespace, name);
  const object = annotated(manifest.object);
  if (live === undefined) {
    createManifest(invocation, { ...manifest, object }, CLIENT_SIDE);
    return 'created';
  }
  const last = lastAppliedOf(live);
  const schema = schemaOf(kind.schema) === undefined ? undefined : kind.schema;
  const patch = threeWayPatch(last, object, live as unknown as JsonObject, schema);
  if (patch === undefined) return 'unchanged';
  if (invocation.dryRun === 'client') return 'configured';
  const after = invocation.api.patch<KubeObject>(
    invocation.requester(CLIENT_SIDE),
    resource,
    namespace,
    name,
    schema === undefined ? 'merge' : 'strategic',
    patch,
    '',
    { dryRun: invocation.dryRun === 'server' },
  );
  const { resourceVersion } = live.metadata;
  return after.metadata.resourceVersion === resourceVersion && !invocation.isDryRun
    ? 'unchanged'
    : 'configured';
}

function lastAppliedOf(live: KubeObject): JsonObject {
  const text = live.metadata.annotations?.[LAST_APPLIED];
  return text === undefined ? {} : (JSON.parse(text) as JsonObject);
}

/** The object with its own text as an annotation, for the next apply to compare with. */
function annotated(object: JsonObject): JsonObject {
  const metadata = (object['metadata'] ?? {}) as JsonObject;
  const { [LAST_APPLIED]: _old, ...annotations } = (metadata['annotations'] ?? {}) as JsonObject;
  const configuration = { ...object, metadata: { ...metadata, annotations } };
  const text = `${sortedJson(configuration)}\n`;
  return {
    ...object,
    metadata: { ...metadata, annotations: { ...annotations, [LAST_APPLIED]: text } },
  };
}
