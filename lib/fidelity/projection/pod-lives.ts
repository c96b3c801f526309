/** The lives of the pods by the workload that owns them: how many at once, and in which order. */
import type { RecordedObject, WatchRecord } from '../watch-record';
import { identityOf, ownerOf, type History } from './history';

export interface PodLife {
  /** The most pods that were alive (neither terminating nor finished) at one time. */
  maxAlive: number;
  /** What happened to the pods, in order; empty for owners whose pods are interchangeable. */
  readonly steps: string[];
}

interface Observed extends PodLife {
  readonly alive: Set<string>;
  readonly lastStep: Map<string, string>;
}

export class PodLives {
  private readonly byWorkload = new Map<string, Observed>();
  private readonly workloads = new Map<string, string>();

  constructor(private readonly history: History) {
    for (const record of history.records) if (record.object.kind === 'Pod') this.observe(record);
  }

  of(workload: string): PodLife | undefined {
    return this.byWorkload.get(workload);
  }

  /** What a pod belongs to: `Deployment default/web`, or the pod itself if nothing owns it. */
  workloadOf(pod: RecordedObject): string {
    const { namespace, name } = pod.metadata;
    return this.workloads.get(identityOf(pod)) ?? `Pod ${namespace}/${name}`;
  }

  private observe(record: WatchRecord): void {
    const pod = record.object;
    const owner = ownerOf(pod);
    if (owner === undefined) return;
    const id = identityOf(pod);
    const workload = this.workloadBehind(pod, owner.kind, owner.name);
    this.workloads.set(id, workload);
    const observed = this.observedOf(workload);
    const was = observed.alive.has(id);
    const live = isAlive(record);
    if (live) observed.alive.add(id);
    else observed.alive.delete(id);
    observed.maxAlive = Math.max(observed.maxAlive, observed.alive.size);
    const image = pod.spec?.containers?.[0]?.image;
    if (owner.kind === 'StatefulSet') {
      noteState(observed, pod.metadata.name, `${image} ${stateOf(record)}`);
    } else if (live !== was && owner.kind !== 'ReplicaSet' && owner.kind !== 'Job') {
      observed.steps.push(`${live ? '+' : '-'} ${image}`);
    }
  }

  private workloadBehind(pod: RecordedObject, kind: string, name: string): string {
    const { namespace } = pod.metadata;
    const deployment =
      kind === 'ReplicaSet' ? this.history.deploymentOf(namespace, name) : undefined;
    if (deployment !== undefined) return `Deployment ${namespace}/${deployment}`;
    return `${kind} ${namespace}/${this.history.aliasOf(kind, namespace, name) ?? name}`;
  }

  private observedOf(workload: string): Observed {
    let observed = this.byWorkload.get(workload);
    if (observed === undefined) {
      observed = { maxAlive: 0, steps: [], alive: new Set(), lastStep: new Map() };
      this.byWorkload.set(workload, observed);
    }
    return observed;
  }
}

function noteState({ steps, lastStep }: Observed, pod: string, state: string): void {
  if (lastStep.get(pod) === state) return;
  lastStep.set(pod, state);
  steps.push(`${pod} ${state}`);
}

const isAlive = ({ type, object }: WatchRecord): boolean =>
  type !== 'DELETED' &&
  !object.metadata.deletionTimestamp &&
  object.status?.phase !== 'Succeeded' &&
  object.status?.phase !== 'Failed';

function stateOf({ type, object }: WatchRecord): string {
  if (type === 'DELETED') return 'gone';
  if (object.metadata.deletionTimestamp) return 'terminating';
  const conditions = object.status?.conditions ?? [];
  return conditions.some((c) => c.type === 'Ready' && c.status === 'True') ? 'ready' : 'created';
}
