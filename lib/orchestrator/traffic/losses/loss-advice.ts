/** The smallest change that would have saved what was lost, from the ledger's entries of one cause. */
import { earlyMs, lateMs, type LossEntry } from './loss-ledger';
import type { LossCause } from './outcome';

/** The smallest change against the losses of one cause. */
export interface LossAdvice {
  /** Why requests were lost. */
  readonly cause: LossCause;
  /** How many; a fraction where flows are split over endpoints. */
  readonly requests: number;
  /** `namespace/name` of the pods that they were sent to. */
  readonly pods: readonly string[];
  /** The greatest lateness of a proxy (or earliness of a pod) among the entries, in ms. */
  readonly worstMs: number | undefined;
  /** For a preStop sleep: whole seconds that would have been enough. */
  readonly preStopSeconds: number | undefined;
  /** One sentence. */
  readonly change: string;
}

export function adviceFor(entries: readonly LossEntry[]): LossAdvice[] {
  const byCause = new Map<LossCause, LossEntry[]>();
  for (const entry of entries) {
    if (entry.requests <= 0) continue;
    const list = byCause.get(entry.cause);
    if (list === undefined) byCause.set(entry.cause, [entry]);
    else list.push(entry);
  }
  return [...byCause].map(([cause, list]) => advise(cause, list));
}

function advise(cause: LossCause, entries: readonly LossEntry[]): LossAdvice {
  let worst: number | undefined;
  for (const entry of entries) {
    const ms = cause === 'ready-before-listening' ? earlyMs(entry) : lateMs(entry);
    if (ms !== undefined) worst = Math.max(worst ?? 0, ms);
  }
  const preStopSeconds =
    cause === 'closed-before-removal' && worst !== undefined
      ? Math.max(1, Math.ceil(worst / 1000))
      : undefined;
  return {
    cause,
    requests: entries.reduce((sum, { requests }) => sum + requests, 0),
    pods: [...new Set(entries.flatMap(({ podKey }) => podKey ?? []))],
    worstMs: worst,
    preStopSeconds,
    change: changeFor(cause, preStopSeconds),
  };
}

function changeFor(cause: LossCause, preStopSeconds: number | undefined): string {
  switch (cause) {
    case 'closed-before-removal':
      return (
        `a preStop sleep of at least ${preStopSeconds ?? 1}s, or a program that serves on for ` +
        'as long after SIGTERM'
      );
    case 'ready-before-listening':
      return 'a readinessProbe on the port that it serves, so that it is ready when it listens';
    case 'program-stopped':
      return 'a readinessProbe that fails when the program does, and clients that try again';
    case 'in-progress':
      return 'a program that finishes what it has begun before it ends, within its grace period';
    case 'node-down':
    case 'partition':
    case 'pod-gone':
      return 'clients that time out and try again: another attempt may go to another pod';
    case 'no-endpoints':
      return 'at least one replica that stays ready: a disruption budget, maxUnavailable 0';
    case 'no-local-endpoints':
      return "a pod on each node that takes traffic, or traffic policy 'Cluster'";
    case 'no-such-service':
      return 'a Service with that name and port';
    case 'over-capacity':
      return 'more replicas before the load comes, or a lower target for the autoscaler';
    case 'network-policy':
      return 'a NetworkPolicy rule that allows the client';
  }
}
