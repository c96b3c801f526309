/** SchedulingGates: a pod with gates stays out of the queue until they are gone. */
import type { Pod } from '../../api/objects';
import type { PreEnqueuePlugin } from '../framework/plugin';
import type { PluginEntry } from '../framework/plugin-entry';
import { EVENT } from '../queue/cluster-event';

class SchedulingGates implements PreEnqueuePlugin {
  readonly name = 'SchedulingGates';
  readonly events = EVENT.podGates;

  preEnqueue(pod: Pod): boolean {
    return !pod.spec.schedulingGates?.length;
  }
}

export const schedulingGates: PluginEntry = { create: () => new SchedulingGates() };
