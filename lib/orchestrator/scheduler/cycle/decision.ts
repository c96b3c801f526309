/** Puts a scheduling decision into the form in which the trace keeps it. */
import { keyOf } from '../../api/object';
import type { Pod } from '../../api/objects';
import type { FailedNodes } from '../framework/failed-nodes';
import type { Rejection } from '../framework/rejection';
import type { RejectedNodes, ScheduleFact } from '../schedule-fact';
import type { Search } from './find-feasible-nodes';
import type { ScoreRow } from './prioritize-nodes';

export interface Outcome {
  readonly node?: string;
  readonly rows?: readonly ScoreRow[];
  readonly message?: string;
  readonly nominate?: string;
}

/** So many nodes are named for each reason in large clusters. */
const NAMED_NODES = 10;
const NONE: readonly RejectedNodes[] = [];

/** @param detailed whether to keep what there is to say of each node */
export function scheduleFact(
  pod: Pod,
  { feasible, failed, evaluated }: Search,
  { node, rows, message, nominate }: Outcome,
  detailed: boolean,
): ScheduleFact {
  const keepRejected = detailed || node === undefined;
  return {
    type: 'schedule',
    pod: keyOf(pod),
    uid: pod.metadata.uid,
    node,
    ...(nominate === undefined ? {} : { nominated: nominate }),
    ...(message === undefined ? {} : { message }),
    evaluated,
    feasible: feasible.length,
    rejected: keepRejected ? rejectedNodes(failed, detailed) : NONE,
    ...(rows === undefined || rows.length === 0
      ? {}
      : {
          scored: {
            nodes: feasible.map(({ name }) => name),
            plugins: Object.fromEntries(rows.map(({ plugin, scores }) => [plugin, scores])),
          },
        }),
  };
}

function rejectedNodes(failed: FailedNodes, detailed: boolean): readonly RejectedNodes[] {
  if (failed.preFilter !== undefined) {
    const { plugin, reasons } = failed.preFilter;
    return [{ plugin, reasons, count: failed.allNodes, nodes: [] }];
  }
  if (failed.nodes.length === 0) return NONE;
  const groups = new Map<Rejection, { count: number; nodes: string[] }>();
  failed.rejections.forEach((rejection, i) => {
    let group = groups.get(rejection);
    if (group === undefined) groups.set(rejection, (group = { count: 0, nodes: [] }));
    group.count++;
    if (detailed || group.nodes.length < NAMED_NODES) group.nodes.push(failed.nodes[i]!.name);
  });
  return [...groups].map(([{ plugin, reasons }, group]) => ({ plugin, reasons, ...group }));
}
