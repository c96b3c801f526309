/** What the scheduler writes into the status of pods: why one waits, and where room is made. */
import type { Condition, Pod } from '../api/objects';
import { isApiStatusError } from '../api/status-error';
import { formatTime } from '../api/timestamps';
import { type Client, ConnectionError } from '../client';

/** Sets a condition as Kubernetes does: its transition time changes with its status only. */
export function withCondition(
  conditions: readonly Condition[] | undefined,
  condition: Condition,
): readonly Condition[] {
  const list = conditions ?? [];
  const index = list.findIndex(({ type }) => type === condition.type);
  if (index < 0) return [...list, condition];
  const old = list[index]!;
  const merged =
    old.status === condition.status && old.lastTransitionTime !== undefined
      ? { ...condition, lastTransitionTime: old.lastTransitionTime }
      : condition;
  const isSame =
    old.status === merged.status &&
    old.reason === merged.reason &&
    old.message === merged.message &&
    old.observedGeneration === merged.observedGeneration;
  return isSame ? list : list.map((other, i) => (i === index ? merged : other));
}

export class PodStatusWriter {
  constructor(private readonly client: Client) {}

  /**
   * Says that the pod could not be scheduled.
   * @param nominate the node to nominate it for; '' takes a nomination back, undefined keeps it
   */
  unschedulable(pod: Pod, reason: string, message: string, nominate: string | undefined): void {
    this.write(pod, (status) => {
      const condition: Condition = {
        type: 'PodScheduled',
        observedGeneration: pod.metadata.generation ?? 1,
        status: 'False',
        lastProbeTime: null,
        lastTransitionTime: formatTime(this.client.clock.wallMs),
        reason,
        message,
      };
      return {
        ...nominated(status, nominate),
        conditions: withCondition(status.conditions, condition),
      };
    });
  }

  nominate(pod: Pod, nodeName: string): void {
    this.write(pod, (status) => nominated(status, nodeName));
  }

  /** Sets a condition of a pod that is to be preempted. */
  disrupt(pod: Pod, message: string): void {
    this.write(pod, (status) => {
      const condition: Condition = {
        type: 'DisruptionTarget',
        observedGeneration: pod.metadata.generation ?? 1,
        status: 'True',
        lastProbeTime: null,
        lastTransitionTime: formatTime(this.client.clock.wallMs),
        reason: 'PreemptionByScheduler',
        message,
      };
      return { ...status, conditions: withCondition(status.conditions, condition) };
    });
  }

  private write(pod: Pod, change: (status: Pod['status']) => Pod['status']): void {
    const { namespace, name, uid } = pod.metadata;
    try {
      const latest = this.client.tryGet<Pod>('pods', namespace, name);
      if (latest === undefined || latest.metadata.uid !== uid) return;
      const status = change(latest.status);
      if (
        status.conditions === latest.status.conditions &&
        status.nominatedNodeName === latest.status.nominatedNodeName
      ) {
        return;
      }
      this.client.updateStatus<Pod>('pods', { ...latest, status });
    } catch (error) {
      // The pod is tried again anyway, and then says why it waits.
      if (!(error instanceof ConnectionError) && !isApiStatusError(error)) throw error;
    }
  }
}

function nominated(status: Pod['status'], nodeName: string | undefined): Pod['status'] {
  if (nodeName === undefined || nodeName === (status.nominatedNodeName ?? '')) return status;
  if (nodeName !== '') return { ...status, nominatedNodeName: nodeName };
  const { nominatedNodeName: _none, ...rest } = status;
  return rest;
}
