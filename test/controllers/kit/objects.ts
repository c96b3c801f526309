/** Short ways to the objects that controller tests work with. */
import type { NewObject } from '../../../lib/orchestrator/api/object';
import type {
  CronJob,
  DaemonSet,
  Deployment,
  Job,
  JobSpec,
  Node,
  PodDisruptionBudget,
  PodTemplateSpec,
  ReplicaSet,
  StatefulSet,
} from '../../../lib/orchestrator/api/objects';

export function template(
  image = 'app:v1',
  annotations: Record<string, string> = {},
  labels: Record<string, string> = { app: 'web' },
): PodTemplateSpec {
  return {
    metadata: { labels, annotations },
    spec: {
      containers: [{ name: 'app', image, imagePullPolicy: 'IfNotPresent' }],
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      schedulerName: 'default-scheduler',
    },
  };
}

export function deployment(
  replicas: number,
  spec: Partial<Deployment['spec']> = {},
  name = 'web',
): NewObject<Deployment> {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: template(),
      strategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' },
      },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      ...spec,
    },
  };
}

export function replicaSet(
  replicas: number,
  spec: Partial<ReplicaSet['spec']> = {},
  name = 'web',
): NewObject<ReplicaSet> {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name },
    spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: template(), ...spec },
  };
}

export function statefulSet(
  replicas: number,
  spec: Partial<StatefulSet['spec']> = {},
  name = 'db',
): NewObject<StatefulSet> {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name },
    spec: {
      replicas,
      serviceName: name,
      selector: { matchLabels: { app: 'web' } },
      template: template(),
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      revisionHistoryLimit: 10,
      ...spec,
    },
  };
}

export function disruptionBudget(
  spec: Partial<PodDisruptionBudget['spec']>,
): NewObject<PodDisruptionBudget> {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web' },
    spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
  };
}

export function daemonSet(spec: Partial<DaemonSet['spec']> = {}): NewObject<DaemonSet> {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: template(),
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      revisionHistoryLimit: 10,
      ...spec,
    },
  };
}

export function node(name: string, spec: Partial<Node['spec']> = {}): NewObject<Node> {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name } },
    spec,
  };
}

export function jobSpec(
  spec: Partial<JobSpec> = {},
  annotations: Record<string, string> = {},
): JobSpec {
  const plain = template('task:v1', annotations, {});
  return {
    template: { ...plain, spec: { ...plain.spec, restartPolicy: 'Never' } },
    ...spec,
  } as JobSpec;
}

export const job = (
  spec: Partial<JobSpec> = {},
  annotations: Record<string, string> = {},
): NewObject<Job> => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'task' },
  spec: jobSpec(spec, annotations),
});

export const cronJob = (
  spec: Partial<CronJob['spec']> = {},
  annotations: Record<string, string> = {},
): NewObject<CronJob> => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'tick' },
  spec: {
    schedule: '* * * * *',
    concurrencyPolicy: 'Allow',
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
    jobTemplate: { spec: jobSpec({}, annotations) },
    ...spec,
  },
});
