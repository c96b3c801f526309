/** The status that one pass over an autoscaler leaves behind, put together as the pass goes on. */
import type { Condition, HorizontalPodAutoscaler } from '../../api/objects';
import { formatTime } from '../../api/timestamps';

type Status = HorizontalPodAutoscaler['status'];

export class StatusDraft {
  currentReplicas: number;
  desiredReplicas: number;
  currentMetrics: Status['currentMetrics'];
  private lastScaleTime: string | undefined;
  private readonly conditions: Condition[];
  private readonly now: string;

  /** @param wallMs the instant of the pass in milliseconds since the Unix epoch */
  constructor(status: Status, wallMs: number) {
    this.conditions = [...(status.conditions ?? [])];
    this.currentReplicas = status.currentReplicas ?? 0;
    this.desiredReplicas = status.desiredReplicas;
    this.currentMetrics = status.currentMetrics;
    this.lastScaleTime = status.lastScaleTime;
    this.now = formatTime(wallMs);
  }

  /** Conditions keep the order in which they first came. */
  set(type: string, status: Condition['status'], reason: string, message: string): void {
    const at = this.conditions.findIndex((condition) => condition.type === type);
    const existing = this.conditions[at];
    const lastTransitionTime = existing?.status === status ? existing.lastTransitionTime : this.now;
    const condition = { type, status, lastTransitionTime, reason, message } as Condition;
    if (at < 0) this.conditions.push(condition);
    else this.conditions[at] = condition;
  }

  scaledTo(replicas: number): void {
    this.desiredReplicas = replicas;
    this.lastScaleTime = this.now;
  }

  finished(): Status {
    const { conditions, desiredReplicas, currentMetrics, currentReplicas, lastScaleTime } = this;
    return {
      conditions,
      desiredReplicas,
      currentMetrics,
      // As Go writes it: none is left out.
      ...(currentReplicas === 0 ? {} : { currentReplicas }),
      ...(lastScaleTime === undefined ? {} : { lastScaleTime }),
    };
  }
}
