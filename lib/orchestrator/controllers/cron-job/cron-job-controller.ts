/** Starts Jobs when they are due. Stands for kube-controller-manager's cronjob controller. */
import { controllerOf, keyOf, objectKey } from '../../api/object';
import type { CronJob, Job, ObjectReference } from '../../api/objects';
import { isAlreadyExists, isNotFound } from '../../api/status-error';
import { formatTime, parseTime } from '../../api/timestamps';
import {
  controller,
  referenceOf,
  type Client,
  type ControllerContext,
  type EventRecorder,
  type Informer,
  type WorkQueue,
} from '../../client';
import { findCondition } from '../framework/conditions';
import { isNamespaceTerminating } from '../framework/namespace-terminating';
import { OwnWrites } from '../framework/own-writes';
import { indexByController, ownedBy } from '../framework/owned-index';
import { isRefusal } from '../framework/slow-start';
import { jobName, jobOfSchedule } from './job-of-schedule';
import { mostRecentSchedule, parseSchedule, type Schedule } from './schedule';

/** A little later than due, so that clocks agree that it is. */
const DELTA_MS = 100;
const MANY_MISSED = 100;

export const cronJobController = controller({
  name: 'cronjob-controller',
  start: (context) => new CronJobController(context),
});

type Status = CronJob['status'];

class CronJobController {
  private readonly client: Client;
  private readonly recorder: EventRecorder;
  private readonly cronJobs: Informer<CronJob>;
  private readonly jobs: Informer<Job>;
  private readonly queue: WorkQueue;
  private readonly ownWrites: OwnWrites;

  constructor({ client, recorder, queue }: ControllerContext) {
    this.client = client;
    this.ownWrites = new OwnWrites(client);
    this.recorder = recorder('cronjob-controller');
    this.cronJobs = client.informer<CronJob>('cronjobs.batch');
    this.jobs = indexByController(client.informer<Job>('jobs.batch'));
    this.queue = queue({ name: 'cronjob-controller', reconcile: (key) => this.sync(key) });
    this.cronJobs.addHandlers({
      added: (cronJob) => this.queue.add(keyOf(cronJob)),
      updated: (cronJob) => this.queue.add(keyOf(cronJob)),
    });
    const owner = (job: Job): void => {
      const reference = controllerOf(job);
      if (reference?.kind !== 'CronJob') return;
      this.queue.add(objectKey(job.metadata.namespace, reference.name));
    };
    this.jobs.addHandlers({ added: owner, updated: owner, deleted: owner });
  }

  private sync(key: string): void {
    const cronJob = this.cronJobs.byKey(key);
    if (cronJob === undefined) return this.ownWrites.forget(key);
    if (!this.ownWrites.areSeen(key)) return;
    const jobs = [...ownedBy(this.jobs, cronJob.metadata.uid).values()];
    const known = this.reviewActive(cronJob, jobs);
    const started = this.startDue(cronJob, known);
    this.cleanUp(cronJob, jobs);
    if (started !== cronJob.status) {
      const updated = this.client.updateStatus<CronJob>('cronjobs.batch', {
        ...cronJob,
        status: started,
      });
      this.ownWrites.note(key, this.cronJobs, updated);
    }
  }

  /** The status with finished and missing Jobs taken off the list of active ones. */
  private reviewActive(cronJob: CronJob, jobs: readonly Job[]): Status {
    let { status } = cronJob;
    for (const job of jobs) {
      const { uid, name } = job.metadata;
      const listed = status.active?.some((one) => one.uid === uid) === true;
      const end = endOf(job);
      if (!listed && end === undefined) {
        const message = `Saw a job that the controller did not create or forgot: ${name}`;
        this.recorder.event(cronJob, 'Warning', 'UnexpectedJob', message);
      } else if (listed && end !== undefined) {
        status = withoutActive(status, uid);
        const message = `Saw completed job: ${name}, condition: ${end}`;
        this.recorder.event(cronJob, 'Normal', 'SawCompletedJob', message);
      }
      if (end === 'Complete') status = withSuccess(status, job.status.completionTime);
    }
    const owned = new Set(jobs.map((job) => job.metadata.uid));
    for (const { uid = '', name = '', namespace } of status.active ?? []) {
      if (owned.has(uid) || this.client.tryGet('jobs.batch', namespace, name)) continue;
      this.recorder.event(cronJob, 'Normal', 'MissingJob', `Active job went missing: ${name}`);
      status = withoutActive(status, uid);
    }
    return status;
  }

  private startDue(cronJob: CronJob, status: Status): Status {
    const { spec, metadata } = cronJob;
    if (metadata.deletionTimestamp !== undefined || spec.suspend === true) return status;
    const schedule = parseSchedule(spec.schedule, spec.timeZone);
    if (schedule === undefined) {
      const message = `unparseable schedule: "${spec.schedule}"`;
      this.recorder.event(cronJob, 'Warning', 'UnparseableSchedule', message);
      return status;
    }
    const dueMs = this.due(cronJob, status, schedule);
    const next = dueMs === undefined ? status : this.startUnlessHindered(cronJob, status, dueMs);
    this.wakeForNext(cronJob, next, schedule);
    return next;
  }

