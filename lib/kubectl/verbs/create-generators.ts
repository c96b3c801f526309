/** The objects that `kubectl create KIND NAME` makes out of flags. */
import type { JsonObject } from '../../orchestrator/api/object';
import type { Invocation } from '../invocation';
import { usageError } from '../kubectl-error';

type Generator = (invocation: Invocation, names: readonly string[]) => JsonObject;

export const generators: ReadonlyMap<string, Generator> = new Map<string, Generator>([
  ['namespace', namespaceNamed],
  ['ns', namespaceNamed],
  ['serviceaccount', serviceAccount],
  ['sa', serviceAccount],
  ['configmap', configMap],
  ['cm', configMap],
  ['secret', secret],
  ['deployment', deployment],
  ['deploy', deployment],
  ['job', job],
  ['cronjob', cronJob],
  ['cj', cronJob],
  ['quota', quota],
]);

function nameOf(names: readonly string[]): string {
  const [name] = names;
  if (names.length !== 1 || name === undefined) {
    throw usageError(`exactly one NAME is required, got ${names.length}`);
  }
  return name;
}

function namespaceNamed(_invocation: Invocation, names: readonly string[]): JsonObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: nameOf(names) } };
}

function serviceAccount(_invocation: Invocation, names: readonly string[]): JsonObject {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: nameOf(names) } };
}

/** `--from-literal=key=value` and `--from-file=[key=]path`. */
function dataOf({ flags, files }: Invocation): Record<string, string> {
  const data: Record<string, string> = {};
  for (const literal of flags.all('from-literal')) {
    const [key, value] = pairOf(literal);
    data[key] = value;
  }
  for (const source of flags.all('from-file')) {
    const path = source.includes('=') ? pairOf(source)[1] : source;
    const key = source.includes('=') ? pairOf(source)[0] : path.split('/').at(-1)!;
    const text = files.read(path);
    if (text === undefined) throw usageError(`error reading ${path}: no such file or directory`);
    data[key] = text;
  }
  return data;
}

function pairOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 0) throw usageError(`invalid literal source ${text}, expected key=value`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function configMap(invocation: Invocation, names: readonly string[]): JsonObject {
  const data = dataOf(invocation);
  const metadata = { name: nameOf(names) };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata,
    ...(Object.keys(data).length === 0 ? {} : { data }),
  };
}

function secret(invocation: Invocation, [type, ...names]: readonly string[]): JsonObject {
  // FIDELITY: registry and TLS secrets are not made from flags; apply them.
  if (type !== 'generic') throw usageError(`unknown command "create secret ${type ?? ''}"`);
  const encoded = Object.entries(dataOf(invocation)).map(([key, value]) => [
    key,
    Buffer.from(value).toString('base64'),
  ]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: nameOf(names) },
    ...(encoded.length === 0 ? {} : { data: Object.fromEntries(encoded) as JsonObject }),
    type: invocation.flags.text('type') ?? 'Opaque',
  };
}

function imageOf({ flags }: Invocation): string {
  const image = flags.text('image');
  if (image === undefined) throw usageError('required flag(s) "image" not set');
  return image;
}

/** The name of an image's container: the image's own, without registry and tag. */
const containerNameOf = (image: string): string =>
  image.split('/').at(-1)!.split(':')[0]!.split('@')[0]!;

function deployment(invocation: Invocation, names: readonly string[]): JsonObject {
  const name = nameOf(names);
  const port = invocation.flags.int('port');
  const containers = (invocation.flags.all('image') as readonly string[]).map((image) => ({
    name: containerNameOf(image),
    image,
    ...(invocation.rest.length > 0 ? { command: [...invocation.rest] } : {}),
    ...(port === undefined ? {} : { ports: [{ containerPort: port }] }),
  }));
  imageOf(invocation);
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      replicas: invocation.flags.int('replicas') ?? 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
    },
  };
}

function jobSpec(invocation: Invocation, name: string, restartPolicy: string): JsonObject {
  const command = invocation.rest.length > 0 ? { command: [...invocation.rest] } : {};
  const container = { name, image: imageOf(invocation), ...command };
  return { template: { spec: { containers: [container], restartPolicy } } };
}

function job(invocation: Invocation, names: readonly string[]): JsonObject {
  const name = nameOf(names);
  const spec = jobSpec(invocation, name, 'Never');
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec };
}

function cronJob(invocation: Invocation, names: readonly string[]): JsonObject {
  const name = nameOf(names);
  const schedule = invocation.flags.text('schedule');
  if (schedule === undefined) throw usageError('required flag(s) "schedule" not set');
  const restartPolicy = invocation.flags.text('restart') ?? 'OnFailure';
  const jobTemplate = { metadata: { name }, spec: jobSpec(invocation, name, restartPolicy) };
  const spec = { schedule, jobTemplate };
  return { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name }, spec };
}

function quota(invocation: Invocation, names: readonly string[]): JsonObject {
  const pairs = invocation.flags.all('hard').flatMap((text) => text.split(',').map(pairOf));
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: nameOf(names) },
    spec: { hard: Object.fromEntries(pairs) as JsonObject },
  };
}
