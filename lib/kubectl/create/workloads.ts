/** `kubectl create` of workloads: deployments, jobs and cron jobs from images. */
import type { JsonObject } from '../../orchestrator/api/object';
import type { CronJob } from '../../orchestrator/api/objects';
import type { Invocation } from '../invocation';
import { usageError } from '../kubectl-error';
import type { Generator } from './arguments';

/** The name of an image's container: the image's own, without registry and tag. */
const containerNameOf = (image: string): string =>
  image.split('/').at(-1)!.split(':')[0]!.split('@')[0]!;

export const deployment: Generator = {
  command: 'deployment',
  failure: 'failed to create deployment:',
  required: ['image'],
  generate: ({ flags, rest }, name) => {
    const port = flags.int('port');
    const containers = flags.all('image').map((image) => ({
      name: containerNameOf(image),
      image,
      ...(rest.length > 0 ? { command: [...rest] } : {}),
      ...(port === undefined ? {} : { ports: [{ containerPort: port }] }),
    }));
    const labels = { app: name };
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels },
      spec: {
        replicas: flags.int('replicas') ?? 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers } },
      },
    };
  },
};

export const job: Generator = {
  command: 'job',
  failure: 'failed to create job:',
  generate: (invocation, name) => {
    const from = invocation.flags.text('from');
    if (from !== undefined) return jobOfCronJob(invocation, name, from);
    if (!invocation.flags.has('image')) {
      throw usageError('either --image or --from must be specified');
    }
    const spec = jobSpec(invocation, name, 'Never');
    return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec };
  },
};

export const cronJob: Generator = {
  command: 'cronjob',
  failure: 'failed to create cronjob:',
  required: ['image', 'schedule'],
  generate: (invocation, name) => {
    const { flags } = invocation;
    const restartPolicy = flags.text('restart') ?? 'OnFailure';
    const jobTemplate = { metadata: { name }, spec: jobSpec(invocation, name, restartPolicy) };
    const spec = { schedule: flags.text('schedule')!, jobTemplate };
    return { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name }, spec };
  },
};

function jobSpec({ flags, rest }: Invocation, name: string, restartPolicy: string): JsonObject {
  const command = rest.length > 0 ? { command: [...rest] } : {};
  const container = { name, image: flags.text('image')!, ...command };
  return { template: { spec: { containers: [container], restartPolicy } } };
}

/** `--from=cronjob/NAME`: what the CronJob would run, now. */
function jobOfCronJob(invocation: Invocation, name: string, from: string): JsonObject {
  const [type = '', owner = ''] = from.split('/');
  if (invocation.kindNamed(type).kind !== 'CronJob') {
    throw usageError(`from must be an existing cronjob`);
  }
  const cron = invocation.api.get<CronJob>('cronjobs.batch', invocation.namespace, owner);
  const { metadata: { labels, annotations } = {}, spec } = cron.spec.jobTemplate;
  const ownerReference = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    name: cron.metadata.name,
    uid: cron.metadata.uid,
    controller: true,
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      annotations: { 'cronjob.kubernetes.io/instantiate': 'manual', ...annotations },
      ...(labels === undefined ? {} : { labels }),
      ownerReferences: [ownerReference],
    },
    spec: spec as unknown as JsonObject,
  };
}
