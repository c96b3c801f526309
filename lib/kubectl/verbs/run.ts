/** `kubectl run`: one pod from an image. */
import type { JsonObject } from '../../orchestrator/api/object';
import { applyMergePatch } from '../../orchestrator/api/patch/merge-patch';
import { labelsOf } from '../create/arguments';
import type { Invocation } from '../invocation';
import { helpError, usageError } from '../kubectl-error';
import { createOne } from './create';

export function run(invocation: Invocation): void {
  const { flags, words, rest } = invocation;
  const [name, ...args] = words;
  const image = flags.text('image');
  if (image === undefined) throw usageError('required flag(s) "image" not set');
  if (name === undefined) throw helpError('run', 'NAME is required for run');
  if (flags.isTrue('rm')) {
    throw helpError('run', '--rm should only be used for attached containers');
  }
  const port = flags.int('port');
  const command = [...args, ...rest];
  const container = {
    name,
    image,
    ...(command.length === 0 ? {} : { [flags.isTrue('command') ? 'command' : 'args']: command }),
    ...(port === undefined ? {} : { ports: [{ containerPort: port }] }),
    ...environmentOf(flags.all('env')),
  };
  const pod: JsonObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: labelsOf(flags.text('labels') ?? `run=${name}`) },
    spec: {
      containers: [container],
      dnsPolicy: 'ClusterFirst',
      restartPolicy: flags.text('restart') ?? 'Always',
    },
  };
  createOne(invocation, withOverrides(pod, flags.text('overrides')), 'kubectl-run');
}

/** `--overrides`: a JSON merge patch of what kubectl would create. */
export const withOverrides = (object: JsonObject, overrides: string | undefined): JsonObject =>
  overrides === undefined
    ? object
    : (applyMergePatch(object, JSON.parse(overrides) as JsonObject) as JsonObject);

function environmentOf(pairs: readonly string[]): { env?: { name: string; value: string }[] } {
  if (pairs.length === 0) return {};
  const env = pairs.map((pair) => {
    const at = pair.indexOf('=');
    return { name: pair.slice(0, at), value: pair.slice(at + 1) };
  });
  return { env };
}
