/**
 * Runs pods to completion. Stands for kube-controller-manager's job controller.
 */
import { controllerOf, keyOf, splitKey } from '../../api/object';
import type { Condition, Job, JobStatus, Pod } from '../../api/objects';
import { formatTime } from '../../api/timestamps';
import { controller, type ControllerContext, type WorkQueue } from '../../client';
import { findCondition, withCondition } from '../framework/conditions';
import { indexByController, ownedBy } from '../framework/owned-index';
import { WorkloadController } from '../framework/workload-controller';
import { NO_FAILURES, recordEnds, remainingBackoff, type FailureRecord } from './failure-backoff';
import { judgeFailure } from './failure-policy';
import {
  announcedEnd,
  COMPLETED,
  deadlineLeftMs,
  failureOf,
  indexFailureOf,
  isFinished,
  jobCondition,
  type FinishReason,
} from './finish-condition';
import { isTracked, sortOut, type JobPods } from './finished-pods';
import { indexStateOf, limitsEachIndex, type IndexState } from './index-state';
import { deleteChosen, managePods, type ManageOutcome } from './manage-pods';
import { successOf } from './success-policy';
import { release, trackAndFinish } from './tracking';

/** News of pods is gathered for this long, so that one status write tells of many. */
const BATCH_MS = 1000;

export const jobController = controller({
  name: 'job-controller',
  start: (context) => new JobController(context),
});

class JobController extends WorkloadController<Job, Pod> {
  private readonly jobs = this.owners;
  private readonly pods = this.dependents;
  private readonly orphans: WorkQueue;
  private readonly failures = new Map<string, FailureRecord>();

  constructor(context: ControllerContext) {
    const { client, queue } = context;
    super(context, {
      name: 'job-controller',
      kind: 'Job',
      owners: client.informer<Job>('jobs.batch'),
      dependents: indexByController(client.informer<Pod>('pods')),
      gatherMs: BATCH_MS,
    });
    this.orphans = queue({
      name: 'job-controller: orphans',
      workers: 1,
      reconcile: (key) => this.releaseOrphan(key),
    });
    // Pods that outlive their Job must not wait for it to count them.
    const consider = (pod: Pod): void => {
      if (isTracked(pod) && this.jobOf(pod) === undefined) this.orphans.add(keyOf(pod));
    };
    this.pods.addHandlers({ added: consider, updated: consider });
  }

  protected override forget(job: Job): void {
    super.forget(job);
    this.failures.delete(keyOf(job));
    for (const pod of ownedBy(this.pods, job.metadata.uid).values()) {
      if (isTracked(pod)) this.orphans.add(keyOf(pod));
    }
  }

  private jobOf(pod: Pod): Job | undefined {
    const reference = controllerOf(pod);
    if (reference?.kind !== 'Job') return undefined;
    const job = this.jobs.get(pod.metadata.namespace, reference.name);
    return job?.metadata.uid === reference.uid ? job : undefined;
  }

  private releaseOrphan(key: string): void {
    const { namespace, name } = splitKey(key);
    const pod = this.pods.get(namespace, name);
    if (pod !== undefined && isTracked(pod) && this.jobOf(pod) === undefined) {
      release(this.client, pod);
    }
  }

  protected override reconcile(job: Job): void {
    const key = keyOf(job);
    if (isFinished(job)) return void this.failures.delete(key);
    const mayAct = this.expectations.satisfied(key);
    const claimed = this.claimDependents(job);
    const pods = sortOut(job, claimed);
    const record = recordEnds(
      this.failures.get(key) ?? NO_FAILURES,
      pods.newlySucceeded,
      pods.newlyFailed,
    );
    const started = this.started(job);
    const indexes = indexStateOf(job, pods);
    const { finish, outcome } = this.decide(started, pods, indexes, record, mayAct);
    const status = this.statusOf(started, pods, outcome, mayAct && finish === undefined);
    const stored = trackAndFinish(this.client, job, { status, pods: claimed, indexes, finish });
    this.failures.set(key, record);
    this.ownWrites.note(key, this.jobs, stored);
    if (isFinished(stored)) this.tellOfEnd(stored);
    if (outcome.error !== undefined) throw outcome.error;
  }

