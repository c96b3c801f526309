/** `kubectl apply`: three-way merges on the client, or server-side apply. */
import type { JsonObject, KubeObject } from '../../orchestrator/api/object';
import { LAST_APPLIED } from '../../orchestrator/api/apply/last-applied';
import { schemaOf } from '../../orchestrator/api/schema/schema';
import { ApiStatusError } from '../../orchestrator/api/status-error';
import { apiVersionOf, resourceNameOf } from '../../orchestrator/apiserver/resource-registry';
import { manifestsOf, type Manifest } from '../input/manifests';
import type { Invocation } from '../invocation';
import { helpError, KubectlError } from '../kubectl-error';
import { report } from '../output/report';
import { sortedJson } from '../output/sorted-json';
import { threeWayPatch } from '../three-way-patch';
import { createManifest } from './create-manifest';

const CLIENT_SIDE = 'kubectl-client-side-apply';

interface Outcome {
  readonly object: KubeObject;
  /** `created`, `configured`, `unchanged`, `serverside-applied` */
  readonly done: string;
}

export function apply(invocation: Invocation): void {
  if (invocation.words.length > 0) {
    throw helpError('apply', `Unexpected args: [${invocation.words.join(' ')}]`);
  }
  const serverSide = invocation.flags.isTrue('server-side');
  for (const manifest of manifestsOf(invocation)) {
    try {
      const { object, done } = serverSide
        ? applyOnServer(invocation, manifest)
        : applyOnClient(invocation, manifest);
      report(invocation, manifest.kind, object, done);
    } catch (error) {
      if (error instanceof Refused) invocation.fail(error.refusal, error.during);
      else invocation.fail(error, `error when applying configuration from "${manifest.source}": `);
    }
  }
}

/** A refusal, with what kubectl was about when it came. */
class Refused extends Error {
  constructor(
    readonly refusal: unknown,
    readonly during: string,
  ) {
    super(during);
  }
}

function attempt<T>(during: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new Refused(error, during);
  }
}

function applyOnServer(invocation: Invocation, manifest: Manifest): Outcome {
  const { kind, namespace, name, object } = manifest;
  const { flags, dryRun } = invocation;
  const fieldManager = flags.text('field-manager') ?? 'kubectl';
  try {
    const after = invocation.api.patch<KubeObject>(
      invocation.requester('kubectl'),
      resourceNameOf(kind),
      namespace,
      name,
      'apply',
      object,
      '',
      { fieldManager, force: flags.isTrue('force-conflicts'), dryRun: dryRun !== 'none' },
    );
    return { object: after, done: 'serverside-applied' };
  } catch (error) {
    throw conflictText(error);
  }
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

function applyOnClient(invocation: Invocation, manifest: Manifest): Outcome {
  const { kind, namespace, name, source } = manifest;
  const live = invocation.api.tryGet<KubeObject>(resourceNameOf(kind), namespace, name);
  const object = annotated(manifest.object);
  if (live === undefined) {
    const wanted = { ...manifest, object };
    const created = attempt(`error when creating "${source}": `, () =>
      createManifest(invocation, wanted, CLIENT_SIDE),
    );
    return { object: created, done: 'created' };
  }
  const schema = schemaOf(kind.schema) === undefined ? undefined : kind.schema;
  const patch = threeWayPatch(lastAppliedOf(live), object, live as unknown as JsonObject, schema);
  if (patch === undefined) return { object: live, done: 'unchanged' };
  if (invocation.dryRun === 'client') return { object: live, done: 'configured' };
  const after = attempt(duringPatch(manifest, patch), () =>
    invocation.api.patch<KubeObject>(
      invocation.requester(CLIENT_SIDE),
      resourceNameOf(kind),
      namespace,
      name,
      schema === undefined ? 'merge' : 'strategic',
      patch,
      '',
      { dryRun: invocation.dryRun === 'server' },
    ),
  );
  const { resourceVersion } = live.metadata;
  const same = after.metadata.resourceVersion === resourceVersion && !invocation.isDryRun;
  return { object: after, done: same ? 'unchanged' : 'configured' };
}

function duringPatch({ kind, namespace = '', name, source }: Manifest, patch: object): string {
  const version = apiVersionOf(kind).includes('/') ? apiVersionOf(kind) : `/${kind.version}`;
  return (
    `error when applying patch:\n${sortedJson(patch)}\nto:\n` +
    `Resource: "${version}, Resource=${kind.plural}", ` +
    `GroupVersionKind: "${version}, Kind=${kind.kind}"\n` +
    `Name: "${name}", Namespace: "${namespace}"\n` +
    `for: "${source}": error when patching "${source}": `
  );
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
