import { Client, EventRecorder } from '../../lib/orchestrator/client';
import type { Event, Pod } from '../../lib/orchestrator/api/objects';
import { Simulation } from '../controllers/kit/simulation';

function recorderAndPod(): { simulation: Simulation; recorder: EventRecorder; pod: Pod } {
  const simulation = new Simulation({ controllers: [], withNodes: false });
  const { api, clock, trace } = simulation;
  const recorder = new EventRecorder(
    new Client({ api, clock, trace, component: 'kubelet' }),
    'kubelet',
  );
  const pod = simulation.user.create<Pod>('pods', 'default', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: { containers: [{ name: 'web', image: 'web:v1' }] },
  } as never);
  return { simulation, recorder, pod };
}

const countsByReason = (simulation: Simulation): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { reason, count } of simulation.user.list<Event>('events')) {
    counts[reason ?? ''] = (counts[reason ?? ''] ?? 0) + (count ?? 1);
  }
  return counts;
};

describe('An event recorder', () => {
  it('lets one object have 25 events at once, whatever their reasons', () => {
    const { simulation, recorder, pod } = recorderAndPod();
    for (let i = 0; i < 15; i++) recorder.event(pod, 'Normal', 'Created', 'Created container');
    for (let i = 0; i < 15; i++) recorder.event(pod, 'Normal', 'Killing', 'Stopping container');
    expect(countsByReason(simulation)).toEqual({ Created: 15, Killing: 10 });
  });

  it('lets it have one more every five minutes', () => {
    const { simulation, recorder, pod } = recorderAndPod();
    for (let i = 0; i < 30; i++) recorder.event(pod, 'Normal', 'Created', 'Created container');
    simulation.clock.runUntil(300_000);
    for (let i = 0; i < 3; i++) recorder.event(pod, 'Normal', 'Killing', 'Stopping container');
    expect(countsByReason(simulation)).toEqual({ Created: 25, Killing: 1 });
  });
});
