/**
 * Carries a preemption out, a moment after it was decided and beside the placing of other pods:
 * tells the victims, deletes them, and takes back what less important pods were promised.
 */
import { keyOf } from '../../api/object';
import type { Pod } from '../../api/objects';
import { isApiStatusError } from '../../api/status-error';
import { ConnectionError } from '../../client';
import type { Timer } from '../../sim';
import type { PluginContext } from '../framework/plugin-entry';
import type { PreemptFact } from '../schedule-fact';
import type { Candidate } from './victims';

interface Preemption {
  readonly preemptor: Pod;
  readonly nodeName: string;
  readonly victims: readonly Pod[];
}

const PREPARE_MS = 1;

export class Preemptor {
  private readonly running = new Map<string, Preemption>();
  private readonly timer: Timer<string>;

  constructor(private readonly context: PluginContext) {
    const { clock, component } = context.client;
    this.timer = clock.timer(`${component}: preempt`, (uid) => this.carryOut(uid));
  }

  /** Whether victims of this pod are about to be deleted; it must not be tried meanwhile. */
  isRunning(uid: string): boolean {
    return this.running.has(uid);
  }

  begin(preemptor: Pod, { node, victims }: Candidate): void {
    const pods = victims.map(({ pod }) => pod);
    const { client } = this.context;
    const { uid } = preemptor.metadata;
    this.running.set(uid, { preemptor, nodeName: node.name, victims: pods });
    const fact: PreemptFact = {
      type: 'preempt',
      pod: keyOf(preemptor),
      node: node.name,
      victims: pods.map(keyOf),
    };
    client.clock.cause = client.trace.append(client.component, fact);
    this.timer.after(PREPARE_MS, uid);
  }

  private carryOut(uid: string): void {
    const preemption = this.running.get(uid);
    if (preemption === undefined || !this.context.client.isConnected) return;
    this.running.delete(uid);
    const { preemptor, nodeName, victims } = preemption;
    for (const victim of victims) this.evict(victim, preemptor, nodeName);
    this.clearNominations(preemptor, nodeName);
    this.context.reconsider(uid);
  }

  private evict(victim: Pod, preemptor: Pod, nodeName: string): void {
    const { client, statuses, recorder, schedulerName } = this.context;
    const { namespace, name, uid } = victim.metadata;
    try {
      const latest = client.tryGet<Pod>('pods', namespace, name);
      if (latest?.metadata.uid !== uid || latest.metadata.deletionTimestamp !== undefined) return;
      const message = `${schedulerName}: preempting to accommodate a higher priority pod`;
      statuses.disrupt(latest, message);
      client.delete('pods', namespace, name);
    } catch (error) {
      if (!(error instanceof ConnectionError) && !isApiStatusError(error)) throw error;
      return;
    }
    const by = preemptor.metadata.uid;
    const message = `Preempted by pod ${by} on node ${nodeName}`;
    recorder.event(victim, 'Normal', 'Preempted', 'Preempting', message);
  }

  /** Less important pods that were to run on the node have to look for another. */
  private clearNominations(preemptor: Pod, nodeName: string): void {
    const { nominator, statuses } = this.context;
    const priority = preemptor.spec.priority ?? 0;
    for (const pod of nominator.of(nodeName)) {
      if ((pod.spec.priority ?? 0) >= priority) continue;
      nominator.delete(pod.metadata.uid);
      statuses.nominate(pod, '');
    }
  }
}
