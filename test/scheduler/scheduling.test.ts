import type { Event, Pod } from '../../lib/orchestrator/api/objects';
import { Client } from '../../lib/orchestrator/client';
import { numFeasibleNodesToFind } from '../../lib/orchestrator/scheduler/cycle/find-feasible-nodes';
import { Scheduler, type SchedulerOptions } from '../../lib/orchestrator/scheduler/scheduler';
import { Random } from '../../lib/orchestrator/sim';
import { ControlPlane } from './control-plane';

const placements = (cluster: ControlPlane): (string | undefined)[] =>
  cluster.user.list<Pod>('pods').map(({ spec }) => spec.nodeName);

describe('The scheduler', () => {
  it('binds a pod to a node that has room and says so', () => {
    const cluster = new ControlPlane();
    cluster.zones(3, 1);
    cluster.pod('web', { cpu: '500m' });
    cluster.run();
    expect(cluster.nodeOf('web')).toBe('node-a1');
    const [event] = cluster.events('web');
    expect(event).toMatchObject({
      reason: 'Scheduled',
      action: 'Binding',
      type: 'Normal',
      message: 'Successfully assigned default/web to node-a1',
      source: {},
      firstTimestamp: null,
      reportingComponent: 'default-scheduler',
    });
    expect(event).not.toHaveProperty('count');
  });

  it('places pods of higher priority first, then in the order of their coming', () => {
    const cluster = new ControlPlane();
    cluster.node('node-a1', { cpu: '1' });
    cluster.pod('early', { cpu: '600m' });
    cluster.pod('late', { cpu: '600m' });
    cluster.pod('important', { cpu: '600m', priority: 10, preemptionPolicy: 'Never' });
    cluster.run(10);
    expect(cluster.nodeOf('important')).toBe('node-a1');
    const attempts = ['early', 'late'].map((name) => cluster.events(name)[0]!.eventTime!);
    expect(attempts[0]! < attempts[1]!).toBe(true);
  });

  it('counts a pod on its node from the moment of the decision', () => {
    const cluster = new ControlPlane({ bindMs: 100 });
    cluster.zones(2, 1, { cpu: '1' });
    cluster.pod('one', { cpu: '600m' });
    cluster.pod('two', { cpu: '600m' });
    cluster.run(50);
    expect(placements(cluster)).toEqual([undefined, undefined]);
    cluster.run(100);
    expect(placements(cluster)).toEqual(['node-a1', 'node-b1']);
  });

  it('gives the room back of a pod that is deleted before it is bound', () => {
    const cluster = new ControlPlane({ bindMs: 100 });
    cluster.node('node-a1', { cpu: '1' });
    cluster.pod('one', { cpu: '600m' });
    cluster.run(50);
    cluster.delete('pods', 'default', 'one');
    cluster.pod('two', { cpu: '600m' });
    cluster.run(200);
    expect(cluster.nodeOf('two')).toBe('node-a1');
  });

  it('takes a pod for bound that someone else has bound', () => {
    const cluster = new ControlPlane({ bindMs: 100 });
    cluster.zones(2, 1, { cpu: '1' });
    cluster.pod('one', { cpu: '600m' });
    cluster.run(50);
    cluster.user.subresource('create', 'pods', 'default', 'one', 'binding', {
      target: { kind: 'Node', name: 'node-b1' },
    });
    cluster.run(200);
    cluster.pod('two', { cpu: '600m' });
    cluster.run(200);
    expect(placements(cluster)).toEqual(['node-b1', 'node-a1']);
  });

  it('tries a pod again that the API server would not bind', () => {
    const cluster = new ControlPlane({ bindMs: 100 });
    cluster.node('node-a1', { cpu: '1' });
    const { metadata, spec } = cluster.pod('one', { cpu: '600m' });
    cluster.run(100);
    const gated = { ...spec, schedulingGates: [{ name: 'example.com/wait' }] };
    const later = cluster.user.update<Pod>('pods', {
      ...cluster.get('one'),
      metadata,
      spec: gated,
    });
    cluster.run(10);
    expect(cluster.why('one')).toBe(
      'running Bind plugin "DefaultBinder": Operation cannot be fulfilled on pods/binding "one": ' +
        'pod one has non-empty .spec.schedulingGates',
    );
    cluster.user.update<Pod>('pods', {
      ...cluster.get('one'),
      metadata: { ...later.metadata, resourceVersion: '' },
      spec,
    });
    cluster.run(5000);
    expect(cluster.nodeOf('one')).toBe('node-a1');
  });

  it('forgets what ended pods had taken', () => {
    const cluster = new ControlPlane();
    cluster.node('node-a1', { cpu: '1' });
    const job = cluster.pod('job', { cpu: '900m' });
    cluster.run(50);
    cluster.pod('web', { cpu: '900m' });
    cluster.run(50);
    const bound = cluster.get('job');
    expect(bound.metadata.uid).toBe(job.metadata.uid);
    cluster.user.updateStatus('pods', {
      ...bound,
      status: { ...bound.status, phase: 'Succeeded' },
    });
    cluster.run(50);
    expect(cluster.nodeOf('web')).toBe('node-a1');
  });

  it('writes events about an unchanged pod as a series of the first', () => {
    const cluster = new ControlPlane();
    cluster.node('node-a1', { cpu: '1' });
    for (const name of ['one', 'two', 'three']) cluster.pod(name);
    cluster.run(10);
    cluster.pod('web', { cpu: '2' });
    for (const name of ['one', 'two', 'three']) {
      cluster.run(20_000);
      cluster.delete('pods', 'default', name);
    }
    cluster.run(20_000);
    expect(cluster.facts('web')).toHaveLength(4);
    const events: Event[] = cluster.events('web');
    // The first is about the pod as it came, the second about the pod that says why it waits.
    expect(events.map(({ series }) => series?.count)).toEqual([undefined, 2]);
  });

  it('goes on where another left off when it is started anew', () => {
    const cluster = new ControlPlane();
    cluster.zones(2, 1, { cpu: '1' });
    cluster.pod('one', { cpu: '600m' });
    cluster.run(50);
    cluster.scheduler.stop();
    cluster.pod('two', { cpu: '600m' });
    cluster.run(5000);
    expect(cluster.nodeOf('two')).toBeUndefined();
    const { api, clock, trace } = cluster;
    const client = new Client({ api, clock, trace, component: 'kube-scheduler' });
    new Scheduler({ client, random: Random.ofSeed(2) }).start();
    cluster.run(50);
    expect(placements(cluster)).toEqual(['node-a1', 'node-b1']);
  });

  it('explains a choice by the scores of each node, and a refusal by the reasons of each', () => {
    const cluster = new ControlPlane();
    cluster.node('small', { cpu: '1' });
    cluster.node('large', { cpu: '8' });
    cluster.node('huge', { cpu: '16' });
    cluster.pod('web', { cpu: '2' });
    cluster.run();
    const [fact] = cluster.facts('web');
    expect(fact).toMatchObject({
      node: 'huge',
      feasible: 2,
      evaluated: 3,
      rejected: [
        {
          plugin: 'NodeResourcesFit',
          reasons: ['Insufficient cpu'],
          count: 1,
          nodes: ['small'],
        },
      ],
    });
    expect(fact!.scored!.nodes).toEqual(['large', 'huge']);
    expect(fact!.scored!.plugins['NodeResourcesFit']).toEqual([86, 92]);
  });
});