  /** The instant for which a Job should run by now, the latest if several were missed. */
  private due(cronJob: CronJob, status: Status, schedule: Schedule): number | undefined {
    const { wallMs } = this.client.clock;
    const deadline = cronJob.spec.startingDeadlineSeconds;
    let earliest = parseTime(status.lastScheduleTime ?? cronJob.metadata.creationTimestamp);
    if (deadline !== undefined) earliest = Math.max(earliest, wallMs - deadline * 1000);
    const { dueMs, missed } = mostRecentSchedule(schedule, earliest, wallMs);
    if (missed > MANY_MISSED) {
      const message =
        'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check ' +
        'clock skew';
      this.recorder.event(cronJob, 'Warning', 'TooManyMissedTimes', message);
    }
    if (dueMs === undefined || deadline === undefined) return dueMs;
    if (dueMs + deadline * 1000 >= wallMs) return dueMs;
    const message = `Missed scheduled time to start a job: ${formatTime(dueMs)}`;
    this.recorder.event(cronJob, 'Warning', 'MissSchedule', message);
    return undefined;
  }

  private startUnlessHindered(cronJob: CronJob, status: Status, dueMs: number): Status {
    const name = jobName(cronJob, dueMs);
    const active = status.active ?? [];
    const started = active.some((one) => one.name === name);
    if (started || status.lastScheduleTime === formatTime(dueMs)) return status;
    const { concurrencyPolicy } = cronJob.spec;
    if (concurrencyPolicy === 'Forbid' && active.length > 0) {
      const message =
        'Not starting job because prior execution is running and concurrency policy is Forbid';
      this.recorder.event(cronJob, 'Normal', 'JobAlreadyActive', message);
      return status;
    }
    let next = status;
    if (concurrencyPolicy === 'Replace') {
      for (const one of active) {
        this.deleteJob(cronJob, one.namespace, one.name ?? '');
        next = withoutActive(next, one.uid ?? '');
      }
    }
    const job = this.start(cronJob, name, dueMs);
    if (job === undefined) return next;
    const reference: ObjectReference = referenceOf(job);
    const others = (next.active ?? []).filter((one) => one.uid !== job.metadata.uid);
    return { ...next, active: [...others, reference], lastScheduleTime: formatTime(dueMs) };
  }

  private start(cronJob: CronJob, name: string, dueMs: number): Job | undefined {
    const { namespace, uid } = cronJob.metadata;
    try {
      const draft = jobOfSchedule(cronJob, dueMs);
      const job = this.client.create<Job>('jobs.batch', namespace, draft);
      this.recorder.event(cronJob, 'Normal', 'SuccessfulCreate', `Created job ${name}`);
      return job;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (isNamespaceTerminating(error)) return undefined;
      if (isAlreadyExists(error)) {
        const job = this.client.get<Job>('jobs.batch', namespace, name);
        return controllerOf(job)?.uid === uid ? job : undefined;
      }
      const message = `Error creating job: ${error.message}`;
      this.recorder.event(cronJob, 'Warning', 'FailedCreate', message);
      throw error;
    }
  }

  private wakeForNext(cronJob: CronJob, status: Status, schedule: Schedule): void {
    const { wallMs } = this.client.clock;
    const since = parseTime(status.lastScheduleTime ?? cronJob.metadata.creationTimestamp);
    const { dueMs, earliestMs } = mostRecentSchedule(schedule, since, wallMs);
    const next = schedule.next(dueMs ?? earliestMs);
    if (next !== undefined) this.queue.addAfter(keyOf(cronJob), next + DELTA_MS - wallMs);
  }

  /** Deletes the oldest finished Jobs beyond the limits of the history. */
  private cleanUp(cronJob: CronJob, jobs: readonly Job[]): void {
    const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = cronJob.spec;
    const limits = { Complete: successfulJobsHistoryLimit, Failed: failedJobsHistoryLimit };
    for (const end of ['Complete', 'Failed'] as const) {
      const limit = limits[end];
      if (limit === undefined) continue;
      const finished = jobs.filter((job) => endOf(job) === end).sort(byStart);
      for (const job of finished.slice(0, Math.max(0, finished.length - limit))) {
        if (job.metadata.deletionTimestamp !== undefined) continue;
        this.deleteJob(cronJob, job.metadata.namespace, job.metadata.name);
      }
    }
  }

  private deleteJob(cronJob: CronJob, namespace: string | undefined, name: string): void {
    try {
      this.client.delete('jobs.batch', namespace, name, { propagationPolicy: 'Background' });
      this.recorder.event(cronJob, 'Normal', 'SuccessfulDelete', `Deleted job ${name}`);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

function endOf({ status }: Job): 'Complete' | 'Failed' | undefined {
  for (const type of ['Complete', 'Failed'] as const) {
    if (findCondition(status.conditions, type)?.status === 'True') return type;
  }
  return undefined;
}

function withoutActive(status: Status, uid: string): Status {
  const { active = [], ...rest } = status;
  const left = active.filter((one) => one.uid !== uid);
  return left.length === 0 ? rest : { ...rest, active: left };
}

function withSuccess(status: Status, completionTime: string | undefined): Status {
  const { lastSuccessfulTime } = status;
  if (completionTime === undefined) return status;
  if (lastSuccessfulTime !== undefined && completionTime <= lastSuccessfulTime) return status;
  return { ...status, lastSuccessfulTime: completionTime };
}

function byStart(a: Job, b: Job): number {
  const [left, right] = [a.status.startTime ?? '', b.status.startTime ?? ''];
  if (left !== right) return left < right ? -1 : 1;
  return a.metadata.name < b.metadata.name ? -1 : 1;
}
