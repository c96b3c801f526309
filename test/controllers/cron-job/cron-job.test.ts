import { cronJobController } from '../../../lib/orchestrator/controllers/cron-job/cron-job-controller';
import {
  mostRecentSchedule,
  parseSchedule,
} from '../../../lib/orchestrator/controllers/cron-job/schedule';
import { jobController } from '../../../lib/orchestrator/controllers/job/job-controller';
import type { CronJob, Job } from '../../../lib/orchestrator/api/objects';
import { formatTime, parseTime } from '../../../lib/orchestrator/api/timestamps';
import { cronJob, jobSpec } from '../kit/objects';
import { Simulation } from '../kit/simulation';

const RESOURCE = 'cronjobs.batch';

function start(
  spec: Partial<CronJob['spec']> = {},
  annotations: Record<string, string> = {},
): Simulation {
  const simulation = new Simulation({ controllers: [cronJobController, jobController] });
  simulation.run(500);
  simulation.user.create<CronJob>(RESOURCE, 'default', cronJob(spec, annotations));
  return simulation;
}

const created = (simulation: Simulation): number[] =>
  simulation
    .writes<Job>('jobs.batch')
    .filter(({ verb }) => verb === 'ADDED')
    .map(({ at }) => at);

const MINUTE = 60_000;

describe('a CronJob', () => {
  it('starts a Job every minute, 100 ms late, named after the minute', () => {
    const simulation = start();
    simulation.run(3 * MINUTE);
    expect(created(simulation)).toEqual([MINUTE + 100, 2 * MINUTE + 100, 3 * MINUTE + 100]);
    const [first] = simulation.list<Job>('jobs.batch');
    expect(first!.metadata.name).toBe(`tick-${parseTime('2026-01-01T00:01:00Z') / MINUTE}`);
    expect(first!.metadata.annotations).toMatchObject({
      'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-01T00:01:00Z',
    });
    expect(simulation.events('CronJob').slice(0, 2)).toEqual([
      `CronJob/tick Normal SuccessfulCreate x1 Created job ${first!.metadata.name}`,
      `CronJob/tick Normal SawCompletedJob x1 Saw completed job: ${first!.metadata.name}, condition: Complete`,
    ]);
  });

  it('keeps the last three Jobs that succeeded', () => {
    const simulation = start();
    simulation.run(10 * MINUTE);
    expect(created(simulation)).toHaveLength(10);
    const jobs = simulation.list<Job>('jobs.batch');
    const finished = jobs.filter((job) => job.status.completionTime !== undefined);
    expect(finished).toHaveLength(3);
    const { status } = simulation.get<CronJob>(RESOURCE, 'tick');
    expect(status.lastScheduleTime).toBe('2026-01-01T00:10:00Z');
    expect(status.lastSuccessfulTime).toBe('2026-01-01T00:09:03Z');
  });

  const slow = { jobTemplate: { spec: jobSpec({ suspend: true }) } };

  it('with Forbid waits for the Job that still runs', () => {
    const simulation = start({ ...slow, concurrencyPolicy: 'Forbid' });
    simulation.run(5 * MINUTE);
    expect(created(simulation)).toHaveLength(1);
    expect(simulation.events('CronJob').join('\n')).toContain(
      'Normal JobAlreadyActive x4 Not starting job because prior execution is running',
    );
  });

  it('with Replace deletes the Job that still runs', () => {
    const simulation = start({ ...slow, concurrencyPolicy: 'Replace' });
    simulation.run(3 * MINUTE + 500);
    expect(created(simulation)).toHaveLength(3);
    expect(simulation.list('jobs.batch')).toHaveLength(1);
  });

  it('with Allow runs them side by side', () => {
    const simulation = start(slow);
    simulation.run(3 * MINUTE + 500);
    expect(simulation.get<CronJob>(RESOURCE, 'tick').status.active).toHaveLength(3);
  });

  it('that is suspended starts nothing, and one run when it is resumed', () => {
    const simulation = start({ suspend: true });
    simulation.run(10 * MINUTE);
    expect(created(simulation)).toEqual([]);
    const tick = simulation.get<CronJob>(RESOURCE, 'tick');
    simulation.user.update<CronJob>(RESOURCE, { ...tick, spec: { ...tick.spec, suspend: false } });
    simulation.run(100);
    expect(created(simulation)).toHaveLength(1);
  });

  it('skips what is later than startingDeadlineSeconds', () => {
    const simulation = start({ suspend: true, startingDeadlineSeconds: 10 });
    simulation.run(10 * MINUTE - 500 + 20_000);
    const tick = simulation.get<CronJob>(RESOURCE, 'tick');
    simulation.user.update<CronJob>(RESOURCE, { ...tick, spec: { ...tick.spec, suspend: false } });
    simulation.run(10_000);
    expect(created(simulation)).toEqual([]);
    simulation.run(MINUTE);
    expect(created(simulation)).toHaveLength(1);
  });
});

describe('a schedule', () => {
  const next = (text: string, after: string, zone?: string): string =>
    formatTime(parseSchedule(text, zone)!.next(parseTime(after))!);

  it.each([
    ['*/15 * * * *', '2026-01-01T00:00:00Z', undefined, '2026-01-01T00:15:00Z'],
    ['@hourly', '2026-01-01T00:30:00Z', undefined, '2026-01-01T01:00:00Z'],
    ['@midnight', '2026-01-01T00:30:00Z', undefined, '2026-01-02T00:00:00Z'],
    ['@every 90s', '2026-01-01T00:00:00Z', undefined, '2026-01-01T00:01:30Z'],
    ['0 3 * * *', '2026-01-01T00:00:00Z', 'Europe/Berlin', '2026-01-01T02:00:00Z'],
    ['TZ=America/New_York 0 3 * * *', '2026-01-01T00:00:00Z', undefined, '2026-01-01T08:00:00Z'],
    ['0 0 13 * 5', '2026-01-01T12:00:00Z', undefined, '2026-01-02T00:00:00Z'],
  ])('%s after %s in %s is due at %s', (text, after, zone, expected) => {
    expect(next(text, after, zone)).toBe(expected);
  });

  it('jumps over a long gap to its last due instant', () => {
    const schedule = parseSchedule('*/5 * * * *', undefined)!;
    const from = parseTime('2026-01-01T00:00:00Z');
    const { dueMs, missed } = mostRecentSchedule(schedule, from, parseTime('2026-01-11T00:03:00Z'));
    expect(formatTime(dueMs!)).toBe('2026-01-11T00:00:00Z');
    expect(missed).toBe(2880);
  });
});
