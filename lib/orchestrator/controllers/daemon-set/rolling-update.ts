/** Replaces daemons of an old revision: within maxUnavailable, or beside the old ones by maxSurge. */
import { scaledValue } from '../../api/int-or-string';
import { isPodReady, type Pod } from '../../api/objects';
import {
  isAvailable,
  isLeaving,
  isUpdated,
  podsOn,
  type DaemonChanges,
  type DaemonPass,
} from './daemon-pass';
import { nodeFit } from './daemon-pod';

export interface RollingLimits {
  readonly surge: number;
  readonly unavailable: number;
}

/** Percentages of the nodes that should run a daemon; both round up. */
export function rollingLimits(pass: DaemonPass): RollingLimits {
  const { updateStrategy } = pass.set.spec;
  if (updateStrategy.type !== 'RollingUpdate') return { surge: 0, unavailable: 0 };
  const { maxSurge = 0, maxUnavailable = 1 } = updateStrategy.rollingUpdate ?? {};
  const desired = pass.nodes.filter((node) => nodeFit(pass.set, node).shouldRun).length;
  const surge = scaledValue(maxSurge, desired, 'up');
  const unavailable = scaledValue(maxUnavailable, desired, 'up');
  // A rollout that may do neither would never end.
  const stuck = surge === 0 && unavailable === 0 && desired > 0;
  return { surge, unavailable: stuck ? 1 : unavailable };
}

export function updateDaemons(pass: DaemonPass): DaemonChanges {
  const limits = rollingLimits(pass);
  return limits.surge > 0 ? besideOld(pass, limits.surge) : inPlace(pass, limits.unavailable);
}

interface NodePods {
  readonly fresh: Pod | undefined;
  readonly old: Pod | undefined;
  /** More than one of a kind: the first pass of a sync has to sort that out. */
  readonly unclear: boolean;
}

function podsOfNode(pass: DaemonPass, pods: readonly Pod[]): NodePods {
  const living = pods.filter((pod) => !isLeaving(pod));
  const fresh = living.filter((pod) => isUpdated(pass, pod));
  const old = living.filter((pod) => !isUpdated(pass, pod));
  return { fresh: fresh[0], old: old[0], unclear: fresh.length > 1 || old.length > 1 };
}

/** Deletes old pods: those that are down anyhow, and as many that are up as may be down. */
function inPlace(pass: DaemonPass, maxUnavailable: number): DaemonChanges {
  let unavailable = 0;
  const down: Pod[] = [];
  const candidates: Pod[] = [];
  for (const [node] of ordered(pass)) {
    const { fresh, old, unclear } = podsOfNode(pass, podsOn(pass, node));
    const bothOrNeither = (fresh === undefined) === (old === undefined);
    if (unclear || bothOrNeither) {
      unavailable++;
    } else if (fresh !== undefined) {
      if (!isAvailable(pass, fresh)) unavailable++;
    } else if (!isAvailable(pass, old!)) {
      down.push(old!);
      unavailable++;
    } else {
      candidates.push(old!);
    }
  }
  const room = Math.max(0, maxUnavailable - unavailable);
  return { create: [], remove: [...down, ...candidates.slice(0, room)] };
}

/** Creates new pods beside old ones, and deletes an old one when the new one is available. */
function besideOld(pass: DaemonPass, maxSurge: number): DaemonChanges {
  let surging = 0;
  const remove: Pod[] = [];
  const urgent: string[] = [];
  const candidates: string[] = [];
  for (const [node] of ordered(pass)) {
    const { fresh, old, unclear } = podsOfNode(pass, podsOn(pass, node));
    if (unclear) {
      surging++;
    } else if (old === undefined) {
      continue;
    } else if (fresh === undefined) {
      if (isPodReady(old)) candidates.push(node);
      else urgent.push(node);
    } else if (isAvailable(pass, fresh)) {
      remove.push(old);
    } else {
      surging++;
    }
  }
  const room = Math.max(0, maxSurge - surging);
  return { create: [...urgent, ...candidates.slice(0, room)], remove };
}

/** Nodes with daemons, by name: Go's order of a map is random, ours must not be. */
const ordered = (pass: DaemonPass): (readonly [string, readonly Pod[]])[] =>
  [...pass.podsByNode].sort(([a], [b]) => (a < b ? -1 : 1));
