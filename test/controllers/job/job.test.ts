import { jobController } from '../../../lib/orchestrator/controllers/job/job-controller';
import { ttlAfterFinishedController } from '../../../lib/orchestrator/controllers/job/ttl-after-finished';
import type { Job, JobSpec, Pod } from '../../../lib/orchestrator/api/objects';
import { conformsToControllerRules } from '../kit/conformance';
import { job } from '../kit/objects';
import { Simulation } from '../kit/simulation';

const RESOURCE = 'jobs.batch';
const controllers = [jobController, ttlAfterFinishedController];

function start(spec: Partial<JobSpec> = {}, annotations: Record<string, string> = {}): Simulation {
  const simulation = new Simulation({ controllers });
  simulation.user.create<Job>(RESOURCE, 'default', job(spec, annotations));
  return simulation;
}

const task = (simulation: Simulation): Job => simulation.get<Job>(RESOURCE, 'task');

function change(simulation: Simulation, spec: Partial<JobSpec>): void {
  const object = task(simulation);
  simulation.user.update<Job>(RESOURCE, { ...object, spec: { ...object.spec, ...spec } });
}

/** `active succeeded failed uncounted conditions`, as they were written. */
const lines = (simulation: Simulation): string[] =>
  simulation.writes<Job>(RESOURCE).map(({ object: { status } }) => {
    const { active = 0, succeeded = 0, failed = 0, uncountedTerminatedPods: pods } = status;
    const uncounted = (pods?.succeeded?.length ?? 0) + (pods?.failed?.length ?? 0);
    const conditions = (status.conditions ?? []).map((c) => c.type).join(',');
    return `${active} ${succeeded} ${failed} ${uncounted} ${conditions}`.trim();
  });

const creations = (simulation: Simulation): number[] =>
  simulation
    .writes<Pod>('pods')
    .filter(({ verb }) => verb === 'ADDED')
    .map(({ at }) => Math.floor(at / 1000));

