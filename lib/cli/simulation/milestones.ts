/** How each workload fared, read from the trace: wanted, available, worse, available again. */
import type { KubeObject } from '../../orchestrator/api/object';
import type { DaemonSet, Deployment, StatefulSet } from '../../orchestrator/api/objects';
import type { WriteFact } from '../../orchestrator/apiserver/requests';
import type { FaultFact } from '../../orchestrator/chaos';
import type { Trace, TraceEntry } from '../../orchestrator/sim';

export interface Milestone {
  /** Virtual ms since the cluster's start. */
  readonly at: number;
  /** `deployment/web`, `deployment/shop/web` outside the default namespace. */
  readonly who: string;
  readonly what: 'wanted' | 'scaled' | 'available' | 'degraded' | 'fault' | 'healed';
  readonly detail: string;
}

/** A workload in numbers. */
export interface Count {
  readonly desired: number;
  readonly available: number;
}

const KINDS: Readonly<Record<string, (object: KubeObject) => Count>> = {
  'deployments.apps': (object) => {
    const { spec, status } = object as Deployment;
    return { desired: spec.replicas, available: status.availableReplicas ?? 0 };
  },
  'statefulsets.apps': (object) => {
    const { spec, status } = object as StatefulSet;
    return { desired: spec.replicas, available: status.availableReplicas ?? 0 };
  },
  'daemonsets.apps': (object) => {
    const { status } = object as DaemonSet;
    return { desired: status.desiredNumberScheduled ?? 0, available: status.numberAvailable ?? 0 };
  },
};

export const WORKLOADS = Object.keys(KINDS);

export const countOf = (resource: string, object: KubeObject): Count => KINDS[resource]!(object);

/** Everything from an instant on, in order. */
export function milestonesOf(trace: Trace, since: number): Milestone[] {
  const found: Milestone[] = [];
  const known = new Map<string, Count & { up: boolean }>();
  for (const entry of trace.entries()) {
    if (entry.at < since) continue;
    if (entry.fact.type === 'fault') found.push(ofFault(entry as TraceEntry<FaultFact>));
    if (entry.fact.type !== 'write') continue;
    const { fact, at } = entry as TraceEntry<WriteFact>;
    const count = KINDS[fact.resource]?.(fact.object);
    if (count === undefined || fact.verb === 'DELETED') continue;
    const who = nameOf(fact.object);
    const before = known.get(who);
    const up = count.desired > 0 && count.available >= count.desired;
    // More replicas than before have to come up for the first time.
    const wasUp = before?.up === true && count.desired <= before.desired;
    known.set(who, { ...count, up: up || wasUp });
    const milestone = compare(before, count, up);
    if (milestone !== undefined) found.push({ at, who, ...milestone });
  }
  return found;
}

function compare(
  before: (Count & { up: boolean }) | undefined,
  { desired, available }: Count,
  up: boolean,
): Pick<Milestone, 'what' | 'detail'> | undefined {
  if (before === undefined) {
    return desired === 0 ? undefined : { what: 'wanted', detail: `${replicas(desired)} wanted` };
  }
  if (desired !== before.desired) {
    const detail =
      before.desired === 0
        ? `${replicas(desired)} wanted`
        : `scaled from ${before.desired} to ${desired}`;
    return { what: before.desired === 0 ? 'wanted' : 'scaled', detail };
  }
  if (available === before.available) return undefined;
  if (up) {
    const was = before.available >= before.desired;
    return was ? undefined : { what: 'available', detail: `available (${available}/${desired})` };
  }
  // On the way up for the first time there is nothing to complain of.
  if (!before.up) return undefined;
  return { what: 'degraded', detail: `${available} of ${desired} available` };
}

const replicas = (count: number): string => `${count} ${count === 1 ? 'replica' : 'replicas'}`;

function ofFault({ at, fact }: TraceEntry<FaultFact>): Milestone {
  const injected = fact.phase === 'injected';
  return {
    at,
    who: `${fact.fault}/${fact.target}`,
    what: injected ? 'fault' : 'healed',
    detail: injected ? 'fails' : 'is back',
  };
}

/** `deployment/web`; the namespace only where it is not the default one. */
export function nameOf({ kind, metadata }: KubeObject): string {
  const { namespace, name } = metadata;
  const place = namespace === undefined || namespace === 'default' ? '' : `${namespace}/`;
  return `${kind.toLowerCase()}/${place}${name}`;
}
