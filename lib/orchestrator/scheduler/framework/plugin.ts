/**
 * The extension points of the scheduling framework, each a small interface. A plugin implements
 * those it needs. It keeps what it works out in preFilter and preScore in itself until the next
 * cycle: one pod is placed at a time.
 */
import type { Pod } from '../../api/objects';
import type { NodeInfo } from '../cache/node-info';
import type { ClusterEvent, EventMask } from '../queue/cluster-event';
import type { Cycle } from './cycle';
import type { FailedNodes } from './failed-nodes';
import type { Rejection } from './rejection';

/** From preFilter: the plugin has no say in this cycle. */
export const SKIP = 'skip';

/** From preFilter: no node but these can do. */
export interface OnlyNodes {
  readonly only: ReadonlySet<string>;
}

export interface Plugin {
  readonly name: string;
  /**
   * That what `filter` and `score` say follows from the pod's spec and the node alone, not from
   * other nodes or pods: it is asked again only when the node has changed.
   * @default false
   */
  readonly local?: boolean;
  /** The events that may make a pod schedulable that this plugin rejected. */
  readonly events?: EventMask;
  /** Whether such an event is worth another attempt for the pod; any is, without this function. */
  queueAgain?(pod: Pod, event: ClusterEvent): boolean;
}

export interface PreEnqueuePlugin extends Plugin {
  /** False while the pod must not enter the queue. */
  preEnqueue(pod: Pod): boolean;
}

export interface PreFilterPlugin extends Plugin {
  /** Prepares filter; may skip it, narrow the nodes, or reject the pod for all nodes. */
  preFilter(cycle: Cycle): undefined | typeof SKIP | OnlyNodes | Rejection;
  /** Pods were placed or displaced since preFilter (preemption tries what would be). */
  podsMoved?(cycle: Cycle): void;
}

export interface FilterPlugin extends Plugin {
  filter(cycle: Cycle, node: NodeInfo): Rejection | undefined;
}

export interface PostFilterResult {
  /** The node that the pod may run on once victims are gone; '' takes a nomination back. */
  readonly nominate?: string;
  /** What to add to the pod's message if it found no way. */
  readonly message?: string;
  /** The message is of an error: plugins that come later are not asked. */
  readonly failed?: boolean;
}

export interface PostFilterPlugin extends Plugin {
  /** No node fits: looks for another way. */
  postFilter(cycle: Cycle, failed: FailedNodes): PostFilterResult;
}

export interface PreScorePlugin extends Plugin {
  /** Prepares score. SKIP: adds nothing; a number: all nodes have that normalized score. */
  preScore(cycle: Cycle, feasible: readonly NodeInfo[]): undefined | typeof SKIP | number;
}

export interface ScorePlugin extends Plugin {
  score(cycle: Cycle, node: NodeInfo): number;
  /** Brings the first `count` scores to 0–100, in place. */
  normalize?(cycle: Cycle, scores: Float64Array, count: number): void;
}

export interface ReservePlugin extends Plugin {
  reserve(cycle: Cycle, node: NodeInfo): Rejection | undefined;
  unreserve(pod: Pod, nodeName: string): void;
}

export interface PermitPlugin extends Plugin {
  /** A rejection turns the pod back into the queue. */
  permit(cycle: Cycle, node: NodeInfo): Rejection | undefined;
}

/** Where a pod's binding stands: go on, wait for a change, or give up with a message. */
export type PreBindResult = 'done' | 'wait' | { readonly failure: string };

export interface PreBindPlugin extends Plugin {
  /** Asked first when binding begins, then after each change of volumes while it says 'wait'. */
  preBind(pod: Pod, nodeName: string, first: boolean): PreBindResult;
}

export interface BindPlugin extends Plugin {
  bind(pod: Pod, nodeName: string): void;
}

export type AnyPlugin = Plugin &
  Partial<
    PreEnqueuePlugin &
      PreFilterPlugin &
      FilterPlugin &
      PostFilterPlugin &
      PreScorePlugin &
      ScorePlugin &
      ReservePlugin &
      PermitPlugin &
      PreBindPlugin &
      BindPlugin
  >;

/** The highest normalized score. */
export const MAX_NODE_SCORE = 100;
