/**
 * The scheduling loop: takes one pod from the queue, finds its node, and begins to bind it, one
 * pod after the other with a little time between.
 */
import type { Pod } from '../../api/objects';
import { cancel, type Clock, type ScheduledEvent, type Timer, type Trace } from '../../sim';
import type { BindingCycle } from '../binding-cycle';
import type { NodeInfo } from '../cache/node-info';
import type { SchedulerCache } from '../cache/scheduler-cache';
import type { FailureHandler } from '../failure-handler';
import type { Cycle } from '../framework/cycle';
import { FailedNodes } from '../framework/failed-nodes';
import type { Framework } from '../framework/framework';
import type { Rejection } from '../framework/rejection';
import type { Nominator } from '../queue/nominator';
import type { QueuedPod } from '../queue/queued-pod';
import type { SchedulingQueue } from '../queue/scheduling-queue';
import { type Outcome, scheduleFact } from './decision';
import type { SchedulerEventRecorder } from '../scheduler-event-recorder';
import type { NodeSearch, Search } from './find-feasible-nodes';
import type { NodeScores, ScoreRow } from './prioritize-nodes';

export interface SchedulingParts {
  readonly clock: Clock;
  readonly trace: Trace;
  readonly component: string;
  readonly cache: SchedulerCache;
  readonly queue: SchedulingQueue;
  readonly nominator: Nominator;
  readonly framework: Framework;
  readonly recorder: SchedulerEventRecorder;
  readonly failures: FailureHandler;
  readonly binding: BindingCycle;
  readonly search: NodeSearch;
  readonly scores: NodeScores;
  readonly cycleMs: number;
  readonly detailedNodes: number;
}

const NOTHING_FOUND: Search = { feasible: [], failed: new FailedNodes(0), evaluated: 0 };

/** The scheduler waits while it writes why a pod could not be placed; 4 to 6 ms were recorded. */
const FAILURE_WRITE_MS = 4;

export class SchedulingCycle {
  private readonly timer: Timer<undefined>;
  private next: ScheduledEvent | undefined;
  private freeAt = 0;
  private stopped = false;

  constructor(private readonly parts: SchedulingParts) {
    this.timer = parts.clock.timer(`${parts.component}: schedule`, () => this.run());
  }

  /** There is a pod to place. */
  wake(): void {
    if (this.next !== undefined || this.stopped) return;
    this.next = this.timer.at(Math.max(this.freeAt, this.parts.clock.now), undefined);
  }

  stop(): void {
    this.stopped = true;
    cancel(this.next);
  }

  private run(): void {
    this.next = undefined;
    const { queue, clock, cycleMs } = this.parts;
    const queued = queue.pop();
    if (queued === undefined) return;
    clock.cause = queued.cause;
    if (this.mayPlace(queued)) {
      const placed = this.place(queued);
      this.freeAt = clock.now + (placed ? cycleMs : cycleMs + FAILURE_WRITE_MS);
    }
    if (queue.hasReady) this.wake();
  }

  private mayPlace(queued: QueuedPod): boolean {
    const { queue, cache, recorder } = this.parts;
    const { pod } = queued;
    if (pod.metadata.deletionTimestamp !== undefined) {
      const { namespace, name } = pod.metadata;
      const message = `skip schedule deleting pod: ${namespace}/${name}`;
      recorder.event(pod, 'Warning', 'FailedScheduling', 'Scheduling', message);
      queue.delete(queued.uid);
      return false;
    }
    return !cache.isAssumed(queued.uid);
  }

  /** @returns whether a node was found */
  private place(queued: QueuedPod): boolean {
    const { cache, nominator, search, clock, trace, component, framework } = this.parts;
    cache.beginCycle();
    const { pod } = queued;
    const cycle: Cycle = { pod, info: cache.compile(pod) };
    if (cache.nodeCount === 0) {
      const message = 'no nodes available to schedule pods';
      clock.cause = trace.append(component, this.fact(pod, NOTHING_FOUND, { message }));
      this.fail(queued, { message, rejectedBy: [] });
      return false;
    }
    const nominated = nominator.nodeFor(queued.uid) ?? pod.status.nominatedNodeName;
    const found = search.search(cycle, nominated === '' ? undefined : nominated);
    if (found.feasible.length > 0) {
      const rows: ScoreRow[] = [];
      const node = this.choose(cycle, found, rows);
      clock.cause = trace.append(component, this.fact(pod, found, { node: node.name, rows }));
      this.take(cycle, queued, node);
      return true;
    }
    const { nominate, message: more } = framework.postFilter(cycle, found.failed);
    const message = found.failed.message(more);
    const outcome: Outcome = { message, ...(nominate ? { nominate } : {}) };
    clock.cause = trace.append(component, this.fact(pod, found, outcome));
    const rejectedBy = found.failed.plugins();
    this.fail(queued, { message, rejectedBy, ...(nominate === undefined ? {} : { nominate }) });
    return false;
  }

  private choose(cycle: Cycle, { feasible }: Search, rows: ScoreRow[]): NodeInfo {
    if (feasible.length === 1) return feasible[0]!;
    const { scores, cache, detailedNodes } = this.parts;
    return scores.best(cycle, feasible, cache.nodeCount <= detailedNodes ? rows : undefined);
  }

  /** The node is chosen: counts the pod there and begins to bind it. */
  private take(cycle: Cycle, queued: QueuedPod, node: NodeInfo): void {
    const { cache, framework, binding } = this.parts;
    cache.assume(cycle.info, node);
    const rejection = this.reserve(cycle, node);
    if (rejection === undefined) {
      binding.begin(queued, node.name);
      return;
    }
    for (const plugin of framework.reserves) plugin.unreserve(cycle.pod, node.name);
    cache.forget(queued.uid);
    const message = `0/${cache.nodeCount} nodes are available: 1 ${rejection.reasons.join(', ')}.`;
    this.fail(queued, { message, rejectedBy: [rejection.plugin] });
  }

  private reserve(cycle: Cycle, node: NodeInfo): Rejection | undefined {
    const { framework } = this.parts;
    for (const plugin of framework.reserves) {
      const rejection = plugin.reserve(cycle, node);
      if (rejection !== undefined) return rejection;
    }
    for (const plugin of framework.permits) {
      const rejection = plugin.permit(cycle, node);
      if (rejection !== undefined) return rejection;
    }
    return undefined;
  }

  private fail(
    queued: QueuedPod,
    failure: { message: string; rejectedBy: readonly string[]; nominate?: string },
  ): void {
    this.parts.failures.handle(queued, { ...failure, reason: 'Unschedulable' });
  }

  private fact(pod: Pod, found: Search, outcome: Outcome): ReturnType<typeof scheduleFact> {
    const { cache, detailedNodes } = this.parts;
    return scheduleFact(pod, found, outcome, cache.nodeCount <= detailedNodes);
  }
}
