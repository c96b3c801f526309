/** The Job that a CronJob starts for one due instant. */
import type { NewObject } from '../../api/object';
import { controllerReference } from '../../api/object';
import type { CronJob, Job } from '../../api/objects';
import { formatTime } from '../../api/timestamps';

const SCHEDULED_AT = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

/** One name for each minute, so that no run is started twice. */
export const jobName = (cronJob: CronJob, dueMs: number): string =>
  `${cronJob.metadata.name}-${Math.floor(dueMs / 60_000)}`;

// FIDELITY: the annotation is in UTC whatever spec.timeZone says.
export function jobOfSchedule(cronJob: CronJob, dueMs: number): NewObject<Job> {
  const { metadata = {}, spec } = cronJob.spec.jobTemplate;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(cronJob, dueMs),
      ...(metadata.labels === undefined ? {} : { labels: metadata.labels }),
      annotations: { ...metadata.annotations, [SCHEDULED_AT]: formatTime(dueMs) },
      ownerReferences: [controllerReference(cronJob)],
    },
    spec,
  };
}
