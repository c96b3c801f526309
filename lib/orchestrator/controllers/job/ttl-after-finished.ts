/** Deletes Jobs some time after they finished. Stands for kube-controller-manager's TTL controller. */
import { keyOf, splitKey } from '../../api/object';
import type { Job } from '../../api/objects';
import { isNotFound } from '../../api/status-error';
import { parseTime } from '../../api/timestamps';
import { controller } from '../../client';

export const ttlAfterFinishedController = controller({
  name: 'ttl-after-finished-controller',
  start({ client, queue }) {
    const jobs = client.informer<Job>('jobs.batch');
    const keys = queue({
      name: 'ttl-after-finished-controller',
      reconcile: (key) => {
        const { namespace, name } = splitKey(key);
        const job = jobs.get(namespace, name);
        const left = job === undefined ? undefined : remainingMs(job, client.clock.wallMs);
        if (job === undefined || left === undefined) return;
        if (left > 0) return keys.addAfter(key, left);
        try {
          client.delete('jobs.batch', namespace, name, {
            propagationPolicy: 'Foreground',
            preconditions: { uid: job.metadata.uid },
          });
        } catch (error) {
          if (!isNotFound(error)) throw error;
        }
      },
    });
    const consider = (job: Job): void => {
      if (remainingMs(job, client.clock.wallMs) !== undefined) keys.add(keyOf(job));
    };
    jobs.addHandlers({ added: consider, updated: consider });
  },
});

/** Milliseconds until the Job is to go; undefined if it is not to. */
function remainingMs(job: Job, wallMs: number): number | undefined {
  const ttl = job.spec.ttlSecondsAfterFinished;
  if (ttl === undefined || job.metadata.deletionTimestamp !== undefined) return undefined;
  const end = (job.status.conditions ?? []).find(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  );
  if (end?.lastTransitionTime === undefined) return undefined;
  return parseTime(end.lastTransitionTime) + ttl * 1000 - wallMs;
}
