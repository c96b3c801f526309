/** `kubectl patch`: a strategic merge patch, a merge patch or a JSON patch, in JSON or YAML. */
import { parse } from 'yaml';
import type { KubeObject } from '../../orchestrator/api/object';
import type { PatchType } from '../../orchestrator/apiserver/requests';
import { targetsOf } from '../input/targets';
import { nameOf, type Invocation } from '../invocation';
import { usageError } from '../kubectl-error';

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
  const body = parse(text, { version: '1.1' }) as unknown;
  const subresource = flags.text('subresource') ?? '';
  for (const { kind, resource, object } of targetsOf(invocation, words)) {
    const { namespace, name, resourceVersion } = object.metadata;
    const what = nameOf(kind, object);
    if (invocation.dryRun === 'client') {
      invocation.print(`${what} patched (dry run)`);
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
    invocation.print(`${what} patched${same ? ' (no change)' : invocation.dryRunNote}`);
  }
}