  /** The Job with its start noted, unless it is suspended. */
  private started(job: Job): Job {
    if (job.status.startTime !== undefined || job.spec.suspend === true) return job;
    const startTime = formatTime(this.client.clock.wallMs);
    return { ...job, status: { ...job.status, startTime } };
  }

  private decide(
    job: Job,
    pods: JobPods,
    indexes: IndexState | undefined,
    record: FailureRecord,
    mayAct: boolean,
  ): { finish: FinishReason | undefined; outcome: ManageOutcome } {
    const { wallMs } = this.client.clock;
    const { status, spec } = job;
    const { succeeded: uncountedSucceeded = [], failed: uncountedFailed = [] } =
      status.uncountedTerminatedPods ?? {};
    const counted = pods.newlyFailed.filter((pod) => judgeFailure(job, pod).counts).length;
    const failed = (status.failed ?? 0) + uncountedFailed.length + counted;
    const succeeded =
      indexes?.succeeded.size ??
      (status.succeeded ?? 0) + uncountedSucceeded.length + pods.newlySucceeded.length;
    const end =
      announcedEnd(job) ?? failureOf(job, pods.all, failed, wallMs) ?? endByIndexes(job, indexes);
    if (end !== undefined) {
      const outcome = deleteChosen(this, job, pods.active, pods.active.length);
      const allGone = outcome.deleted === pods.active.length && mayAct;
      return { finish: allGone ? end : undefined, outcome };
    }
    this.watchDeadline(job);
    let outcome: ManageOutcome = { active: pods.active.length, deleted: 0, error: undefined };
    if (mayAct && job.metadata.deletionTimestamp === undefined) {
      const backoffMs = limitsEachIndex(job) ? 0 : remainingBackoff(record, wallMs);
      outcome = managePods(this, job, { pods, succeeded, backoffMs, state: indexes });
      const waitMs = outcome.waitMs ?? backoffMs;
      if (waitMs > 0) this.queue.addAfter(keyOf(job), waitMs);
    }
    const enough = spec.completions === undefined ? succeeded > 0 : succeeded >= spec.completions;
    return { finish: enough && outcome.active === 0 ? COMPLETED : undefined, outcome };
  }

  private watchDeadline(job: Job): void {
    const left = deadlineLeftMs(job, this.client.clock.wallMs);
    if (left !== undefined && left > 0) this.queue.addAfter(keyOf(job), left);
  }

  private statusOf(
    job: Job,
    pods: JobPods,
    outcome: ManageOutcome,
    judgeSuspension: boolean,
  ): JobStatus {
    const { active: _before, ...rest } = job.status;
    const gone = outcome.deleted > 0 && outcome.active === 0;
    const status: JobStatus = {
      ...rest,
      ...(outcome.active > 0 ? { active: outcome.active } : {}),
      ready: gone ? 0 : pods.ready,
      terminating: pods.terminating + outcome.deleted,
    };
    return judgeSuspension ? this.withSuspension(job, status) : status;
  }

  private withSuspension(job: Job, status: JobStatus): JobStatus {
    const { wallMs } = this.client.clock;
    const suspend = job.spec.suspend === true;
    const known = findCondition(status.conditions, 'Suspended');
    if ((known?.status === 'True') === suspend) return status;
    const condition: Condition = suspend
      ? jobCondition('Suspended', 'True', 'JobSuspended', 'Job suspended', wallMs)
      : jobCondition('Suspended', 'False', 'JobResumed', 'Job resumed', wallMs);
    const reason = suspend ? 'Suspended' : 'Resumed';
    this.recorder.event(job, 'Normal', reason, condition.message ?? '');
    const { startTime: _startTime, ...others } = status;
    return {
      ...(suspend ? others : { ...status, startTime: formatTime(wallMs) }),
      conditions: withCondition(status.conditions, condition),
    };
  }

  private tellOfEnd(job: Job): void {
    const failed = findCondition(job.status.conditions, 'Failed');
    if (failed?.status === 'True') {
      this.recorder.event(job, 'Warning', failed.reason ?? '', failed.message ?? '');
    } else {
      this.recorder.event(job, 'Normal', 'Completed', 'Job completed');
    }
  }
}

function endByIndexes(job: Job, indexes: IndexState | undefined): FinishReason | undefined {
  if (indexes === undefined) return undefined;
  const { failed, succeeded } = indexes;
  const failure = failed && indexFailureOf(job, failed, succeeded);
  return failure ?? successOf(job, succeeded);
}
