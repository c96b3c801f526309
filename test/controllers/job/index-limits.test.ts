/** As recorded from Kubernetes 1.36.3, with pods whose ends were written by hand. */
import { jobController } from '../../../lib/orchestrator/controllers/job/job-controller';
import type { Job, JobSpec, Pod } from '../../../lib/orchestrator/api/objects';
import { formatTime } from '../../../lib/orchestrator/api/timestamps';
import { job } from '../kit/objects';
import { Simulation } from '../kit/simulation';

const INDEX = 'batch.kubernetes.io/job-completion-index';
const FAILURES = 'batch.kubernetes.io/job-index-failure-count';
const IGNORED = 'batch.kubernetes.io/job-index-ignored-failure-count';

function start(spec: Partial<JobSpec>): Simulation {
  const simulation = new Simulation({ controllers: [jobController], withNodes: false });
  const indexed = { completions: 3, parallelism: 3, completionMode: 'Indexed' as const, ...spec };
  simulation.user.create<Job>('jobs.batch', 'default', job(indexed));
  simulation.run(3000);
  return simulation;
}

/** Ends the pod that an index waits for, with an exit code. */
function end(simulation: Simulation, index: number, exitCode: number): void {
  const pod = simulation
    .pods()
    .find(
      ({ metadata, status }) =>
        metadata.annotations?.[INDEX] === String(index) && status.phase === 'Pending',
    )!;
  const finishedAt = formatTime(simulation.clock.wallMs);
  const terminated = { exitCode, startedAt: finishedAt, finishedAt, reason: '', containerID: '' };
  simulation.user.updateStatus<Pod>('pods', {
    ...pod,
    status: {
      ...pod.status,
      phase: exitCode === 0 ? 'Succeeded' : 'Failed',
      containerStatuses: [{ name: 'main', ready: false, restartCount: 0, state: { terminated } }],
    },
  } as unknown as Pod);
}

const task = (simulation: Simulation): Job => simulation.get<Job>('jobs.batch', 'task');
const reasons = (simulation: Simulation): string[] =>
  (task(simulation).status.conditions ?? []).map(({ type, reason }) => `${type} ${reason}`);
const lastEvent = (simulation: Simulation): string | undefined => simulation.events('Job').at(-1);

/** `index phase failures ignored`, with `held` while the Job has not let go of the pod. */
const pods = (simulation: Simulation): string[] =>
  simulation
    .pods()
    .map(({ metadata, status }) =>
      [
        metadata.annotations?.[INDEX],
        status.phase,
        metadata.annotations?.[FAILURES],
        metadata.annotations?.[IGNORED],
        ...(metadata.finalizers ? ['held'] : []),
      ]
        .filter((text) => text !== undefined)
        .join(' '),
    )
    .sort();

