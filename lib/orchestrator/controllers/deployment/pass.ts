/**
 * One reconciliation of one Deployment: what it works on, and the writes it has made so far. The
 * verbs (rolling, recreate, scale, …) are functions over it.
 */
import type { Client, EventRecorder, Informer, WorkQueue } from '../../client';
import type { Condition, Deployment, Pod, ReplicaSet } from '../../api/objects';
import { formatTime } from '../../api/timestamps';

export interface DeploymentContext {
  readonly client: Client;
  readonly recorder: EventRecorder;
  readonly queue: WorkQueue;
  readonly pods: Informer<Pod>;
  readonly replicaSets: Informer<ReplicaSet>;
}

export class DeploymentPass {
  constructor(
    readonly context: DeploymentContext,
    /** The Deployment as this pass last wrote it. */
    public deployment: Deployment,
    /** Its ReplicaSets, the oldest first. */
    public owned: readonly ReplicaSet[],
  ) {}

  /** Writes status, and annotations with it: the status of a Deployment lets annotations pass. */
  writeStatus(status: Deployment['status'], from: Deployment = this.deployment): void {
    this.deployment = this.context.client.updateStatus<Deployment>('deployments.apps', {
      ...from,
      status,
    });
  }

  /** Writes a ReplicaSet and works with the result from now on. */
  writeReplicaSet(set: ReplicaSet): ReplicaSet {
    const updated = this.context.client.update<ReplicaSet>('replicasets.apps', set);
    this.owned = this.owned.map((one) => (one.metadata.uid === set.metadata.uid ? updated : one));
    return updated;
  }

  event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.context.recorder.event(this.deployment, type, reason, message);
  }

  condition(type: string, status: Condition['status'], reason: string, message: string): Condition {
    const now = formatTime(this.context.client.clock.wallMs);
    return { type, status, lastUpdateTime: now, lastTransitionTime: now, reason, message };
  }
}

/** The ReplicaSets of a Deployment, told apart. */
export interface Revisions {
  /** That of the present template. */
  readonly current: ReplicaSet | undefined;
  /** All others, the oldest first. */
  readonly old: readonly ReplicaSet[];
}

export const allOf = ({ current, old }: Revisions): readonly ReplicaSet[] =>
  current === undefined ? old : [...old, current];
