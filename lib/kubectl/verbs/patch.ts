/** `kubectl patch`: a strategic merge patch, a merge patch or a JSON patch, in JSON or YAML. */
import { parse } from 'yaml';
import type { KubeObject } from '../../orchestrator/api/object';
import type { PatchType } from '../../orchestrator/apiserver/requests';
import { targetsOf } from '../input/targets';
import { nameOf, type Invocation } from '../invocation';
import { KubectlError, usageError } from '../kubectl-error';
import { report } from '../output/report';

const TYPES = new Set<PatchType>(['json', 'merge', 'strategic']);

export function patch(invocation: Invocation): void {
  const { flags, files, words, api } = invocation;
  const type = (flags.text('type') ?? 'strategic') as PatchType;
  if (!TYPES.has(type)) {
    throw usageError('--type must be one of [json merge strategic], not "' + type + '"');
  }
  const file = flags.text('patch-file');
  const text = file === undefined ? flags.text('patch') : files.read(file);
  if (text === undefined)
    throw usageError('must specify --patch or --patch-file containing the contents of the patch');
  const body = bodyOf(text);
  const subresource = flags.text('subresource') ?? '';
  for (const { kind, resource, object } of targetsOf(invocation, words)) {
    const { namespace, name, resourceVersion } = object.metadata;
    const what = nameOf(kind, object);
    if (invocation.dryRun === 'client') {
      invocation.print(`${what} patched`);
      continue;
    }
    const requester = invocation.requester('kubectl-patch');
    const options = { dryRun: invocation.dryRun === 'server' };
    const after = api.patch<KubeObject>(
      requester,
      resource,
      namespace,
      name,
      type,
      body,
      subresource,
      options,
    );
    const same = after.metadata.resourceVersion === resourceVersion && !invocation.isDryRun;
    report(invocation, kind, after, same ? 'patched (no change)' : 'patched');
  }
}

function bodyOf(text: string): unknown {
  try {
    return parse(text, { version: '1.1' }) as unknown;
  } catch {
    throw new KubectlError('Error from server (BadRequest): unexpected end of JSON input');
  }
}