describe('a Job with a backoffLimitPerIndex', () => {
  it('has failedIndexes from the start, if empty', () => {
    expect(task(start({ backoffLimitPerIndex: 1 })).status.failedIndexes).toBe('');
  });

  it('keeps a failed pod until its index has another, which knows of the failure', () => {
    const simulation = start({ backoffLimitPerIndex: 1 });
    end(simulation, 1, 3);
    simulation.run(3000);
    expect(task(simulation).status).toMatchObject({ active: 2, failedIndexes: '' });
    expect(task(simulation).status.failed).toBeUndefined();
    expect(pods(simulation)).toEqual(['0 Pending 0 held', '1 Failed 0 held', '2 Pending 0 held']);
    simulation.run(10_000);
    expect(task(simulation).status).toMatchObject({ active: 3, failed: 1 });
    expect(pods(simulation)).toEqual([
      '0 Pending 0 held',
      '1 Failed 0',
      '1 Pending 1 held',
      '2 Pending 0 held',
    ]);
  });

  it('lets the other indexes end before it fails', () => {
    const simulation = start({ backoffLimitPerIndex: 1 });
    end(simulation, 1, 3);
    simulation.run(14_000);
    end(simulation, 1, 3);
    simulation.run(3000);
    expect(task(simulation).status).toMatchObject({ active: 2, failed: 2, failedIndexes: '1' });
    end(simulation, 0, 0);
    end(simulation, 2, 0);
    simulation.run(3000);
    expect(task(simulation).status).toMatchObject({ completedIndexes: '0,2', failedIndexes: '1' });
    expect(reasons(simulation)).toEqual(['FailureTarget FailedIndexes', 'Failed FailedIndexes']);
    expect(lastEvent(simulation)).toBe('Job/task Warning FailedIndexes x1 Job has failed indexes');
  });

  it('fails as soon as more than maxFailedIndexes have failed', () => {
    const simulation = start({ backoffLimitPerIndex: 0, maxFailedIndexes: 1 });
    end(simulation, 0, 3);
    simulation.run(3000);
    expect(task(simulation).status).toMatchObject({ active: 2, failed: 1, failedIndexes: '0' });
    end(simulation, 2, 3);
    simulation.run(3000);
    // The pod that ran and was deleted counts too.
    expect(task(simulation).status).toMatchObject({ failed: 3, failedIndexes: '0,2' });
    expect(reasons(simulation)).toEqual([
      'FailureTarget MaxFailedIndexesExceeded',
      'Failed MaxFailedIndexesExceeded',
    ]);
    expect(lastEvent(simulation)).toBe(
      'Job/task Warning MaxFailedIndexesExceeded x1 ' +
        'Job has exceeded the specified maximal number of failed indexes',
    );
  });

  it('gives up an index at once where its podFailurePolicy says FailIndex', () => {
    const simulation = start({
      backoffLimitPerIndex: 3,
      podFailurePolicy: {
        rules: [
          { action: 'FailIndex', onExitCodes: { operator: 'In', values: [42] } },
          { action: 'Ignore', onExitCodes: { operator: 'In', values: [43] } },
        ],
      },
      podReplacementPolicy: 'Failed',
    });
    end(simulation, 0, 42);
    end(simulation, 1, 43);
    simulation.run(3000);
    expect(task(simulation).status).toMatchObject({ active: 1, failed: 1, failedIndexes: '0' });
    simulation.run(10_000);
    expect(pods(simulation)).toEqual([
      '0 Failed 0',
      '1 Failed 0',
      '1 Pending 0 1 held',
      '2 Pending 0 held',
    ]);
    expect(task(simulation).status.failed).toBe(1);
  });

  it('counts no failure twice however often the controller is killed', () => {
    const simulation = start({ backoffLimitPerIndex: 1 });
    end(simulation, 1, 3);
    for (let i = 0; i < 150; i++) {
      simulation.run(97);
      simulation.restartControllers();
    }
    simulation.run(3000);
    expect(task(simulation).status).toMatchObject({ active: 3, failed: 1, failedIndexes: '' });
  });
});

describe('a Job with a successPolicy', () => {
  it('has succeeded when enough of the named indexes have', () => {
    const rules = [{ succeededIndexes: '0,2', succeededCount: 1 }];
    const simulation = start({ successPolicy: { rules } });
    end(simulation, 1, 0);
    simulation.run(3000);
    expect(reasons(simulation)).toEqual([]);
    end(simulation, 2, 0);
    simulation.run(3000);
    const { status } = task(simulation);
    expect(status).toMatchObject({ succeeded: 2, completedIndexes: '1,2' });
    expect(status.failed).toBeUndefined();
    expect(status.completionTime).toBeDefined();
    expect(status.conditions?.map(({ type, message }) => `${type} ${message}`)).toEqual([
      'SuccessCriteriaMet Matched rules at index 0',
      'Complete Matched rules at index 0',
    ]);
    expect(lastEvent(simulation)).toBe('Job/task Normal Completed x1 Job completed');
    expect(pods(simulation)).toHaveLength(2);
  });

  it('needs all of the named indexes if no count is given', () => {
    const rules = [{ succeededIndexes: '0-1' }, { succeededCount: 3 }];
    const simulation = start({ successPolicy: { rules }, completions: 4, parallelism: 4 });
    end(simulation, 0, 0);
    end(simulation, 3, 0);
    simulation.run(3000);
    expect(reasons(simulation)).toEqual([]);
    end(simulation, 2, 0);
    simulation.run(3000);
    expect(task(simulation).status.conditions?.[0]?.message).toBe('Matched rules at index 1');
  });
});

describe('a Job whose pod has failed', () => {
  it('still tells how many others are active while it waits', () => {
    const simulation = start({});
    end(simulation, 0, 1);
    simulation.run(3000);
    expect(task(simulation).status).toMatchObject({ active: 2, failed: 1 });
  });
});