describe('a Job', () => {
  it('of 6 completions, 2 at a time, writes the statuses that upstream writes', () => {
    const simulation = start({ completions: 6, parallelism: 2 });
    simulation.run(30_000);
    expect(lines(simulation)).toEqual([
      '0 0 0 0',
      '2 0 0 0',
      '2 0 0 2',
      '2 2 0 0',
      '2 2 0 2',
      '2 4 0 0',
      '0 4 0 2 SuccessCriteriaMet',
      '0 6 0 0 SuccessCriteriaMet,Complete',
    ]);
    expect(task(simulation).status.completionTime).toBeDefined();
    expect(simulation.pods().every((pod) => (pod.metadata.finalizers ?? []).length === 0)).toBe(
      true,
    );
    expect(simulation.events('Job').at(-1)).toBe('Job/task Normal Completed x1 Job completed');
  });

  it('that fails waits 10 s, then 20 s, and gives up beyond its backoffLimit', () => {
    const simulation = start({ backoffLimit: 2 }, { 'drydock/exit-code': '3' });
    simulation.run(120_000);
    expect(creations(simulation)).toEqual([0, 11, 32]);
    expect(lines(simulation)).toEqual([
      '0 0 0 0',
      '1 0 0 0',
      '0 0 0 1',
      '0 0 1 0',
      '1 0 1 0',
      '0 0 1 1',
      '0 0 2 0',
      '1 0 2 0',
      '0 0 2 1 FailureTarget',
      '0 0 3 0 FailureTarget,Failed',
    ]);
    expect(simulation.events('Job').at(-1)).toBe(
      'Job/task Warning BackoffLimitExceeded x1 Job has reached the specified backoff limit',
    );
  });

  it('counts no pod twice however often the controller is killed', () => {
    const simulation = start({ completions: 6, parallelism: 3 });
    for (let i = 0; i < 400; i++) {
      simulation.run(97);
      if (i % 3 === 0) simulation.restartControllers();
    }
    expect(task(simulation).status).toMatchObject({ succeeded: 6 });
    expect(task(simulation).status.failed).toBeUndefined();
  });

  it('ends past its activeDeadlineSeconds and deletes what runs', () => {
    const simulation = start({ activeDeadlineSeconds: 1 });
    simulation.run(10_000);
    const { status } = task(simulation);
    expect(status.conditions?.map((c) => `${c.type} ${c.reason}`)).toEqual([
      'FailureTarget DeadlineExceeded',
      'Failed DeadlineExceeded',
    ]);
    expect(simulation.pods()).toEqual([]);
  });

  it('can be suspended and resumed', () => {
    const simulation = start({ suspend: true });
    simulation.run(3000);
    expect(simulation.pods()).toEqual([]);
    expect(task(simulation).status.conditions?.[0]).toMatchObject({
      type: 'Suspended',
      status: 'True',
      reason: 'JobSuspended',
      message: 'Job suspended',
    });
    expect(task(simulation).status.startTime).toBeUndefined();
    change(simulation, { suspend: false });
    simulation.run(20_000);
    expect(task(simulation).status.succeeded).toBe(1);
    expect(simulation.events('Job').map((line) => line.split(' ')[2])).toEqual([
      'Suspended',
      'SuccessfulCreate',
      'Resumed',
      'Completed',
    ]);
  });

  it('that is Indexed gives each index to one pod, the lowest first', () => {
    const simulation = start({ completions: 4, parallelism: 2, completionMode: 'Indexed' });
    simulation.run(100);
    expect(
      simulation
        .pods()
        .map(({ metadata, spec }) => [
          metadata.name.replace(/-\w{5}$/, ''),
          metadata.labels?.['batch.kubernetes.io/job-completion-index'],
          spec.hostname,
        ]),
    ).toEqual([
      ['task-0', '0', 'task-0'],
      ['task-1', '1', 'task-1'],
    ]);
    expect(simulation.pods()[0]!.spec.containers[0]!.env?.[0]?.name).toBe('JOB_COMPLETION_INDEX');
    simulation.run(20_000);
    expect(task(simulation).status).toMatchObject({ succeeded: 4, completedIndexes: '0-3' });
  });

  it('that is a work queue is done when one pod succeeded and all have ended', () => {
    const simulation = start({ parallelism: 3 });
    const { completions } = task(simulation).spec;
    expect(completions).toBeUndefined();
    simulation.run(20_000);
    expect(task(simulation).status).toMatchObject({ succeeded: 3 });
    expect(task(simulation).status.conditions?.at(-1)?.type).toBe('Complete');
  });

  it('fails at once when its podFailurePolicy says so', () => {
    const onExitCodes = { operator: 'In', values: [3] } as const;
    const rules = [{ action: 'FailJob', onExitCodes } as const];
    const simulation = start({ podFailurePolicy: { rules } }, { 'drydock/exit-code': '3' });
    simulation.run(10_000);
    const failed = task(simulation).status.conditions?.at(-1);
    expect(failed).toMatchObject({ type: 'Failed', reason: 'PodFailurePolicy' });
    expect(failed?.message).toMatch(
      /^Container app for pod default\/task-\w{5} failed with exit code 3 matching FailJob rule at index 0$/,
    );
  });

  it('is deleted ttlSecondsAfterFinished after its end', () => {
    const simulation = start({ ttlSecondsAfterFinished: 5 });
    simulation.run(5000);
    expect(task(simulation).status.succeeded).toBe(1);
    simulation.run(6000);
    const left = simulation.list<Job>(RESOURCE);
    expect(left.every(({ metadata }) => metadata.deletionTimestamp !== undefined)).toBe(true);
  });

  it('that is deleted lets its pods go', () => {
    const simulation = start({ completions: 1 });
    simulation.run(1000);
    simulation.user.delete(RESOURCE, 'default', 'task');
    const [pod] = simulation.pods();
    simulation.user.delete('pods', 'default', pod!.metadata.name);
    simulation.run(5000);
    expect(simulation.pods()).toEqual([]);
  });
});

conformsToControllerRules('the Job controller', {
  controllers,
  steps: [
    {
      atMs: 0,
      act: ({ user }) => {
        const spec = { completions: 5, parallelism: 2, completionMode: 'Indexed' } as const;
        user.create<Job>(RESOURCE, 'default', job(spec));
      },
    },
  ],
  settledAtMs: 60_000,
  outcome: (simulation) => {
    const { succeeded, failed, completedIndexes, conditions } = task(simulation).status;
    return { succeeded, failed, completedIndexes, conditions: conditions?.map((c) => c.type) };
  },
});