describe('In large clusters the scheduler', () => {
  it.each([
    [99, 99],
    [100, 100],
    [250, 120],
    [1000, 420],
    [5000, 500],
    [10_000, 500],
  ])('of %d nodes looks for %d that fit', (nodes, wanted) => {
    expect(numFeasibleNodesToFind(nodes)).toBe(wanted);
  });

  it('takes the percentage that it is told', () => {
    expect(numFeasibleNodesToFind(1000, 30)).toBe(300);
    expect(numFeasibleNodesToFind(1000, 100)).toBe(1000);
    expect(numFeasibleNodesToFind(1000, 1)).toBe(100);
  });

  it('looks at nodes zone by zone in turn, and goes on where it left off', () => {
    const cluster = new ControlPlane({ percentageOfNodesToScore: 1 });
    cluster.zones(2, 150);
    for (const name of ['one', 'two', 'three', 'four']) {
      cluster.pod(name);
      cluster.run(10);
    }
    const nodes = ['one', 'two', 'three', 'four'].map((name) => cluster.nodeOf(name));
    expect(nodes).toEqual(['node-a1', 'node-a51', 'node-a101', 'node-b1']);
  });
});

describe('Two runs of one seed', () => {
  const run = (seed: number, ties: SchedulerOptions['ties'] = 'first'): ControlPlane => {
    const cluster = new ControlPlane({ seed, ties });
    cluster.zones(3, 4);
    for (let i = 0; i < 20; i++) cluster.pod(`web-${i}`, { cpu: '200m', labels: { app: 'web' } });
    cluster.run(500);
    return cluster;
  };

  it('are equal to the byte', () => {
    for (const ties of ['first', 'seeded'] as const) {
      const [one, two] = [run(1, ties), run(1, ties)];
      expect([...two.trace.lines()]).toEqual([...one.trace.lines()]);
    }
  });

  it('differ from those of another only where nodes are equally good', () => {
    expect(placements(run(2))).toEqual(placements(run(1)));
    expect(placements(run(2, 'seeded'))).not.toEqual(placements(run(1, 'seeded')));
  });
});
