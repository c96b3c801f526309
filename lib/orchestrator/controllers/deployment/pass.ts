/**
 * One reconciliation of one Deployment: what it works on, and the writes it has made so far. The
 * verbs (rolling, recreate, scale, …) are functions over it.
 */
import { keyOf } from '../../api/object';
import type { Condition, Deployment, Pod, ReplicaSet } from '../../api/objects';
import { formatTime } from '../../api/timestamps';
import type { Client, EventRecorder, Informer, WorkQueue } from '../../client';
import type { OwnWrites } from '../framework/own-writes';

export interface DeploymentContext {
  readonly client: Client;
  readonly recorder: EventRecorder;
  readonly queue: WorkQueue;
  readonly pods: Informer<Pod>;
  readonly replicaSets: Informer<ReplicaSet>;
  readonly ownWrites: OwnWrites;
  /** Writes the status and waits with the next pass until the cache shows it. */
  writeStatus(deployment: Deployment, status: Deployment['status']): Deployment;
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
    this.deployment = this.context.writeStatus(from, status);
  }

  /** Writes a ReplicaSet and works with the result from now on. */
  writeReplicaSet(set: ReplicaSet): ReplicaSet {
    const { client, replicaSets, ownWrites } = this.context;
    const updated = client.update<ReplicaSet>('replicasets.apps', this.rebased(set));
    ownWrites.note(keyOf(this.deployment), replicaSets, updated);
    this.owned = this.owned.map((one) => (one.metadata.uid === set.metadata.uid ? updated : one));
    return updated;
  }

  /**
   * The change over the ReplicaSet as it is stored now, if only its status has moved on since.
   * FIDELITY: upstream's write would be refused and tried again some milliseconds later.
   */
  private rebased(set: ReplicaSet): ReplicaSet {
    const { namespace, name, uid } = set.metadata;
    const live = this.context.client.tryGet<ReplicaSet>('replicasets.apps', namespace, name);
    if (live === undefined || live.metadata.uid !== uid) return set;
    if (live.metadata.generation !== set.metadata.generation) return set;
    if (live.metadata.annotations !== this.cached(uid)?.metadata.annotations) return set;
    const { resourceVersion } = live.metadata;
    return { ...set, metadata: { ...set.metadata, resourceVersion }, status: live.status };
  }

  private cached(uid: string): ReplicaSet | undefined {
    return this.owned.find((one) => one.metadata.uid === uid);
  }

  event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.context.recorder.event(this.deployment, type, reason, message);
  }

  /** @param since its last transition. @default now */
  condition(
    type: string,
    status: Condition['status'],
    reason: string,
    message: string,
    since?: string,
  ): Condition {
    const lastUpdateTime = formatTime(this.context.client.clock.wallMs);
    const lastTransitionTime = since ?? lastUpdateTime;
    return { type, status, lastUpdateTime, lastTransitionTime, reason, message };
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
